import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { transformSchema } from '../../../shared/model/train/transforms/table.ts'
import { counterRng } from '../../tensor/rng.ts'
import type { Sample } from '../sample.ts'
import { rotation, warpLinear, warpNearest } from '../warp.ts'
import { applyJitter, type JitterStep } from './colorJitter.ts'
import { drawBeta, drawCutMixRegion } from './cutMix.ts'
import { createPipeline } from './pipeline.ts'

// Stored results of OpenCV and Pillow, made by tests/oracles/augment.py.
const fixture = JSON.parse(readFileSync(new URL('../../../../tests/fixtures/opencv/augment.json', import.meta.url), 'utf8')) as {
  rotate: { width: number; height: number; degrees: number; fill: number; image: string; label: string; linear: string; nearest: string }[]
  jitter: { width: number; image: string; cases: { step: JitterStep; amount: number; result: string }[] }
}
const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'))

function sampleOf(width: number, height: number, key = 0): Sample {
  const rng = counterRng(5, width, height, key)
  const image = Uint8Array.from({ length: width * height * 3 }, () => rng.int(256))
  const label = Uint8Array.from({ length: width * height }, () => rng.int(4))
  return { image, label, imageSize: { width, height }, labelSize: { width, height }, pendingSize: null }
}

const pipelineOf = (...list: { type: string; [key: string]: unknown }[]) =>
  createPipeline(
    list.map((entry) => transformSchema.parse(entry)),
    'train',
  )
const run = (entry: { type: string; [key: string]: unknown }, sample: Sample, ...keys: number[]): Sample => {
  pipelineOf(entry).apply(sample, counterRng(0, ...keys))
  return sample
}

/** Same seed, same pixels; another seed, others; the decoded picture is never written to. */
function expectSeeded(entry: { type: string; [key: string]: unknown }): void {
  const before = sampleOf(40, 30)
  const once = run(entry, sampleOf(40, 30), 1)
  expect(run(entry, sampleOf(40, 30), 1)).toEqual(once)
  const results = new Set(Array.from({ length: 8 }, (_, seed) => run(entry, sampleOf(40, 30), seed).image.join()))
  expect(results.size).toBeGreaterThan(4)
  const shared = sampleOf(40, 30)
  run(entry, { ...shared }, 2)
  expect([shared.image, shared.label]).toEqual([before.image, before.label])
}

describe('RandomRotate', () => {
  it.each(fixture.rotate.map((c) => [`${c.width}x${c.height} by ${c.degrees}`, c] as const))('%s has the bytes of OpenCV', (_, c) => {
    const map = rotation(c, c.degrees)
    expect(warpLinear(bytes(c.image), c, map, c.fill)).toEqual(bytes(c.linear))
    expect(warpNearest(bytes(c.label), c, map, 255)).toEqual(bytes(c.nearest))
  })
  it('is seeded, keeps the size and marks what comes from outside as void', () => {
    expectSeeded({ type: 'RandomRotate', prob: 1, degrees: 30 })
    const sample = run({ type: 'RandomRotate', prob: 1, degrees: 45 }, sampleOf(40, 30), 3)
    expect(sample.imageSize).toEqual({ width: 40, height: 30 })
    expect(sample.label.filter((v) => v === 255).length).toBeGreaterThan(20)
    expect(run({ type: 'RandomRotate', prob: 0 }, sampleOf(9, 9))).toEqual(sampleOf(9, 9))
  })
})

describe('ColorJitter', () => {
  const { image, width, cases } = fixture.jitter
  it.each(cases.map((c) => [`${c.step} ${c.amount}`, c] as const))('%s has the bytes of Pillow (hue: OpenCV)', (_, c) => {
    const pixels = bytes(image)
    applyJitter(pixels, width, c.step, c.amount)
    expect(pixels).toEqual(bytes(c.result))
  })
  it('is seeded and leaves the labels alone', () => {
    expectSeeded({ type: 'ColorJitter' })
    expect(run({ type: 'ColorJitter' }, sampleOf(40, 30), 1).label).toEqual(sampleOf(40, 30).label)
  })
})

describe('RandomErasing', () => {
  const erase = (more: object) => ({ type: 'RandomErasing', prob: 1, ...more })
  it('is seeded, and paints one rectangle whose labels become void or stay', () => {
    expectSeeded(erase({ fill: 'noise' }))
    const before = sampleOf(40, 30)
    const { image, label } = run(erase({ area: [0.1, 0.2], fill: 'mean' }), sampleOf(40, 30), 4)
    const erased = [...label.keys()].filter((i) => label[i] === 255)
    const xs = erased.map((i) => i % 40)
    const ys = erased.map((i) => Math.floor(i / 40))
    expect(erased.length).toBe((Math.max(...xs) - Math.min(...xs) + 1) * (Math.max(...ys) - Math.min(...ys) + 1))
    expect(erased.length / 1200).toBeGreaterThan(0.08)
    expect(erased.length / 1200).toBeLessThan(0.22)
    for (let i = 0; i < label.length; i++)
      expect([...image.subarray(i * 3, i * 3 + 3)]).toEqual(
        label[i] === 255 ? [124, 116, 104] : [...before.image.subarray(i * 3, i * 3 + 3)],
      )
    const kept = run(erase({ area: [0.1, 0.2], fill: 'black', label: 'keep' }), sampleOf(40, 30), 4)
    expect(kept.label).toEqual(before.label)
    for (const i of erased) expect([...kept.image.subarray(i * 3, i * 3 + 3)]).toEqual([0, 0, 0])
  })
})

describe('CenterCrop and Resize', () => {
  it('cuts the middle, rounding halves to even, and leaves small sides whole', () => {
    const before = sampleOf(10, 7)
    const after = run({ type: 'CenterCrop', size: [4, 7] }, sampleOf(10, 7))
    expect([after.imageSize, after.labelSize]).toEqual([
      { width: 7, height: 4 },
      { width: 7, height: 4 },
    ])
    // (10 - 7) / 2 and (7 - 4) / 2 are both 1.5, to even: 2
    expect(after.label[0]).toBe(before.label[2 * 10 + 2])
    expect([...after.image.subarray(0, 3)]).toEqual([...before.image.subarray(66, 69)])
    expect(run({ type: 'CenterCrop', size: [9, 20] }, sampleOf(10, 7))).toEqual(before)
  })
  it('sizes by bounds, freely, by the short side, and to multiples, labels along in training only', () => {
    const sizeOf = (entry: object) => {
      const { imageSize, labelSize } = run({ type: 'Resize', ...entry }, sampleOf(50, 37))
      expect(labelSize).toEqual(imageSize)
      return [imageSize.width, imageSize.height]
    }
    expect(sizeOf({ scale: [80, 40] })).toEqual([54, 40])
    expect(sizeOf({ scale: [80, 40], keepRatio: false })).toEqual([80, 40])
    expect(sizeOf({ shortSide: 74 })).toEqual([100, 74])
    expect(sizeOf({ shortSide: 64, multipleOf: 32 })).toEqual([96, 64])
    const evaluated = createPipeline([transformSchema.parse({ type: 'Resize', shortSide: 64 })], 'eval')
    expect(evaluated.sizeFor({ width: 50, height: 37 })).toEqual({ image: { width: 86, height: 64 }, label: { width: 50, height: 37 } })
  })
})

describe('CutMix', () => {
  const mixing = { type: 'CutMix', prob: 1 }
  const other = (width: number, height: number) => () => Promise.resolve({ sample: sampleOf(width, height, 1), rng: counterRng(0, 99) })

  it('takes a rectangle, labels included, from the other picture at the same place', async () => {
    let pasted = 0
    for (let seed = 0; seed < 20; seed++) {
      const sample = sampleOf(24, 16)
      await pipelineOf(mixing).applyMixing(sample, counterRng(0, seed), other(24, 16))
      const [a, b] = [sampleOf(24, 16), sampleOf(24, 16, 1)]
      const rng = counterRng(0, seed)
      rng.chance(1)
      const region = drawCutMixRegion({ width: 24, height: 16 }, 1, rng)
      for (let i = 0; i < 24 * 16; i++) {
        const [x, y] = [i % 24, Math.floor(i / 24)]
        const inside = x >= region.x && x < region.x + region.width && y >= region.y && y < region.y + region.height
        const from = inside ? b : a
        expect(sample.label[i]).toBe(from.label[i])
        expect([...sample.image.subarray(i * 3, i * 3 + 3)]).toEqual([...from.image.subarray(i * 3, i * 3 + 3)])
        if (inside) pasted++
      }
    }
    expect(pasted / (20 * 24 * 16)).toBeGreaterThan(0.15)
    expect(pasted / (20 * 24 * 16)).toBeLessThan(0.6)
  })

  it('sends the other picture through the transforms before it, and asks for none when chance says no', async () => {
    const sample = sampleOf(24, 16)
    await pipelineOf({ type: 'RandomFlip', prob: 1 }, mixing).applyMixing(sample, counterRng(0, 2), other(24, 16))
    const flippedB = run({ type: 'RandomFlip', prob: 1 }, sampleOf(24, 16, 1))
    const flippedA = run({ type: 'RandomFlip', prob: 1 }, sampleOf(24, 16))
    for (let i = 0; i < sample.label.length; i++) expect([flippedA.label[i], flippedB.label[i]]).toContain(sample.label[i])
    expect(sample.label).not.toEqual(flippedA.label)
    const never = sampleOf(8, 8)
    await pipelineOf({ type: 'CutMix', prob: 0 }).applyMixing(never, counterRng(0), () => Promise.reject(new Error('asked')))
    expect(never).toEqual(sampleOf(8, 8))
  })

  it('pastes no more than a smaller picture has', async () => {
    for (let seed = 0; seed < 10; seed++) {
      const sample = sampleOf(24, 16)
      await pipelineOf(mixing).applyMixing(sample, counterRng(0, seed), other(6, 5))
      const a = sampleOf(24, 16)
      for (let i = 0; i < a.label.length; i++) if (i % 24 >= 6 || i >= 5 * 24) expect(sample.label[i]).toBe(a.label[i])
    }
  })

  it('draws from the beta distribution', () => {
    for (const alpha of [0.3, 1, 4]) {
      const rng = counterRng(1, 'beta')
      const values = Array.from({ length: 4000 }, () => drawBeta(alpha, rng))
      const mean = values.reduce((a, b) => a + b) / values.length
      const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length
      expect(mean).toBeCloseTo(0.5, 1)
      // Var[Beta(a, a)] = 1 / (4 (2 a + 1))
      expect(variance * 4 * (2 * alpha + 1)).toBeCloseTo(1, 0.8)
    }
  })
})

describe('the calm part of a pipeline', () => {
  it('keeps what makes the size and drops the rest', () => {
    const calm = pipelineOf(
      { type: 'RandomResize', scale: [64, 32] },
      { type: 'RandomCrop', size: [16, 16], catMaxRatio: 1 },
      { type: 'RandomFlip', prob: 1 },
      { type: 'RandomRotate', prob: 1 },
      { type: 'ColorJitter' },
      { type: 'PhotoMetricDistortion' },
      { type: 'RandomErasing', prob: 1 },
      { type: 'CutMix', prob: 1 },
      { type: 'Pad', size: [16, 16] },
    ).calm()
    const still = pipelineOf({ type: 'Resize', scale: [64, 32] }, { type: 'RandomCrop', size: [16, 16], catMaxRatio: 1 })
    for (let seed = 0; seed < 5; seed++) {
      const [a, b] = [sampleOf(40, 30), sampleOf(40, 30)]
      calm.apply(a, counterRng(0, seed))
      still.apply(b, counterRng(0, seed))
      expect(a).toEqual(b)
    }
  })
})
