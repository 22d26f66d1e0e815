import { AppError } from '../../shared/errors.ts'
import { GraphBuilder } from '../graph/builder.ts'
import { encodeModel } from '../graph/codec.ts'
import { bindWeights } from '../graph/passes.ts'
import { gridOf, type SamConfig } from '../models/sam/config.ts'
import { samDecoder, samEncoder, type SamEncoderInput } from '../models/sam/sam.ts'
import { tokensToImage } from '../nn/layers.ts'
import { Net } from '../nn/net.ts'
import { Session, hostData, hostTensor, type RuntimeTensor } from '../runtime/session.ts'
import { compareWeights } from '../weights/loadReport.ts'
import type { SafeTensors } from '../weights/safetensors.ts'
import { relativeRow, type Row } from './compare.ts'
import { tensor } from './goldenFile.ts'
import { readPrompts, readSamConfig, type GoldenPrompt } from './samFile.ts'

const bound = 1e-4

/**
 * Replays a SAM golden file on the CPU: embedding (from the prepared input, and from the picture where it has its size already), dense positions, prompt
 * embeddings, all masks at both sizes and their IoU. Errors: weights/bad-file.
 */
export async function replaySam(file: SafeTensors, threads: number): Promise<Row[]> {
  const config = readSamConfig(file)
  return [...(await replayEncoder(file, config, threads)), ...(await replayDecoder(file, config, threads))]
}

type Feeds = Readonly<Record<string, RuntimeTensor>>
type Results = (name: string) => Float32Array

/** A part of the network with the weights of the file, loaded. */
async function load(
  file: SafeTensors,
  threads: number,
  build: (net: Net) => void,
): Promise<{ run(feeds: Feeds): Promise<Results>; dispose(): Promise<void> }> {
  const net = new Net(new GraphBuilder('sam'), false)
  build(net)
  requireTensors(file, net)
  const graph = bindWeights(net.b.graph(), (name) => tensor(file, `param.${name}`).data)
  const session = await Session.create(encodeModel(graph), { provider: 'cpu', threads })
  return {
    async run(feeds) {
      const results = await session.run(feeds)
      return (name) => hostData(results[name]!) as Float32Array
    },
    dispose: () => session.dispose(),
  }
}

function requireTensors(file: SafeTensors, net: Net): void {
  const wanted = new Map(net.parameters.map(({ name, shape }) => [`param.${name}`, { shape }]))
  const { missing, shapeMismatch } = compareWeights(wanted, file.tensors)
  const [first] = shapeMismatch
  if (missing[0] !== undefined)
    throw new AppError('weights/bad-file', `the golden file has no tensor ${missing[0]}`, { tensor: missing[0] })
  if (first)
    throw new AppError('weights/bad-file', `${first.name} is [${first.file.join()}], its config says [${first.model.join()}]`, {
      tensor: first.name,
    })
}

async function replayEncoder(file: SafeTensors, config: SamConfig, threads: number): Promise<Row[]> {
  const expected = tensor(file, 'image_embedding').data
  const embed = async (input: SamEncoderInput, picture: RuntimeTensor): Promise<Float32Array> => {
    const encoder = await load(file, threads, (net) => samEncoder(net, config, input))
    try {
      return (await encoder.run({ input_image: picture }))('image_embeddings')
    } finally {
      await encoder.dispose()
    }
  }
  const prepared = shaped(file, 'encoder_input', [1, 3, config.imageSize, config.imageSize])
  const rows = [relativeRow('image_embedding', await embed('padded', prepared), expected, bound)]
  const { shape, data } = tensor(file, 'image_rgb')
  const [channels, height = 0, width = 0] = shape
  if (channels === 3 && Math.max(height, width) === config.imageSize) {
    const raw = hostTensor(interleaved(data, height * width), [height, width, 3])
    rows.push(relativeRow('image_embedding from image_rgb', await embed('raw', raw), expected, bound))
  }
  return rows
}

/** Planes `[3,P]` as pixels `[P,3]`. */
const interleaved = (planes: Float32Array, pixels: number): Float32Array =>
  Float32Array.from({ length: 3 * pixels }, (_, i) => planes[(i % 3) * pixels + Math.floor(i / 3)]!)

/** Errors: weights/bad-file. */
function shaped(file: SafeTensors, name: string, shape: readonly number[]): RuntimeTensor {
  const found = tensor(file, name)
  if (found.shape.join() !== shape.join())
    throw new AppError('weights/bad-file', `${name} must be [${shape.join()}], not [${found.shape.join()}]`, { tensor: name })
  return hostTensor(found.data, shape)
}

async function replayDecoder(file: SafeTensors, config: SamConfig, threads: number): Promise<Row[]> {
  const grid = gridOf(config)
  const embedding = shaped(file, 'image_embedding', [1, config.width, grid, grid])
  const decoder = await load(file, threads, (net) => {
    const { prompts, positions } = samDecoder(net, config)
    net.b.output('prompts', prompts)
    net.b.output('positions', tokensToImage(net, positions, grid, grid))
  })
  try {
    const rows: Row[] = []
    for (const prompt of readPrompts(file)) {
      const of = (part: string): string => `${prompt.kind}.${part}`
      const got = await decoder.run({ image_embeddings: embedding, ...decoderFeeds(file, prompt, grid) })
      if (rows.length === 0) rows.push(relativeRow('dense_pe', got('positions'), tensor(file, 'dense_pe').data, bound))
      rows.push(
        relativeRow(of('sparse'), got('prompts'), tensor(file, of('sparse')).data, bound),
        relativeRow(of('low_res_masks_all4'), got('low_res_masks'), tensor(file, of('low_res_masks_all4')).data, bound),
        relativeRow(of('iou_all4'), got('iou_predictions'), tensor(file, of('iou_all4')).data, bound),
        relativeRow(of('masks_all4'), got('masks'), tensor(file, of('masks_all4')).data, bound),
      )
    }
    return rows
  } finally {
    await decoder.dispose()
  }
}

/** The inputs of the official decoder for a prompt of a golden file, without the embedding. */
export function decoderFeeds(file: SafeTensors, prompt: GoldenPrompt, grid: number): Feeds {
  const side = 4 * grid
  const [height = 0, width = 0] = tensor(file, `${prompt.kind}.masks_all4`).shape.slice(2)
  return {
    point_coords: hostTensor(prompt.coordinates, [1, prompt.labels.length, 2]),
    point_labels: hostTensor(prompt.labels, [1, prompt.labels.length]),
    mask_input: hostTensor(prompt.mask ?? new Float32Array(side * side), [1, 1, side, side]),
    has_mask_input: hostTensor(Float32Array.of(prompt.mask ? 1 : 0), [1]),
    orig_im_size: hostTensor(Float32Array.of(height, width), [2]),
  }
}
