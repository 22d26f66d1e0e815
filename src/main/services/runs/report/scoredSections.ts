import { classDeltas, columnsOf, confusionShares, subtractShares } from '../../../../shared/comparison/classDeltas.ts'
import type { ReportFormat } from './format.ts'
import { joined, markup, type Html } from './html.ts'
import { section, swatch, titleOf, wide } from './parts.ts'
import type { ReportData } from './reportData.ts'
import { fill } from './texts.ts'

const tone = (delta: number | null): string => (delta === null || Math.abs(delta) < 0.00005 ? 'soft' : delta > 0 ? 'good' : 'bad')

export function classesSection(data: ReportData, format: ReportFormat): Html {
  const { text, percent, points } = format
  const { runs, baseline } = data
  const tables = runs.map(({ tables: { best } }) => best)
  const columns = columnsOf(tables).filter((column) => column !== 'pixels')
  if (columns.length === 0) return section(text.perClass, markup`<p class="soft">${text.noScores}</p>`)
  const parts = columns.map((column) => {
    const deltas = classDeltas(tables, baseline, column)
    const cells = (values: readonly (number | null)[], changes: readonly (number | null)[]): Html =>
      joined(
        values.map(
          (value, i) =>
            markup`<td class="num">${percent(value)}</td>${i === baseline ? null : markup`<td class="num ${tone(changes[i] ?? null)}">${points(changes[i] ?? null)}</td>`}`,
        ),
      )
    return markup`<h3>${column}</h3>${wide(
      markup`<table>
        <thead><tr class="head"><th scope="col">${text.class}</th>${runs.map((run, i) => markup`<th scope="col" class="num">${titleOf(run)}</th>${i === baseline ? null : markup`<th scope="col" class="num">±</th>`}`)}</tr></thead>
        <tbody>${deltas.rows.map((row) => markup`<tr><th scope="row">${swatch(row.color)}${row.name}</th>${cells(row.values, row.deltas)}</tr>`)}
          <tr class="head"><th scope="row">${text.mean}</th>${cells(deltas.means, deltas.meanDeltas)}</tr></tbody>
      </table>`,
    )}`
  })
  return section(text.perClass, runs.length > 1 ? markup`<p class="soft">${text.perClassNote}</p>` : markup``, ...parts)
}

/** More classes than this are no table that is read. */
const readableClasses = 32

export function confusionSection({ runs, baseline, pictureTables }: ReportData, { text }: ReportFormat): Html | null {
  const stored = runs.map(({ tables: { best } }) => best)
  const { names, shares } = confusionShares(stored.some((table) => table?.confusion) ? stored : (pictureTables ?? []))
  if (!shares.some((each) => each !== null)) return null
  if (names.length > readableClasses)
    return section(text.confusion, markup`<p class="soft">${fill(text.confusionLarge, { n: names.length })}</p>`)
  const base = shares[baseline] ?? null
  const matrix = (title: string, cells: readonly (readonly (number | null)[])[], difference: boolean): Html =>
    markup`<div><h3>${title}</h3><table class="matrix">
      <thead><tr><td></td>${names.map((name) => markup`<th scope="col">${name.slice(0, 10)}</th>`)}</tr></thead>
      <tbody>${cells.map((row, r) => markup`<tr><th scope="row">${names[r] ?? ''}</th>${row.map((share, c) => cellOf(share, r === c, difference))}</tr>`)}</tbody>
    </table></div>`
  return section(
    text.confusion,
    markup`<p class="soft">${text.confusionNote}</p>`,
    markup`<div class="wide matrices">${shares.map((each, i) => {
      if (!each) return null
      const own = matrix(titleOf(runs[i]!), each, false)
      return i === baseline || !base
        ? own
        : joined([own, matrix(`${titleOf(runs[i]!)}: ${text.confusionDiff}`, subtractShares(each, base), true)])
    })}</div>`,
  )
}

function cellOf(share: number | null, diagonal: boolean, difference: boolean): Html {
  if (share === null || Math.abs(share) < 0.005) return markup`<td></td>`
  const good = difference ? share > 0 === diagonal : diagonal
  const strength = Math.round(15 + 70 * Math.sqrt(Math.min(1, Math.abs(share) * (difference ? 2 : 1))))
  const value = Math.round(Math.abs(share) * 100)
  return markup`<td style="background:color-mix(in srgb,var(${good ? '--good' : '--bad'}) ${strength}%,transparent)">${difference ? (share > 0 ? '+' : '−') : null}${value}</td>`
}

export function picturesSection(data: ReportData, format: ReportFormat): Html {
  const { text, percent, count } = format
  const { runs, pictures, picturesTotal } = data
  if (pictures.length === 0) return section(text.samples, markup`<p class="soft">${text.noSamples}</p>`)
  const disagree = pictures.some(({ disagreement }) => disagreement !== null)
  const cell = (n: number, uri: string | null, alt: string, under: string): Html =>
    markup`<td><div class="pic p${n}" style="aspect-ratio:${pictures[n]!.width}/${pictures[n]!.height}">${uri === null ? null : markup`<img src="${uri}" alt="${alt}" />`}</div><span class="soft">${under}</span></td>`
  const classes = runs.map(({ tables: { best, last } }) => best ?? last).find((table) => table !== null)?.rows ?? []
  return section(
    text.samples,
    markup`<p class="soft">${disagree ? text.samplesDisagree : text.samplesWorst}${pictures.length < picturesTotal ? ` ${fill(text.samplesCut, { n: count(pictures.length), total: count(picturesTotal) })}` : null}</p>`,
    markup`<ul class="legend">${classes.map(({ name, color }) => markup`<li>${swatch(color)}${name}</li>`)}</ul>`,
    markup`<style>${pictures.map(({ picture }, n) => markup`.p${n}{background-image:url(${picture})}`)}</style>`,
    wide(
      markup`<table class="pics">
        <thead><tr><th scope="col">${text.picture}</th><th scope="col">${text.truth}</th>${runs.map((run) => markup`<th scope="col">${titleOf(run)}</th>`)}</tr></thead>
        <tbody>${pictures.map(
          (picture, n) =>
            markup`<tr>${cell(n, null, '', picture.name)}${cell(n, picture.truth, text.truth, picture.disagreement === null ? '' : fill(text.differ, { value: percent(picture.disagreement, 1) }))}${picture.predictions.map(
              (each, i) =>
                each
                  ? cell(
                      n,
                      each.uri,
                      titleOf(runs[i]!),
                      each.mIoU === null ? text.noScore : fill(text.iou, { value: percent(each.mIoU, 1) }),
                    )
                  : markup`<td class="soft">${text.none}</td>`,
            )}</tr>`,
        )}</tbody>
      </table>`,
    ),
  )
}
