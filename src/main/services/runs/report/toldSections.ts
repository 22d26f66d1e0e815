import { configLeaves, diffConfigs, sameValue, type Leaf } from '../../../../shared/comparison/configDiff.ts'
import { nowhere, type Origin } from '../../../../shared/model/config/origin.ts'
import type { ReportFormat } from './format.ts'
import { joined, markup, type Html } from './html.ts'
import { runHeads, section, wide } from './parts.ts'
import type { ReportData, ReportRun } from './reportData.ts'
import { fill } from './texts.ts'

/** A value as it is written in a config. */
const valueText = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : Array.isArray(value) && value.every((each) => typeof each === 'string')
      ? value.join(' · ')
      : JSON.stringify(value)

export function configSection(data: ReportData, format: ReportFormat, labels: Readonly<Record<string, string>>): Html {
  const { text } = format
  const { runs, baseline } = data
  const several = runs.length > 1
  const all = diffConfigs(runs.map(({ config }) => ({ config, leaves: configLeaves(config) })))
  const rows = several ? all.filter((row) => row.differs) : all
  if (rows.length === 0) return section(text.configDiff, markup`<p>${text.configSame}</p>`)
  const originOf = (run: ReportRun, leaf: Leaf): string => {
    if (!run.record) return ''
    const { from, name, line }: Origin = run.record.origins[leaf.path] ?? nowhere('default')
    const where = from === 'preset' || from === 'file' || from === 'set' ? `${text.origin[from]} ${name}` : text.origin[from]
    return line === null ? where : `${where}:${line}`
  }
  const cell = (run: ReportRun, leaf: Leaf | null, differs: boolean): Html =>
    leaf
      ? markup`<td class="${differs && several ? 'differs' : ''}">${differs && several ? '≠ ' : null}${valueText(leaf.value)}<br /><span class="soft mono">${originOf(run, leaf)}</span></td>`
      : markup`<td class="${differs ? 'differs' : 'soft'}">${differs ? '≠ ' : null}${text.notThere}</td>`
  const label = (key: string): Html => {
    const words = Object.hasOwn(labels, key) ? labels[key] : undefined
    return words === undefined ? markup`<span class="mono">${key}</span>` : markup`${words}<br /><span class="soft mono">${key}</span>`
  }
  return section(
    several ? text.configDiff : text.config,
    wide(
      markup`<table>
        <thead><tr class="head"><th scope="col">${text.setting}</th>${runHeads(data, format)}</tr></thead>
        <tbody>${rows.map(
          ({ key, leaves }) =>
            markup`<tr><th scope="row">${label(key)}</th>${leaves.map((leaf, i) => cell(runs[i]!, leaf, !sameValue(leaf, leaves[baseline])))}</tr>`,
        )}</tbody>
      </table>`,
    ),
  )
}

export function dataSection(report: ReportData, format: ReportFormat): Html {
  const { text, count } = format
  const { data, baseline, runs } = report
  const others = data.filter((_, i) => i !== baseline)
  const verdict =
    others.length === 0 || others.some(({ diff }) => diff === null)
      ? null
      : markup`<p>${others.every(({ diff }) => diff?.same) ? text.dataSame : text.dataDiffers}</p>`
  const splits = [...new Set(data.flatMap(({ seen }) => seen?.splits.map(({ name }) => name) ?? []))]
  const facts: [string, (each: (typeof data)[number]) => string][] = [
    [text.facts.dataset, ({ seen }) => seen?.dataset ?? text.dataUnknown],
    [text.facts.snapshot, ({ seen }) => seen?.hash.slice(0, 12) ?? text.dataUnknown],
    [text.pictures, ({ seen }) => (seen ? count(seen.items) : text.dataUnknown)],
    ...splits.map((name): (typeof facts)[number] => [
      fill(text.inSplit, { name }),
      ({ seen }) => (seen ? count(seen.splits.find((split) => split.name === name)?.items ?? 0) : text.none),
    ]),
    [text.classes, ({ seen }) => seen?.classes.map(({ name }) => name).join(', ') ?? text.dataUnknown],
  ]
  const differences = (each: (typeof data)[number], i: number): Html => {
    if (i === baseline) return markup`${text.baseline}`
    const { diff } = each
    if (!diff) return markup`${text.dataUnknown}`
    const some = (label: string, names: readonly string[], total = names.length): Html | null =>
      total > 0
        ? markup`<p>${count(total)} ${label}<br /><span class="soft">${names.join(', ')}${total > names.length ? ' …' : null}</span></p>`
        : null
    const lines = [
      some(text.onlyInBaseline, diff.onlyInBaseline.names, diff.onlyInBaseline.count),
      some(text.onlyHere, diff.onlyHere.names, diff.onlyHere.count),
      some(text.changedPictures, diff.changedPictures.names, diff.changedPictures.count),
      some(text.changedLabels, diff.changedLabels.names, diff.changedLabels.count),
      some(
        text.moved,
        diff.moved.items.map(({ name, from, to }) => `${name}: ${from.join('+')} → ${to.join('+')}`),
        diff.moved.count,
      ),
      some(text.unknown, [], diff.unknown),
      some(text.added, diff.classes.added),
      some(text.missing, diff.classes.missing),
      some(
        text.renamed,
        diff.classes.renamed.map(({ before, now }) => `${before} → ${now}`),
      ),
      some(
        text.recoloured,
        diff.classes.recoloured.map(({ name }) => name),
      ),
      some(
        text.renumbered,
        diff.classes.renumbered.map(({ name }) => name),
      ),
    ].filter((line) => line !== null)
    return diff.same && lines.length === 0 ? markup`${text.same}` : joined(lines)
  }
  return section(
    text.data,
    verdict ?? markup``,
    wide(
      markup`<table>
        <thead><tr class="head"><th scope="col"></th>${runHeads(report, format)}</tr></thead>
        <tbody>
          ${facts.map(([label, read]) => markup`<tr><th scope="row">${label}</th>${data.map((each) => markup`<td>${read(each)}</td>`)}</tr>`)}
          ${runs.length > 1 ? markup`<tr><th scope="row">${text.versus}</th>${data.map((each, i) => markup`<td>${differences(each, i)}</td>`)}</tr>` : null}
        </tbody>
      </table>`,
    ),
  )
}
