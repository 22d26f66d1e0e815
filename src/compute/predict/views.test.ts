import { describe, expect, it } from 'vitest'
import { counterRng } from '../tensor/rng.ts'
import type { Infer } from './infer.ts'
import { inferInWindows, windowStarts } from './slide.ts'
import { classMapOfViews, type View } from './viewAverage.ts'
import { lookAt, looksTwice, scaleTransforms } from './views.ts'

/** A small network that sees position: class k scores the mean of its 3 x 3 neighbourhood, channels weighed by k, plus how far the pixel is from the window's corner. */
const network: Infer = (images, { batch, height, width }) => {
  const classes = 4
  const data = new Float32Array(batch * classes * height * width)
  for (let n = 0; n < batch; n++) {
    for (let k = 0; k < classes; k++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          let sum = 0
          for (let c = 0; c < 3; c++)
            for (let dy = -1; dy <= 1; dy++)
              for (let dx = -1; dx <= 1; dx++) {
                const [yy, xx] = [y + dy, x + dx]
                if (yy >= 0 && yy < height && xx >= 0 && xx < width)
                  sum += images[((n * 3 + c) * height + yy) * width + xx]! * Math.sin(1 + k * 3 + c + dx)
              }
          data[((n * classes + k) * height + y) * width + x] = sum / 9 + (k * (x + 2 * y)) / 100
        }
      }
    }
  }
  return Promise.resolve({ shape: [batch, classes, height, width], data })
}
const pictureOf = (batch: number, height: number, width: number): Float32Array => {
  const rng = counterRng(2, batch, height, width)
  return Float32Array.from({ length: batch * 3 * height * width }, () => rng.normal())
}

describe('windows', () => {
  it('start every stride, the last one moved inside', () => {
    expect(windowStarts(10, 4, 3)).toEqual([0, 3, 6])
    expect(windowStarts(11, 4, 3)).toEqual([0, 3, 6, 7])
    expect(windowStarts(4, 4, 3)).toEqual([0])
    expect(windowStarts(3, 4, 3)).toEqual([0])
    expect(windowStarts(9, 4, 8)).toEqual([0, 5])
  })

  it('sum and divide as the plain definition does, for batches and small pictures', async () => {
    for (const [batch, height, width, crop, stride] of [
      [2, 11, 9, [4, 5], [3, 2]],
      [1, 3, 20, [8, 8], [8, 6]],
    ] as const) {
      const image = pictureOf(batch, height, width)
      const window = { type: 'slide' as const, crop: [...crop] as [number, number], stride: [...stride] as [number, number] }
      const got = await inferInWindows(network, window)(image, { batch, height, width })
      expect(got.shape).toEqual([batch, 4, height, width])
      const [h, w] = [Math.min(crop[0], height), Math.min(crop[1], width)]
      const sums = new Float64Array(got.data.length)
      const counts = new Float64Array(got.data.length)
      for (const y of windowStarts(height, crop[0], stride[0])) {
        for (const x of windowStarts(width, crop[1], stride[1])) {
          const patch = Float32Array.from({ length: batch * 3 * h * w }, (_, i) => {
            const [plane, row, column] = [Math.floor(i / (h * w)), Math.floor(i / w) % h, i % w]
            return image[(plane * height + y + row) * width + x + column]!
          })
          const { data } = await network(patch, { batch, height: h, width: w })
          data.forEach((value, i) => {
            const [plane, row, column] = [Math.floor(i / (h * w)), Math.floor(i / w) % h, i % w]
            const at = (plane * height + y + row) * width + x + column
            sums[at]! += value
            counts[at]!++
          })
        }
      }
      for (const [i, value] of got.data.entries()) expect(value).toBeCloseTo(sums[i]! / counts[i]!, 5)
    }
  })
})

/** Every class plane resized on its own in double precision. */
function resized({ logits, classes, height: h, width: w, flipped }: View, height: number, width: number): number[][] {
  return Array.from({ length: height * width }, (_, i) => {
    const [y, column] = [Math.floor(i / width), i % width]
    const x = flipped ? width - 1 - column : column
    const at = (p: number, from: number, to: number) => Math.min(Math.max(((p + 0.5) * from) / to - 0.5, 0), from - 1)
    const [sy, sx] = [at(y, h, height), at(x, w, width)]
    const [y0, x0] = [Math.floor(sy), Math.floor(sx)]
    const [y1, x1] = [Math.min(y0 + 1, h - 1), Math.min(x0 + 1, w - 1)]
    return Array.from({ length: classes }, (__, k) => {
      const v = (yy: number, xx: number) => logits[(k * h + yy) * w + xx]!
      const top = v(y0, x0) * (1 - sx + x0) + v(y0, x1) * (sx - x0)
      return top * (1 - sy + y0) + (v(y1, x0) * (1 - sx + x0) + v(y1, x1) * (sx - x0)) * (sy - y0)
    })
  })
}
const softmax = (scores: number[]): number[] => {
  const powers = scores.map((score) => Math.exp(score - Math.max(...scores)))
  return powers.map((power) => power / powers.reduce((a, b) => a + b))
}

describe('several looks', () => {
  it('average what each one says, mirrored ones turned back, by probabilities or by logits', async () => {
    const views: View[] = []
    for (const [h, w] of [
      [6, 8],
      [9, 13],
    ] as const)
      views.push(...(await lookAt(network, { data: pictureOf(1, h, w), height: h, width: w }, true)))
    expect(views.map(({ flipped, width }) => [flipped, width])).toEqual([
      [false, 8],
      [true, 8],
      [false, 13],
      [true, 13],
    ])
    const maps = (['probabilities', 'logits'] as const).map((average) => {
      const each = views.map((view) => resized(view, 7, 10).map((scores) => (average === 'logits' ? scores : softmax(scores))))
      const expected = Array.from({ length: 70 }, (_, i) => {
        const sums = each[0]![i]!.map((__, k) => each.reduce((sum, pixels) => sum + pixels[i]![k]!, 0))
        return sums.indexOf(Math.max(...sums))
      })
      expect([...classMapOfViews(views, 7, 10, average)]).toEqual(expected)
      return expected.join()
    })
    expect(maps[0]).not.toBe(maps[1])
  })

  it('of a picture and its mirror image are those of the mirror image, mirrored', async () => {
    const data = pictureOf(1, 5, 8)
    const mirrored = data.map((_, i) => data[i - (i % 8) + 7 - (i % 8)]!)
    const of = async (image: Float32Array) =>
      classMapOfViews(await lookAt(network, { data: image, height: 5, width: 8 }, true), 5, 8, 'probabilities')
    const [a, b] = [await of(data), await of(mirrored)]
    expect([...b]).toEqual([...a].map((_, i) => a[i - (i % 8) + 7 - (i % 8)]!))
  })

  it('scale the Resize of the validation, and say so when there is none', () => {
    const list = [
      { type: 'Resize' as const, scale: [2048, 511] as [number, number], keepRatio: true, multipleOf: 1 },
      { type: 'ResizeToMultiple' as const, divisor: 32 },
    ]
    expect(scaleTransforms(list, 1.5)[0]).toMatchObject({ scale: [3072, 766] })
    expect(scaleTransforms(list, 1)).toEqual(list)
    expect(scaleTransforms([{ type: 'Resize', shortSide: 100, keepRatio: true, multipleOf: 1 }], 0.755)[0]).toMatchObject({ shortSide: 75 })
    expect(() => scaleTransforms(list.slice(1), 2)).toThrow(expect.objectContaining({ code: 'config/invalid' }))
    const plain = { window: { type: 'whole' as const }, scales: [1], flip: false, average: 'logits' as const }
    expect([plain, { ...plain, flip: true }, { ...plain, scales: [0.5] }].map(looksTwice)).toEqual([false, true, true])
  })
})
