/** One size of the SAM benchmark, alone in its process: node samChild.ts '{"size": "vit-b", ...}' -> SamFigures as JSON. */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { writeSamPair, samGraph } from '../src/compute/export/sam/samPair.ts'
import { gridOf, samVariants, type SamVariant } from '../src/compute/models/sam/config.ts'
import { samDecoder, samEncoder } from '../src/compute/models/sam/sam.ts'
import { Session, hostTensor } from '../src/compute/runtime/session.ts'
import { counterRng } from '../src/compute/tensor/rng.ts'
import { quantile } from './quantile.ts'
import { pictureTimes, processorMs } from './samPictures.ts'

export interface SamRequest {
  readonly size: SamVariant
  readonly imageSize: number
  readonly precision: 'fp32' | 'fp16'
  readonly threads: number
  readonly pictures: number
  /** Side of the pictures that come to the studio's session; 0: none. */
  readonly side: number
  readonly clicks: number
}

export interface SamFigures {
  readonly parameters: number
  readonly fileBytes: number
  readonly writeMs: number
  /** How much higher the most memory was after writing than before. */
  readonly writeGrowthBytes: number
  readonly encodeMs: number[]
  readonly processorMs: number[]
  /** The same with the picture made ready, through the studio's session. */
  readonly pictureMs: number[]
  readonly decodeMs: { readonly p50: number; readonly p95: number }
  readonly peakBytes: number
}

const peak = (): number => process.resourceUsage().maxRSS * 1024

const { size, imageSize, precision, threads, pictures, side, clicks } = JSON.parse(process.argv[2]!) as SamRequest
const config = { ...samVariants[size], imageSize }
const grid = gridOf(config)
const shapes = new Map(
  [samGraph((net) => samEncoder(net, config, 'padded')), samGraph((net) => void samDecoder(net, config))]
    .flatMap(({ params }) => params)
    .map(({ name, shape }) => [name, shape as readonly number[]]),
)
const rng = counterRng(1, 'sam bench')
const noise = Float32Array.from({ length: 1 << 16 }, () => rng.normal())
/** Norms leave what they are given, everything else keeps the size of what goes through it; drawing every number anew would take minutes. */
function weights(name: string): Float32Array {
  const shape = shapes.get(name)!
  const length = shape.reduce((a, b) => a * b, 1)
  if (shape.length === 1) return new Float32Array(length).fill(name.endsWith('.weight') ? 1 : 0)
  const gain = 1 / Math.sqrt(length / shape[0]!)
  return Float32Array.from({ length }, (_, i) => gain * noise[(i * 7 + (i >> 16)) & 0xffff]!)
}

const folder = mkdtempSync(path.join(tmpdir(), 'maskwright-bench-sam-'))
try {
  const before = peak()
  const start = performance.now()
  const files = await writeSamPair(folder, { config, weights, precision, input: 'padded', source: {} })
  const writeMs = performance.now() - start
  const writeGrowthBytes = peak() - before
  const { encodeMs, busyMs } = await encoderTimes(path.join(folder, files[0]!))
  const pair = { encoderFile: path.join(folder, files[0]!), decoderFile: path.join(folder, files[1]!) }
  const pictureMs = side > 0 && pictures > 0 ? await pictureTimes(pair, { side, pictures, threads }) : []
  const decodeMs = await decoderTimes(path.join(folder, files[1]!))
  const figures: SamFigures = {
    parameters: [...shapes.values()].reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0),
    fileBytes: files.reduce((sum, file) => sum + statSync(path.join(folder, file)).size, 0),
    writeMs,
    writeGrowthBytes,
    encodeMs,
    processorMs: busyMs,
    pictureMs,
    decodeMs,
    peakBytes: peak(),
  }
  process.stdout.write(JSON.stringify(figures))
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function timed(session: Session, feeds: Parameters<Session['run']>[0]): Promise<number> {
  const start = performance.now()
  await session.run(feeds)
  return performance.now() - start
}

async function encoderTimes(file: string): Promise<{ encodeMs: number[]; busyMs: number[] }> {
  const encodeMs: number[] = []
  const busyMs: number[] = []
  if (pictures === 0) return { encodeMs, busyMs }
  const session = await Session.create(file, { provider: 'cpu', threads })
  const picture = hostTensor(
    Float32Array.from({ length: 3 * imageSize * imageSize }, (_, i) => noise[i & 0xffff]!),
    [1, 3, imageSize, imageSize],
  )
  for (let i = 0; i < pictures; i++) {
    const used = process.cpuUsage()
    encodeMs.push(await timed(session, { input_image: picture }))
    busyMs.push(processorMs(used))
  }
  await session.dispose()
  return { encodeMs, busyMs }
}

async function decoderTimes(file: string): Promise<SamFigures['decodeMs']> {
  const session = await Session.create(file, { provider: 'cpu', threads })
  const side = 4 * grid
  const embedding = Float32Array.from({ length: config.width * grid * grid }, (_, i) => noise[(i * 3) & 0xffff]!)
  const times: number[] = []
  for (let i = 0; i < clicks + 3; i++) {
    const ms = await timed(session, {
      image_embeddings: hostTensor(embedding, [1, config.width, grid, grid]),
      point_coords: hostTensor(Float32Array.of((i * 37) % imageSize, (i * 53) % imageSize, 0, 0), [1, 2, 2]),
      point_labels: hostTensor(Float32Array.of(1, -1), [1, 2]),
      mask_input: hostTensor(new Float32Array(side * side), [1, 1, side, side]),
      has_mask_input: hostTensor(Float32Array.of(0), [1]),
      orig_im_size: hostTensor(Float32Array.of(imageSize, imageSize), [2]),
    })
    // The first ones warm the caches.
    if (i >= 3) times.push(ms)
  }
  await session.dispose()
  return { p50: quantile(times, 0.5), p95: quantile(times, 0.95) }
}
