import { expect, it } from 'vitest'
import { trainConfigSchema } from '../../../shared/model/trainConfig.ts'
import { GraphBuilder } from '../../graph/builder.ts'
import { initialise } from '../../nn/init.ts'
import { Net } from '../../nn/net.ts'
import { sessionRunner } from '../../runtime/sessionRunner.ts'
import { counterRng } from '../../tensor/rng.ts'
import { createTrainStep } from '../../train/createStep.ts'
import type { SmallSamConfig } from '../../../shared/model/samTrainConfig.ts'
import { correct } from './correction.ts'
import { decode } from './decoder.ts'
import { encodePicture } from './encoder.ts'
import { smallSamModel } from './smallSam.ts'

const tiny: SmallSamConfig = {
  stem: [8, 12, 16],
  dim: 24,
  depth: 1,
  heads: 2,
  decoderDim: 24,
  decoderHeads: 2,
  decoderLayers: 1,
  middle: 12,
  fine: 8,
}
const open = sessionRunner({ provider: 'cpu', threads: 1 })
const float = (dims: readonly number[], data: ArrayLike<number>) => ({ dtype: 'float32' as const, dims, data: Float32Array.from(data) })

/** Two discs of other colours on a ground, and the prompt of one click on each of them. */
function discs(size: number): Record<string, Float32Array> {
  const cells = size / 4
  const rng = counterRng(1, 'discs')
  const centres = [
    { x: 0.3, y: 0.35, colour: [1.5, -1, -1] },
    { x: 0.7, y: 0.65, colour: [-1, 1.2, 0.4] },
  ]
  const image = Float32Array.from({ length: 3 * size * size }, (_, i) => {
    const [c, y, x] = [Math.floor(i / (size * size)), (Math.floor(i / size) % size) / size, (i % size) / size]
    const disc = centres.find((d) => Math.hypot(x - d.x, y - d.y) < 0.18)
    return (disc ? disc.colour[c]! : 0) + 0.1 * rng.normal()
  })
  const share = (d: { x: number; y: number }, i: number): number =>
    Math.hypot(((i % cells) + 0.5) / cells - d.x, (Math.floor(i / cells) + 0.5) / cells - d.y) < 0.18 ? 1 : 0
  return {
    image,
    target: Float32Array.from({ length: 2 * cells * cells }, (_, i) =>
      share(centres[Math.floor(i / (cells * cells))]!, i % (cells * cells)),
    ),
    counted: new Float32Array(2 * cells * cells).fill(1),
    points: Float32Array.from([0.3, 0.35, 0, 0, 0.7, 0.65, 0, 0]),
    labels: Float32Array.from([1, -1, 1, -1]),
    noise: Float32Array.from({ length: 2 * cells * cells }, () => rng.uniform()),
    anywhere: Float32Array.from([0, 1]),
    jitter: new Float32Array(4),
  }
}

it('learns two objects of one picture by heart, each from its own click', async () => {
  const model = smallSamModel({ objects: 2, firstPoints: 2, rounds: 2 }, tiny)
  const { optimizer } = trainConfigSchema.parse({ optimizer: { type: 'adamw', lr: 5e-3 } })
  const step = await createTrainStep({ model, batch: 1, height: 64, width: 64, optimizer, seed: 3, provider: 'cpu', threads: 1 })
  const batch = discs(64)
  const first = await step.run([batch], 5e-3)
  let last = first
  for (let i = 0; i < 45; i++) last = await step.run([batch], 5e-3)
  await step.dispose()
  expect(last.loss).toBeLessThan(first.loss / 4)
  expect(last.losses['iou1']).toBeGreaterThan(0.85)
  expect(last.losses['bestIou2']).toBeGreaterThan(0.85)
  expect(last.losses['iouError2']).toBeLessThan(0.1)
}, 60_000)

/** A decoder with random weights over a random picture of 64 x 64; `count` points. */
async function randomDecoder(count: number) {
  const b = new GraphBuilder('decoder')
  const net = new Net(b, false)
  const embedding = encodePicture(net, tiny, b.input('image', 'float32', [1, 3, 64, 64]))
  const { logits, iou } = decode(net, tiny, embedding, {
    points: b.input('points', 'float32', [1, count, 2]),
    labels: b.input('labels', 'float32', [1, count]),
    logits: b.input('logits', 'float32', [1, 1, 16, 16]),
    hasLogits: b.input('hasLogits', 'float32', [1, 1, 1, 1]),
  })
  b.output('masks', logits)
  b.output('ious', iou)
  const run = await open(b.graph())
  const weights = Object.fromEntries([
    ...net.parameters.map(({ name, shape, init }) => {
      const data = new Float32Array(shape.reduce((a, c) => a * c, 1))
      initialise(data, init, 5, name)
      return [name, float(shape, data)] as const
    }),
    ...net.buffers.map(({ name, shape, value }) => [name, float(shape, new Float32Array(shape[0]!).fill(value))] as const),
  ])
  const rng = counterRng(2, 'picture')
  const image = float(
    [1, 3, 64, 64],
    Array.from({ length: 3 * 64 * 64 }, () => rng.normal()),
  )
  return (points: readonly number[], labels: readonly number[], earlier?: Float32Array) =>
    run({
      ...weights,
      image,
      points: float([1, count, 2], points),
      labels: float([1, count], labels),
      logits: float([1, 1, 16, 16], earlier ?? new Float32Array(256)),
      hasLogits: float([1, 1, 1, 1], [earlier ? 1 : 0]),
    })
}

it('points that only fill up change nothing; what a point means, where it lies and an earlier answer do', async () => {
  const one = await randomDecoder(1)
  const three = await randomDecoder(3)
  const plain = await one([0.3, 0.6], [1])
  const filled = await three([0.3, 0.6, 0, 0, 0.9, 0.1], [1, -1, -1])
  const difference = (a: typeof plain, c: typeof plain): number =>
    Math.max(...Array.from(a['masks']!.data as Float32Array, (v, i) => Math.abs(v - Number(c['masks']!.data[i]))))
  expect(difference(plain, filled)).toBeLessThan(1e-4)
  const none = await three([0, 0, 0, 0, 0, 0], [-1, -1, -1])
  expect([...(none['masks']!.data as Float32Array)].every(Number.isFinite)).toBe(true)
  for (const other of [
    await one([0.3, 0.6], [0]),
    await one([0.7, 0.6], [1]),
    await one([0.3, 0.6], [1], new Float32Array(256).fill(4)),
    none,
  ])
    expect(difference(plain, other)).toBeGreaterThan(1e-3)
  const box = await three([0.2, 0.2, 0.8, 0.7, 0, 0], [2, 3, -1])
  const wider = await three([0.2, 0.2, 0.9, 0.9, 0, 0], [2, 3, -1])
  expect(difference(box, wider)).toBeGreaterThan(1e-3)
})

type Square = readonly [x0: number, y0: number, x1: number, y1: number]

/** Where the next click lands in a grid of 16 cells, of an object in the upper left corner that the second candidate, the better one, spills over. */
async function correction({ anywhere = 0, without = [], seed = 4 }: { anywhere?: 0 | 1; without?: readonly Square[]; seed?: number }) {
  const b = new GraphBuilder('correct')
  const n = 16
  const { point, label, logits } = correct(b, {
    logits: b.input('logits', 'float32', [1, 2, n, n]),
    truth: b.input('truth', 'float32', [1, 2]),
    target: b.input('target', 'float32', [1, 1, n, n]),
    counted: b.input('counted', 'float32', [1, 1, n, n]),
    noise: b.input('noise', 'float32', [1, 1, n, n]),
    anywhere: b.input('anywhere', 'float32', [1, 1, 1, 1]),
    jitter: b.input('jitter', 'float32', [1, 2]),
  })
  b.output('point', point)
  b.output('label', label)
  b.output('chosen', logits)
  const run = await open(b.graph())
  const inBox = (i: number, [x0, y0, x1, y1]: Square): boolean =>
    i % n >= x0 && i % n < x1 && Math.floor(i / n) >= y0 && Math.floor(i / n) < y1
  const plane = (of: (i: number) => number): number[] => Array.from({ length: n * n }, (_, i) => of(i))
  const target = plane((i) => (inBox(i, [1, 1, 8, 8]) ? 1 : 0))
  // It misses nothing but spills over a large block and one far cell.
  const spill = plane((i) => (inBox(i, [1, 1, 8, 8]) || inBox(i, [10, 9, 15, 14]) || inBox(i, [14, 1, 15, 2]) ? 3 : -3))
  const rng = counterRng(seed, 'noise')
  const answer = await run({
    logits: float([1, 2, n, n], [...plane(() => -1), ...spill]),
    truth: float([1, 2], [0, 0.6]),
    target: float([1, 1, n, n], target),
    counted: float(
      [1, 1, n, n],
      plane((i) => (without.some((square) => inBox(i, square)) ? 0 : 1)),
    ),
    noise: float(
      [1, 1, n, n],
      plane(() => rng.uniform()),
    ),
    anywhere: float([1, 1, 1, 1], [anywhere]),
    jitter: float([1, 2], [0, 0]),
  })
  const [x, y] = answer['point']!.data as Float32Array
  return {
    x: x! * n,
    y: y! * n,
    label: Number(answer['label']!.data[0]),
    chosen: [...(answer['chosen']!.data as Float32Array)],
    spill,
    isIn: (square: Square) => inBox(Math.floor(y! * n) * n + Math.floor(x! * n), square),
  }
}

it('a correction lands in the middle of the largest error of the best candidate, with the label that is missing there', async () => {
  const { x, y, label, chosen, spill } = await correction({})
  expect(Math.abs(x - 12.5)).toBeLessThan(1.6)
  expect(Math.abs(y - 11.5)).toBeLessThan(1.6)
  expect(label).toBe(0)
  expect(chosen).toEqual(spill)
})

it('none lands where nothing counts: beside the picture, or where it is void', async () => {
  const block: Square = [9, 8, 16, 16]
  const { x, y, label } = await correction({ without: [block] })
  expect([x, y, label]).toEqual([14.5, 1.5, 0])
  for (let seed = 0; seed < 8; seed++) expect((await correction({ anywhere: 1, without: [block], seed })).isIn(block)).toBe(false)
  // Where nothing else is wrong it confirms, on the object and not in what of it does not count.
  const rest: Square[] = [block, [8, 0, 16, 8], [0, 0, 8, 4]]
  const confirmed = await correction({ without: rest })
  expect([confirmed.isIn([1, 4, 8, 8]), confirmed.label]).toEqual([true, 1])
})
