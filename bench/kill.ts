import { parseArgs } from 'node:util'
import { killRounds } from '../tests/support/kill/killRounds.ts'

/** Kills a served project at random times under two editing pages: `--kills 100 --seed 1 --longest-ms 1200`; ends with 1 when anything acknowledged is gone. */
export async function killBench(argv: string[]): Promise<void> {
  const { values } = parseArgs({
    args: argv,
    options: {
      kills: { type: 'string', default: '100' },
      seed: { type: 'string', default: '1' },
      'longest-ms': { type: 'string', default: '1200' },
    },
  })
  const report = await killRounds({
    kills: Number(values.kills),
    seed: Number(values.seed),
    longestMs: Number(values['longest-ms']),
    onRound: (round, faults) => process.stderr.write(`${round + 1} ${faults.length === 0 ? 'ok' : faults.join('; ')}\n`),
  })
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
  if (report.faults.length > 0) process.exitCode = 1
}
