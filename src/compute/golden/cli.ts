import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { AppError } from '../../shared/errors.ts'
import { readSafetensors } from '../weights/safetensors.ts'
import { tableText, type Row } from './compare.ts'
import { replaySegformer } from './replay.ts'
import { replaySam } from './replaySam.ts'

const files = process.argv.slice(2).filter((a) => !a.startsWith('--'))
const brief = process.argv.includes('--brief')

/** Worst row of each kind: what the eye wants after a table of 400 lines. */
function summary(rows: readonly Row[]): string {
  const kind = (r: Row): string => `${r.name.split(/[. ]/)[0]} (${r.rule})`
  const worst = new Map<string, { row: Row; count: number }>()
  for (const r of rows) {
    const have = worst.get(kind(r))
    worst.set(kind(r), { row: !have || r.error / r.bound > have.row.error / have.row.bound ? r : have.row, count: (have?.count ?? 0) + 1 })
  }
  return [...worst]
    .map(
      ([k, { row, count }]) =>
        `  ${k.padEnd(24)} ${String(count).padStart(4)} compared, worst ${row.error.toExponential(2)} of ${row.bound.toExponential(1)} (${row.name})`,
    )
    .join('\n')
}

async function replayFile(file: string): Promise<boolean> {
  const tensors = readSafetensors(readFileSync(file))
  const replay = tensors.metadata['names']?.startsWith('facebookresearch/segment-anything') ? replaySam : replaySegformer
  const rows = await replay(tensors, Math.min(4, availableParallelism()))
  const failed = rows.filter((r) => !r.passed)
  const shown = brief ? failed : rows
  process.stdout.write(
    `${file}\n${shown.length > 0 ? `${tableText(shown)}\n` : ''}${summary(rows)}\n${failed.length === 0 ? 'passed' : `FAILED: ${failed.length} of ${rows.length}`}\n`,
  )
  return failed.length === 0
}

if (files.length === 0) {
  process.stderr.write('usage: npm run golden -- [--brief] FILE.safetensors...\n')
  process.exitCode = 2
} else {
  for (const file of files) {
    try {
      if (!(await replayFile(file))) process.exitCode = 1
    } catch (error) {
      if (!(error instanceof AppError) && !(error instanceof Error && 'code' in error)) throw error
      process.stderr.write(`${file}: ${error.message}\n`)
      process.exitCode = 1
    }
  }
}
