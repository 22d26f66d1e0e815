import { describe, expect, it } from 'vitest'
import { encodeModel } from '../graph/codec.ts'
import { Session, hostData, hostTensor } from '../runtime/session.ts'
import { counterRng } from '../tensor/rng.ts'
import { AdamW } from './adamw.ts'
import { clipScale, gradientNorm } from './gradients.ts'
import { resolveGroups } from './groups.ts'
import { adamwGraph, elementMultipliers, updateScalars } from './updateGraph.ts'

const tensors = [
  { name: 'head.weight', shape: [5, 7] },
  { name: 'norm.bias', shape: [9] },
]
const options = { betas: [0.9, 0.999] as const, eps: 1e-8, weightDecay: 0.05 }
const rules = [
  { match: 'norm', lrMult: 1, decayMult: 0 },
  { match: 'head', lrMult: 10, decayMult: 1 },
]

describe('the AdamW graph', () => {
  it('agrees with the loop to 1e-5, step after step, groups and clipping included', async () => {
    const groups = resolveGroups(
      tensors.map((t) => ({ name: t.name, length: t.shape.reduce((a, b) => a * b, 1) })),
      rules,
    )
    const loop = new AdamW(tensors, groups, options)
    const rng = counterRng(1, 'update')
    for (const { name } of tensors) loop.params.view(name).forEach((_, i, view) => (view[i] = rng.normal()))
    const length = loop.params.data.length
    const session = await Session.create(encodeModel(adamwGraph(length, options, 1)), { provider: 'cpu', threads: 1 })
    const multipliers = elementMultipliers(loop.params, groups)
    const state: Record<'params' | 'firstMoment' | 'secondMoment', Float32Array> = {
      params: loop.params.data.slice(),
      firstMoment: new Float32Array(length),
      secondMoment: new Float32Array(length),
    }
    for (let step = 1; step <= 4; step++) {
      for (const { name } of tensors) loop.gradients.view(name).forEach((_, i, view) => (view[i] = rng.normal()))
      const arrays = { ...state, ...multipliers, gradients: loop.gradients.data.slice() }
      const feeds = Object.entries({ ...arrays, ...updateScalars(options, 1e-2, step, 1) }).map(([name, data]) => [
        name,
        hostTensor(data, [data.length]),
      ])
      const results = await session.run(Object.fromEntries(feeds) as Record<string, ReturnType<typeof hostTensor>>)
      const norm = gradientNorm(loop.gradients)
      expect((hostData(results['norm']!) as Float32Array)[0]! / norm).toBeCloseTo(1, 5)
      loop.step(1e-2, clipScale(norm, 1))
      state.params = hostData(results['newParams']!) as Float32Array
      state.firstMoment = hostData(results['newFirstMoment']!) as Float32Array
      state.secondMoment = hostData(results['newSecondMoment']!) as Float32Array
      loop.params.data.forEach((want, i) =>
        expect(Math.abs(state.params[i]! - want)).toBeLessThanOrEqual(1e-5 * Math.max(1e-3, Math.abs(want))),
      )
    }
    await session.dispose()
  })
})
