import { describe, expect, it } from 'vitest'
import { transformSchema } from '../../../shared/model/train/transforms/table.ts'
import { counterRng } from '../../tensor/rng.ts'
import { resizeLinear } from '../resize.ts'
import type { Sample } from '../sample.ts'
import { classesAreMixed } from './geometry.ts'
import { createPipeline, defaultTrainTransforms, defaultValTransforms } from './pipeline.ts'
import { fitSize } from './resize.ts'

function sampleOf(width: number, height: number): Sample {
  const rng = counterRng(5, width, height)
  const image = Uint8Array.from({ length: width * height * 3 }, () => rng.int(256))
  const label = Uint8Array.from({ length: width * height }, (_, i) => ((i % width) * 4 < width ? 1 : 0))
  return { image, label, imageSize: { width, height }, labelSize: { width, height }, pendingSize: null }
}

const run = (list: readonly { type: string; [key: string]: unknown }[], sample: Sample, ...keys: number[]): Sample => {
  createPipeline(
    list.map((entry) => transformSchema.parse(entry)),
    'train',
  ).apply(sample, counterRng(0, ...keys))
  return sample
}

describe('keep-ratio rule', () => {
  it('is mmcv.rescale_size with its rounding', () => {
    // min(2048 / 500, 512 / 375) = 1.36533: 682.67 and 512
    expect(fitSize({ width: 500, height: 375 }, [2048, 512])).toEqual({ width: 683, height: 512 })
    expect(fitSize({ width: 375, height: 500 }, [512, 2048])).toEqual({ width: 512, height: 683 })
    expect(fitSize({ width: 3000, height: 100 }, [2048, 512])).toEqual({ width: 2048, height: 68 })
  })
})

describe('pipeline', () => {
  it('makes training crops of the asked size for large, small and narrow pictures', () => {
    for (const [width, height] of [
      [200, 150],
      [20, 300],
      [9, 7],
    ] as const) {
      for (let seed = 0; seed < 4; seed++) {
        const sample = run(defaultTrainTransforms([64, 96]), sampleOf(width, height), seed)
        expect(sample.imageSize).toEqual({ width: 96, height: 64 })
        expect(sample.labelSize).toEqual({ width: 96, height: 64 })
        expect([sample.image.length, sample.label.length]).toEqual([96 * 64 * 3, 96 * 64])
      }
    }
  })

  it('resizing only the crop gives the bytes of resizing everything', () => {
    const list = [
      { type: 'RandomResize', scale: [240, 90], ratio: [0.7, 1.8] },
      { type: 'RandomCrop', size: [40, 40], catMaxRatio: 1 },
    ]
    for (let seed = 0; seed < 5; seed++) {
      const rng = counterRng(0, seed)
      const ratio = rng.range(0.7, 1.8)
      const to = fitSize({ width: 71, height: 53 }, [Math.trunc(240 * ratio), Math.trunc(90 * ratio)])
      const whole = resizeLinear(sampleOf(71, 53).image, 71, 53, to.width, to.height)
      const y = rng.int(to.height - 40 + 1)
      const x = rng.int(to.width - 40 + 1)
      const got = run(list, sampleOf(71, 53), seed)
      for (let r = 0; r < 40; r++)
        expect(got.image.subarray(r * 120, r * 120 + 120)).toEqual(
          whole.subarray(((y + r) * to.width + x) * 3, ((y + r) * to.width + x + 40) * 3),
        )
    }
  })

  it('flips image and label together, or neither', () => {
    const both = new Set<string>()
    for (let seed = 0; seed < 12; seed++) {
      const before = sampleOf(6, 2)
      const after = run([{ type: 'RandomFlip' }], sampleOf(6, 2), seed)
      const flipped = Array.from({ length: 12 }, (_, i) => before.label[i - (i % 6) + 5 - (i % 6)]!)
      const imageFlipped = after.image[0] === before.image[15]
      expect([...after.label]).toEqual(imageFlipped ? flipped : [...before.label])
      if (imageFlipped) expect([...after.image.subarray(15, 18)]).toEqual([...before.image.subarray(0, 3)])
      both.add(String(imageFlipped))
    }
    expect(both.size).toBe(2)
  })

  it('pads at the bottom and right, black and void', () => {
    const sample = run([{ type: 'Pad', size: [4, 5] }], sampleOf(3, 2))
    expect([...sample.label]).toEqual([1, 0, 0, 255, 255, 1, 0, 0, 255, 255, ...Array<number>(10).fill(255)])
    expect([...sample.image.subarray(9, 15)]).toEqual([0, 0, 0, 0, 0, 0])
    expect([...sample.image.subarray(0, 9)]).toEqual([...sampleOf(3, 2).image.subarray(0, 9)])
  })

  it('never writes into the decoded picture', () => {
    const sample = sampleOf(80, 60)
    const [image, label] = [sample.image, sample.label]
    const copies = [image.slice(), label.slice()]
    run([{ type: 'RandomFlip', prob: 1 }, { type: 'PhotoMetricDistortion' }], sample, 3)
    run([{ type: 'PhotoMetricDistortion' }], { ...sampleOf(80, 60), image, label }, 4)
    expect([image, label]).toEqual(copies)
  })

  it('test-time resizes leave the label map alone and foretell their size', () => {
    const pipeline = createPipeline(defaultValTransforms([64, 64]), 'eval')
    const sample = sampleOf(100, 75)
    pipeline.apply(sample, counterRng(0))
    // 64 / 75 gives 85 x 64, and the next multiples of 32
    expect(sample.imageSize).toEqual({ width: 96, height: 64 })
    expect(sample.labelSize).toEqual({ width: 100, height: 75 })
    expect(pipeline.sizeFor({ width: 100, height: 75 })).toEqual({ image: sample.imageSize, label: sample.labelSize })
  })
})

describe('cat_max_ratio', () => {
  const region = { x: 0, y: 0, width: 4, height: 1 }
  const mixed = (...label: number[]): boolean => classesAreMixed(Uint8Array.from(label), 4, region, 0.75)

  it('needs more than one class and no class beyond the ratio, void not counted', () => {
    expect(mixed(1, 1, 1, 1)).toBe(false)
    expect(mixed(1, 1, 1, 2)).toBe(false)
    expect(mixed(1, 1, 2, 2)).toBe(true)
    expect(mixed(1, 1, 255, 255)).toBe(false)
    expect(mixed(1, 2, 255, 255)).toBe(true)
    expect(mixed(255, 255, 255, 255)).toBe(false)
  })

  it('redraws until the crop is mixed', () => {
    const list = (catMaxRatio: number): Parameters<typeof run>[0] => [{ type: 'RandomCrop', size: [30, 30], catMaxRatio }]
    const pure = (sample: Sample): boolean => new Set(sample.label).size === 1
    let without = 0
    let withRule = 0
    for (let seed = 0; seed < 60; seed++) {
      if (pure(run(list(1), sampleOf(100, 40), seed))) without++
      if (pure(run(list(0.75), sampleOf(100, 40), seed))) withRule++
    }
    expect(without).toBeGreaterThan(30)
    expect(withRule).toBeLessThan(without / 4)
  })
})
