import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { readModelHeader } from '../src/compute/assist/onnx/modelHeader.ts'
import { inputOf } from '../src/compute/assist/onnx/tensors.ts'
import { GraphBuilder } from '../src/compute/graph/builder.ts'
import { encodeModel } from '../src/compute/graph/codec.ts'
import { bindWeights } from '../src/compute/graph/passes.ts'
import { samVariants, type SamConfig } from '../src/compute/models/sam/config.ts'
import { samDecoder, samEncoder } from '../src/compute/models/sam/sam.ts'
import { initialise } from '../src/compute/nn/init.ts'
import { Net } from '../src/compute/nn/net.ts'
import { Session, hostTensor } from '../src/compute/runtime/session.ts'
import { renderScene } from '../src/compute/data/scenes/scene.ts'
import { createCore } from '../src/main/core.ts'
import { forkChild } from '../src/main/jobs/child.ts'
import { createLogger } from '../src/main/log.ts'
import { quantile } from './quantile.ts'
import { root } from './studioServer.ts'

const shippedFolder = path.join(root, 'resources/sam')
/** A runtime's threads keep looking for work for a while after a run: what is measured next must not share the machine with them. */
const restMs = 40

/**
 * A click on a picture whose embedding is ready, through page contract, host and compute process to the mask as RLE, beside the same decoder run bare by
 * ONNX Runtime in a process that does nothing else; turn by turn, so that the machine is the same. Once with the small SAM that ships, once with the official
 * decoder and random weights.
 */
export async function assistBench(argv: string[]): Promise<void> {
  const { values } = parseArgs({
    args: argv,
    options: { clicks: { type: 'string', default: '60' }, side: { type: 'string', default: '1024' } },
  })
  const [clicks, side] = [Number(values.clicks), Number(values.side)]
  const threads = Math.min(availableParallelism(), 16)
  process.stdout.write(`picture ${side} x ${side}, ${clicks} clicks, ${threads} threads\n`)
  const folder = mkdtempSync(path.join(tmpdir(), 'maskwright-bench-assist-'))
  try {
    const shipped = { encoderFile: path.join(shippedFolder, 'encoder.onnx'), decoderFile: path.join(shippedFolder, 'decoder.onnx') }
    await compare('the small SAM that ships', path.join(folder, 'shipped'), shipped, { clicks, side, threads })
    const official = writeModel(path.join(folder, 'model'))
    await compare('the official decoder, random weights', path.join(folder, 'official'), official, { clicks, side, threads })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function compare(
  title: string,
  folder: string,
  files: { encoderFile: string; decoderFile: string },
  { clicks, side, threads }: { clicks: number; side: number; threads: number },
): Promise<void> {
  const bare = await openBare(files.decoderFile, side, threads)
  const studio = await openStudio(folder, files, side)
  const [bareMs, allMs, smallMs, decodeMs]: [number[], number[], number[], number[]] = [[], [], [], []]
  try {
    for (let i = 0; i < clicks + 5; i++) {
      const at = { x: ((i * 37) % side) + 0.5, y: ((i * 53) % side) + 0.5, positive: true }
      const whole = await bare(at, true)
      await sleep(restMs)
      const small = await bare(at, false)
      await sleep(restMs)
      const started = performance.now()
      const answer = await studio.click(at)
      const all = performance.now() - started
      await sleep(restMs)
      // The first ones warm the caches of both.
      if (i < 5) continue
      bareMs.push(whole)
      smallMs.push(small)
      allMs.push(all)
      decodeMs.push(answer)
    }
  } finally {
    await studio.close()
  }
  const row = (what: string, ms: number[]) =>
    process.stdout.write(
      `${what.padEnd(46)} p50 ${quantile(ms, 0.5).toFixed(1).padStart(7)}  p95 ${quantile(ms, 0.95).toFixed(1).padStart(7)} ms\n`,
    )
  process.stdout.write(`\n${title}\n`)
  row('decoder, bare, masks at the size of the picture', bareMs)
  row('decoder, bare, small masks only', smallMs)
  row('decoder and masks in the compute process', decodeMs)
  row('click to mask through the page contract', allMs)
  process.stdout.write(
    `click / bare decoder: ${(quantile(allMs, 0.5) / quantile(bareMs, 0.5)).toFixed(2)} (p50), ${(quantile(allMs, 0.95) / quantile(bareMs, 0.95)).toFixed(2)} (p95)\n`,
  )
}

/** A small encoder, the official decoder. */
function writeModel(folder: string): { encoderFile: string; decoderFile: string } {
  const official = samVariants['vit-b']
  const config: SamConfig = { ...official, encoder: { ...official.encoder, width: 32, depth: 1, heads: 1, mlpWidth: 32, globalBlocks: [] } }
  mkdirSync(folder, { recursive: true })
  const write = (name: string, build: (net: Net) => void): string => {
    const net = new Net(new GraphBuilder('sam'), false)
    build(net)
    const weights = new Map(
      net.parameters.map(({ name: parameter, shape, init }) => {
        const data = new Float32Array(shape.reduce((product, dim) => product * dim, 1))
        initialise(data, init, 1, parameter)
        return [parameter, data]
      }),
    )
    const file = path.join(folder, `${name}.onnx`)
    writeFileSync(file, encodeModel(bindWeights(net.b.graph(), (parameter) => weights.get(parameter)!)))
    return file
  }
  return {
    encoderFile: write('encoder', (net) => samEncoder(net, config, 'padded')),
    decoderFile: write('decoder', (net) => void samDecoder(net, config)),
  }
}

async function openBare(decoderFile: string, side: number, threads: number) {
  const session = await Session.create(decoderFile, { provider: 'cpu', threads })
  const header = readModelHeader(decoderFile)
  const sizeOf = (name: string, last: number): number[] =>
    (inputOf(header, name)?.dims ?? []).slice(-last).map((dim) => {
      if (typeof dim !== 'number') throw new Error(`${name} of ${decoderFile} has no fixed size`)
      return dim
    })
  const embedding = [1, ...sizeOf('image_embeddings', 3)]
  const grid = sizeOf('mask_input', 2)
  const pictureSide = grid[0]! * 4
  const fixed = {
    image_embeddings: hostTensor(
      Float32Array.from({ length: embedding.reduce((a, b) => a * b) }, (_, i) => Math.sin(i)),
      embedding,
    ),
    mask_input: hostTensor(new Float32Array(grid[0]! * grid[1]!), [1, 1, ...grid]),
    has_mask_input: hostTensor(new Float32Array(1), [1]),
    point_labels: hostTensor(Float32Array.of(1, -1), [1, 2]),
    orig_im_size: hostTensor(Float32Array.of(side, side), [2]),
  }
  return async ({ x, y }: { x: number; y: number }, whole: boolean): Promise<number> => {
    const scale = pictureSide / side
    const feeds = { ...fixed, point_coords: hostTensor(Float32Array.of(x * scale, y * scale, 0, 0), [1, 2, 2]) }
    const started = performance.now()
    await session.run(feeds, whole ? undefined : { low_res_masks: null, iou_predictions: null })
    return performance.now() - started
  }
}

async function openStudio(folder: string, { encoderFile, decoderFile }: { encoderFile: string; decoderFile: string }, side: number) {
  const log = createLogger('bench', 'silent')
  const core = await createCore({
    shell: 'cli',
    version: 'bench',
    spawnChild: forkChild,
    roots: [folder],
    log,
    stateFolder: path.join(folder, 'state'),
  })
  const client = core.cliClient()
  const pictures = path.join(folder, 'pictures')
  mkdirSync(pictures, { recursive: true })
  await sharp(renderScene(1, 5, side).rgb, { raw: { width: side, height: side, channels: 3 } })
    .png()
    .toFile(path.join(pictures, 'picture.png'))
  await core.host.slot.create(path.join(folder, 'project'), 'bench')
  const { jobId } = await client.datasets.import({ folderId: (await client.folders.idForPath({ path: pictures })).folderId })
  const { result } = await core.host.jobs.wait(jobId)
  const { datasetId } = result as { datasetId: string }
  const filter = { split: null, classId: null, status: null, text: '' }
  const [item] = (await client.items.window({ datasetId, filter, offset: 0, limit: 1 })).items
  const { id: modelId } = await core.assist.models.add({ files: [encoderFile, decoderFile], name: 'bench', origin: 'linked' })
  return {
    async click(point: { x: number; y: number; positive: boolean }): Promise<number> {
      for await (const event of await client.assist.segment({ itemId: item!.id, modelId, window: null, points: [point] }))
        if (event.type === 'result') return event.decodeMs
      throw new Error('no answer')
    },
    close: () => core.close(),
  }
}
