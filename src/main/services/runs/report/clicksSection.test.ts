import { expect, it } from 'vitest'
import { clicksSection } from './clicksSection.ts'
import { reportFormat } from './format.ts'
import type { ReportData } from './reportData.ts'
import { reportTexts } from './texts.ts'

const runOf = (number: number, task: Record<string, unknown>, values: Readonly<Record<string, readonly [number, number]>>) => ({
  run: { number, name: `<b>${number}`, primary: { name: 'IoU@3', best: 0.7, bestStep: 40, last: 0.7 } },
  config: task,
  points: Object.entries(values).flatMap(([name, [before, after]]) => [
    { split: 'val', name, step: 0, value: before },
    { split: 'val', name, step: 40, value: after },
  ]),
})
const dataOf = (...runs: ReturnType<typeof runOf>[]): ReportData => ({ runs, baseline: 0 }) as unknown as ReportData
const format = reportFormat(reportTexts.en)

it('tells what trainings of a SAM came to, before and after, and leaves out those of other tasks', () => {
  const tuned = runOf(2, { task: 'promptedMask' }, { 'IoU@3': [0.5, 0.7], NoC85: [8, 5.25] })
  const text = clicksSection(dataOf(runOf(1, {}, {}), tuned), format)!.text
  expect(text).toContain('Clicks to 85 % IoU')
  expect(text.replace(/\s+/g, ' ')).toContain('5.25<br /><span class="soft">before 8</span>')
  expect(text.replace(/\s+/g, ' ')).toContain('70.0<br /><span class="soft">before 50.0</span>')
  expect(text).toContain('&#60;b&#62;2')
  expect(text).not.toContain('&#60;b&#62;1')
  expect(clicksSection(dataOf(runOf(1, {}, {})), format)).toBeNull()
})
