import { isFewerBetter, isSamTune, samScoreNames, type SamScoreName } from '../../../../shared/model/samTune.ts'
import type { ReportFormat } from './format.ts'
import { markup, type Html } from './html.ts'
import { section, titleOf, wide } from './parts.ts'
import type { ReportData, ReportRun } from './reportData.ts'
import { fill } from './texts.ts'

export const isTuned = ({ config }: Pick<ReportRun, 'config'>): boolean => isSamTune(config)

const valueAt = ({ points }: ReportRun, name: SamScoreName, step: number | undefined): number | null =>
  points.find((point) => point.split === 'val' && point.name === name && point.step === step)?.value ?? null

/** That of the best checkpoint, else the newest validation; none where there was none after the first step. */
function lastStep({ run, points }: ReportRun): number | undefined {
  const steps = points.filter(({ split, name, step }) => split === 'val' && name === 'IoU@3' && step > 0).map(({ step }) => step)
  return steps.find((step) => step === run.primary?.bestStep) ?? steps.sort((a, b) => a - b).at(-1)
}

/** What trainings of a SAM came to by simulated clicks; null where none of the runs is one. */
export function clicksSection({ runs }: ReportData, { text, percent, measured }: ReportFormat): Html | null {
  const tuned = runs.filter(isTuned)
  if (tuned.length === 0) return null
  const shown = (name: SamScoreName, value: number | null): string =>
    value === null ? text.none : isFewerBetter(name) ? measured(value) : percent(value, 1)
  const label = (name: SamScoreName): string => fill(isFewerBetter(name) ? text.clicksTo : text.iouAfter, { n: name.replace(/^\D+/, '') })
  return section(
    text.clicks,
    markup`<p class="soft">${text.clicksNote}</p>`,
    wide(
      markup`<table>
        <thead><tr class="head"><th scope="col">${text.score}</th>${tuned.map((run) => markup`<th scope="col" class="num">${titleOf(run)}</th>`)}</tr></thead>
        <tbody>${samScoreNames.map(
          (name) =>
            markup`<tr><th scope="row">${label(name)}</th>${tuned.map(
              (run) =>
                markup`<td class="num">${shown(name, valueAt(run, name, lastStep(run)))}<br /><span class="soft">${text.before} ${shown(name, valueAt(run, name, 0))}</span></td>`,
            )}</tr>`,
        )}</tbody>
      </table>`,
    ),
  )
}
