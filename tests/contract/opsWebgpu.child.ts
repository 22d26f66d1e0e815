// Runs the table of ops on the webgpu provider and answers with one JSON line. A process of its own: the driver is chosen by the environment.
import { casesOf, compareRunners } from '../../src/compute/autodiff/gradCheck.ts'
import { opTable } from '../../src/compute/ops/table.ts'
import { sessionRunner } from '../../src/compute/runtime/sessionRunner.ts'

export interface WebgpuAnswer {
  /** Forward and gradient against the cpu provider. */
  readonly results: readonly { readonly label: string; readonly error: number | null }[]
  /** Ops not claimed for webgpu, and whether they ran there all the same. */
  readonly unclaimed: readonly { readonly op: string; readonly ran: boolean }[]
}

// Strict is the default of a device provider: a node that would fall back to the CPU fails the session.
const webgpu = sessionRunner({ provider: 'webgpu', threads: 1 })
const cpu = sessionRunner({ provider: 'cpu', threads: 1 })
const results = await compareRunners(casesOf(opTable, 'webgpu'), webgpu, cpu)
const unclaimed: { op: string; ran: boolean }[] = []
for (const op of opTable.filter((o) => !o.providers.includes('webgpu'))) {
  const attempt = compareRunners([{ label: op.name, op, probe: op.probes[0]! }], webgpu, cpu)
  const ran = await attempt.then(
    () => true,
    () => false,
  )
  unclaimed.push({ op: op.name, ran })
}
const answer: WebgpuAnswer = { results, unclaimed }
process.stdout.write(`${JSON.stringify(answer)}\n`)
