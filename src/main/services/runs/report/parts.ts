import { runTitle } from '../../../../shared/model/run.ts'
import { lookClass } from './chart.ts'
import type { ReportFormat } from './format.ts'
import { joined, markup, type Html } from './html.ts'
import type { ReportData, ReportRun } from './reportData.ts'

export const titleOf = ({ run }: Pick<ReportRun, 'run'>): string => runTitle(run)

export const section = (title: string, ...content: Html[]): Html => markup`<section><h2>${title}</h2>${joined(content)}</section>`
export const wide = (table: Html): Html => markup`<div class="wide">${table}</div>`

/** A column per run, the baseline marked. */
export const runHeads = ({ runs, baseline }: ReportData, { text }: ReportFormat, numeric = false): Html =>
  joined(
    runs.map(
      (run, i) =>
        markup`<th scope="col" class="${numeric ? 'num' : ''}"><span class="key ${lookClass(i)}"></span>${titleOf(run)}${
          i === baseline && runs.length > 1 ? markup` <span class="soft">(${text.baseline})</span>` : null
        }</th>`,
    ),
  )

/** Only what is a colour reaches a style. */
export const swatch = (color: string): Html | null =>
  /^#[0-9a-f]{6}$/i.test(color) ? markup`<span class="sw" style="background:${color}"></span>` : null
