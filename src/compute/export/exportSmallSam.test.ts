import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openSam } from '../assist/onnx/openSam.ts'
import type { SamSession } from '../assist/samSession.ts'
import { NORMALIZATION, normalizeInto } from '../data/normalize.ts'
import { GraphBuilder } from '../graph/builder.ts'
import type { SmallSamConfig } from '../../shared/model/samTrainConfig.ts'
import { decode } from '../models/smallSam/decoder.ts'
import { encodePicture } from '../models/smallSam/encoder.ts'
import { initialise } from '../nn/init.ts'
import { Net } from '../nn/net.ts'
import { sessionRunner } from '../runtime/sessionRunner.ts'
import { smallSamFiles } from './exportSmallSam.ts'

const size = 64
const config: SmallSamConfig = {
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
const rgb = Uint8Array.from({ length: size * size * 3 }, (_, i) => (i * 37 + Math.floor(i / 600) * 11) % 256)

/** The network as training builds it, for one click at (20.5, 40.5), in one graph. */
function whole() {
  const b = new GraphBuilder('whole')
  const net = new Net(b, false)
  const { logits, iou } = decode(net, config, encodePicture(net, config, b.input('image', 'float32', [1, 3, size, size])), {
    points: b.constant([20.5 / size, 40.5 / size], [1, 1, 2]),
    labels: b.constant([1], [1, 1]),
    logits: b.zeros({ dtype: 'float32', shape: [1, 1, size / 4, size / 4] }),
    hasLogits: b.zeros({ dtype: 'float32', shape: [1, 1, 1, 1] }),
  })
  b.output('logits', logits)
  b.output('iou', iou)
  return { net, graph: b.graph() }
}

const { net, graph } = whole()
const weights = new Map(
  [
    ...net.parameters,
    ...net.buffers.map(({ name, shape, value }) => ({ name, shape, init: { kind: 'constant' as const, value: value + 0.1 } })),
  ].map(({ name, shape, init }) => {
    const data = new Float32Array(shape.reduce((a, c) => a * c, 1))
    initialise(data, init, 9, name)
    return [name, { shape, data }] as const
  }),
)

let folder = ''
const sessions: SamSession[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smallSam-'))
})

afterAll(async () => {
  for (const session of sessions) await session.close()
  await rm(folder, { recursive: true })
})

async function exported(precision: 'fp32' | 'fp16'): Promise<SamSession> {
  const files = await smallSamFiles((name) => weights.get(name)!.data, { size, precision, props: { model: 'smallSam' }, config })
  const paths = files.map(({ file }) => join(folder, `${precision}-${file}`))
  for (const [i, { chunks }] of files.entries()) await writeFile(paths[i]!, Buffer.concat(chunks))
  const session = await openSam({ encoderFile: paths[0]!, decoderFile: paths[1]!, provider: 'cpu', threads: 1 })
  sessions.push(session)
  return session
}

it('the pair opens as any official SAM and gives the numbers of the network it was made from', async () => {
  const image = new Float32Array(3 * size * size)
  normalizeInto(rgb, image, 0, NORMALIZATION)
  const run = await sessionRunner({ provider: 'cpu', threads: 1 })(graph)
  const feeds = Object.fromEntries([...weights].map(([name, { shape, data }]) => [name, { dtype: 'float32' as const, dims: shape, data }]))
  const truth = await run({ ...feeds, image: { dtype: 'float32', dims: [1, 3, size, size], data: image } })
  const [logits, ious] = [truth['logits']!.data as Float32Array, truth['iou']!.data as Float32Array]
  const cells = (size / 4) ** 2
  for (const [precision, most] of [
    ['fp32', 1e-3],
    ['fp16', 2e-2],
  ] as const) {
    const session = await exported(precision)
    expect(session.facts).toMatchObject({ family: 'sam', isSmall: true, grid: size / 4, preprocess: { size, fit: 'longSide' } })
    const embedding = await session.encode({ width: size, height: size, rgb })
    const candidates = await session.decode(embedding, { points: [{ x: 20.5, y: 40.5, positive: true }], box: null, logits: null })
    // One click is ambiguous: the three readings, the best first.
    expect(candidates).toHaveLength(3)
    const scale = Math.max(...logits.map(Math.abs))
    for (const { iou, logits: found } of candidates) {
      const [k] = [1, 2, 3].sort((i, j) => Math.abs(ious[i]! - iou!) - Math.abs(ious[j]! - iou!)) as [number, number, number]
      const worst = Math.max(...Array.from(found.data, (value, i) => Math.abs(value - logits[k * cells + i]!)))
      expect(worst / scale).toBeLessThan(most)
    }
  }
})

it('a window that is not square, a box, negative clicks and an earlier answer are taken; masks have the size of the window', async () => {
  const session = await exported('fp32')
  const window = { width: 48, height: 30, rgb: rgb.slice(0, 48 * 30 * 3) }
  const embedding = await session.encode(window)
  const [first] = await session.decode(embedding, { points: [], box: [4, 4, 30, 20], logits: null })
  expect(first!.mask()).toHaveLength(48 * 30)
  const points = [
    { x: 10, y: 10, positive: true },
    { x: 30, y: 20, positive: false },
  ]
  const [second] = await session.decode(embedding, { points, box: [4, 4, 30, 20], logits: first!.logits })
  expect(second!.logits.data.every(Number.isFinite)).toBe(true)
  expect(second!.logits.data).not.toEqual(first!.logits.data)
})
