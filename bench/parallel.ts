import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { SegformerVariant } from '../src/compute/models/segformer/config.ts'
import { createMeetingPlace } from '../src/main/services/runs/replicas.ts'
import { lineChild, type LineChild } from './lineChild.ts'
import type { ParallelPrepare, ParallelSteps } from './parallelChild.ts'

const usage = `usage: npm run --silent bench -- parallel [--model segformer-b0..b5] [--size 256] [--batch 8] [--processes 2]
  [--threads 2] [--rounds 6] [--steps 3] [--json]\n`

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!

/**
 * One process with all threads against several with their share of them, the same global batch, in turns within one run: time of a step and of a
 * picture, their ratio (median over the rounds), and what adding the gradients takes.
 */
export async function parallelBench(argv: string[]): Promise<void> {
  const { values } = parseArgs({
    args: argv,
    options: {
      model: { type: 'string', default: 'segformer-b0' },
      size: { type: 'string', default: '256' },
      batch: { type: 'string', default: '8' },
      processes: { type: 'string', default: '2' },
      threads: { type: 'string', default: '2' },
      rounds: { type: 'string', default: '6' },
      steps: { type: 'string', default: '3' },
      json: { type: 'boolean', default: false },
    },
  })
  const [size, batch, processes, threads, rounds, steps] = [
    values.size,
    values.batch,
    values.processes,
    values.threads,
    values.rounds,
    values.steps,
  ].map(Number) as [number, number, number, number, number, number]
  const variant = /^segformer-(b[0-5])$/.exec(values.model)?.[1]
  if (!variant || processes < 2 || batch % processes !== 0) {
    process.stderr.write(usage)
    process.exitCode = 2
    return
  }
  const file = fileURLToPath(new URL('parallelChild.ts', import.meta.url))
  const start = () => lineChild(process.execPath, [file])
  const common = { do: 'prepare' as const, variant: `mit-${variant}` as SegformerVariant, size, batch }
  const alone = start()
  const place = await createMeetingPlace(processes)
  const group = place.replicas.map(start)
  try {
    await alone.ask({ ...common, threads, replica: null } satisfies ParallelPrepare)
    const share = Math.max(1, Math.floor(threads / processes))
    await Promise.all(
      group.map((child, rank) => child.ask({ ...common, threads: share, replica: place.replicas[rank]! } satisfies ParallelPrepare)),
    )
    const ask = (child: LineChild) => child.ask<ParallelSteps>({ do: 'steps', count: steps })
    // The first steps of a session take its memory.
    await ask(alone)
    await Promise.all(group.map(ask))
    const turns: { one: number; several: number; reduce: number; losses: [number, number] }[] = []
    for (let round = 0; round < rounds; round++) {
      const one = await ask(alone)
      const several = await Promise.all(group.map(ask))
      const [first] = several
      turns.push({
        one: median(one.ms),
        several: median(first!.ms),
        reduce: Math.min(...several.map(({ reduceMs }) => median(reduceMs))),
        losses: [one.loss, first!.loss],
      })
      process.stderr.write(`round ${round + 1} of ${rounds}\r`)
    }
    const one = median(turns.map((turn) => turn.one))
    const several = median(turns.map((turn) => turn.several))
    const result = {
      ...{ model: values.model, size, batch, processes, threads, rounds },
      oneStepMs: one,
      severalStepMs: several,
      onePictureMs: one / batch,
      severalPictureMs: several / batch,
      ratio: median(turns.map((turn) => turn.several / turn.one)),
      /** Of the process that waits least. */
      reduceMs: median(turns.map(({ reduce }) => reduce)),
      reduceShare: median(turns.map(({ reduce, several: whole }) => reduce / whole)),
      lossDifference: Math.max(...turns.map(({ losses: [a, b] }) => Math.abs(a - b) / Math.abs(a))),
    }
    process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : describe(result))
  } finally {
    await Promise.all([alone, ...group].map((child) => child.close()))
    await place.clear()
  }
}

interface Result {
  readonly model: string
  readonly size: number
  readonly batch: number
  readonly processes: number
  readonly threads: number
  readonly oneStepMs: number
  readonly severalStepMs: number
  readonly onePictureMs: number
  readonly severalPictureMs: number
  readonly ratio: number
  readonly reduceMs: number
  readonly reduceShare: number
  readonly lossDifference: number
}

function describe(r: Result): string {
  const line = (what: string, step: number, picture: number) =>
    `${what.padEnd(34)} ${step.toFixed(0).padStart(6)} ms a step ${picture.toFixed(1).padStart(8)} ms a picture\n`
  return (
    `${r.model}, group norm, ${r.batch} pictures of ${r.size} x ${r.size}\n` +
    line(`1 process, ${r.threads} threads`, r.oneStepMs, r.onePictureMs) +
    line(`${r.processes} processes, ${Math.floor(r.threads / r.processes)} thread each`, r.severalStepMs, r.severalPictureMs) +
    `time ratio ${r.ratio.toFixed(3)}; sums take ${r.reduceMs.toFixed(0)} ms, ${(100 * r.reduceShare).toFixed(1)} % of a step; losses differ by ${r.lossDifference.toExponential(1)}\n`
  )
}
