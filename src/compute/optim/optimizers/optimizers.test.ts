import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { optimizerSchema } from '../../../shared/model/train/optimizers/table.ts'
import { encodeModel } from '../../graph/codec.ts'
import { Session, hostData, hostTensor } from '../../runtime/session.ts'
import { FlatOptimizer } from '../flatOptimizer.ts'
import { clipScale, gradientNorm } from '../gradients.ts'
import { planParameters } from '../groups.ts'
import { elementMultipliers } from '../segments.ts'
import { nextOf, updateGraph, updateScalars } from '../updateGraph.ts'

type Named = Record<string, number[]>
interface Case {
  config: { type: string } & Record<string, unknown>
  rates: number[]
  start: Named
  gradients: Named[]
  /** After the first and after the last update. */
  after: [Named, Named]
  state: Record<string, Named>
}
/** From tests/oracles/optimizers.py. */
const file = new URL('../../../../tests/fixtures/optimizers.json', import.meta.url)
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] }

const tensors = [
  { name: 'head.weight', shape: [5, 7] },
  { name: 'norm.bias', shape: [9] },
]
const sized = [
  { name: 'head.weight', length: 35 },
  { name: 'norm.bias', length: 9 },
]
const rules = [
  { match: 'norm', lrMult: 1, decayMult: 0 },
  { match: 'head', lrMult: 10, decayMult: 1 },
]

function open(config: Case['config']): { options: ReturnType<typeof optimizerSchema.parse>; loop: FlatOptimizer } {
  const options = optimizerSchema.parse({ clipNorm: null, ...config, rules })
  return { options, loop: new FlatOptimizer(tensors, planParameters(sized, options), options) }
}

function fill(optimizer: FlatOptimizer, into: 'params' | 'gradients', values: Named): void {
  for (const [name, numbers] of Object.entries(values)) optimizer[into].view(name).set(numbers)
}

function expectClose(have: Float32Array, want: readonly number[], what: string): void {
  expect(have.length).toBe(want.length)
  want.forEach((value, i) =>
    expect(Math.abs(have[i]! - value), `${what}[${i}] ${have[i]} ${value}`).toBeLessThanOrEqual(2e-6 * Math.max(1, Math.abs(value))),
  )
}

const title = ({ config }: Case): [string] => [JSON.stringify(config)]

describe.each(cases.map((one) => [...title(one), one] as const))('%s', (_, one) => {
  it('moves parameters and state as PyTorch does, for several updates in two groups', () => {
    const { options, loop } = open(one.config)
    fill(loop, 'params', one.start)
    one.rates.forEach((rate, i) => {
      fill(loop, 'gradients', one.gradients[i]!)
      loop.update(rate, clipScale(gradientNorm(loop.gradients), options.clipNorm))
      const want = i === 0 ? one.after[0] : i === one.rates.length - 1 ? one.after[1] : undefined
      for (const [name, values] of Object.entries(want ?? {})) expectClose(loop.params.view(name), values, `${i}: ${name}`)
    })
    for (const [state, values] of Object.entries(one.state))
      for (const [name, numbers] of Object.entries(values)) expectClose(loop.states[state]!.view(name), numbers, `${state}.${name}`)
    expect(loop.updates).toBe(5)
  })

  it('does the same in the graph, to 1e-5', async () => {
    const { options, loop } = open(one.config)
    fill(loop, 'params', one.start)
    const length = loop.params.data.length
    const session = await Session.create(encodeModel(updateGraph(length, options)), { provider: 'cpu', threads: 1 })
    const multipliers = elementMultipliers(loop.params, planParameters(sized, options))
    const states = Object.keys(loop.states)
    const arrays: Record<string, Float32Array> = { params: loop.params.data.slice() }
    for (const state of states) arrays[state] = new Float32Array(length)
    for (const [i, rate] of one.rates.entries()) {
      fill(loop, 'gradients', one.gradients[i]!)
      // As if two micro-batches had been added up.
      const doubled = loop.gradients.data.map((value) => value * 2)
      const feeds = { ...arrays, ...multipliers, gradients: doubled, ...updateScalars(options, rate, i + 1, 0.5) }
      const results = await session.run(
        Object.fromEntries(Object.entries(feeds).map(([name, data]) => [name, hostTensor(data, [data.length])])),
      )
      const norm = gradientNorm(loop.gradients)
      if (options.clipNorm !== null) expect((hostData(results['norm']!) as Float32Array)[0]! / norm).toBeCloseTo(1, 5)
      loop.update(rate, clipScale(norm, options.clipNorm))
      for (const name of Object.keys(arrays)) arrays[name] = hostData(results[nextOf(name)]!) as Float32Array
      const pairs: [Float32Array, Float32Array][] = [
        [arrays['params']!, loop.params.data],
        ...states.map((state): [Float32Array, Float32Array] => [arrays[state]!, loop.states[state]!.data]),
      ]
      for (const [have, want] of pairs)
        want.forEach((value, at) => expect(Math.abs(have[at]! - value)).toBeLessThanOrEqual(1e-5 * Math.max(1e-2, Math.abs(value))))
    }
    await session.dispose()
  })
})
