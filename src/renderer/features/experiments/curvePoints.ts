import type { CurveName } from '../../../shared/model/curve.ts'
import { pageClient } from '../../stores/link.ts'
import { keyOf } from './curveNames.ts'

const pageSize = 10_000

/** Part of a curve by its first and last step. */
export interface CurvePart {
  readonly runId: string
  /** What the run is called. */
  readonly title: string
  readonly curve: CurveName
  readonly first: number
  readonly last: number
}

/** A text in quotes where it needs them; one that a spreadsheet would compute gets an apostrophe. */
export function csvCell(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
}

/** Every stored point of some curves, one a line. */
export async function pointsCsv(parts: readonly CurvePart[]): Promise<Blob> {
  const text: string[] = ['run,curve,step,epoch,wallMs,value\n']
  for (const { runId, title, curve, first, last } of parts) {
    for (let after = Math.max(-1, first - 1); after < last;) {
      const page = await pageClient().runs.points({ runId, ...curve, after, limit: pageSize })
      const rows = page.filter(({ step }) => step <= last)
      text.push(
        ...rows.map(
          ({ step, epoch, wall, value }) => `${csvCell(title)},${csvCell(keyOf(curve))},${step},${epoch},${wall},${value ?? ''}\n`,
        ),
      )
      if (page.length < pageSize) break
      after = page.at(-1)!.step
    }
  }
  return new Blob(text, { type: 'text/csv' })
}
