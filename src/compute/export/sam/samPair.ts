import { rename, rm, mkdir, stat } from 'node:fs/promises'
import path from 'node:path'
import packageJson from '../../../../package.json' with { type: 'json' }
import { samMetadataKey, type SamOverrides } from '../../../shared/model/samModel.ts'
import { GraphBuilder } from '../../graph/builder.ts'
import { syncFolder } from '../../files/durableFile.ts'
import type { SamConfig, SamDecoderConfig } from '../../models/sam/config.ts'
import { samDecoder, samEncoder, samNormalization, type SamEncoderInput } from '../../models/sam/sam.ts'
import { Net } from '../../nn/net.ts'
import { streamModel } from '../streamModel.ts'

/** Weights of more than this go into a file beside the model. */
const externalAbove = 1 << 30

export const encoderName = 'encoder.onnx'
export const decoderName = 'decoder.onnx'

interface SamPartOptions {
  readonly config: SamDecoderConfig
  readonly weights: (name: string) => Float32Array
  readonly precision: 'fp32' | 'fp16'
  readonly input: SamEncoderInput
  /** For people: the checkpoint's name, its variant. */
  readonly source: Readonly<Record<string, string>>
  readonly externalAbove?: number
  readonly signal?: AbortSignal | undefined
  /** Bytes of weights written since the last call. */
  readonly onWritten?: (bytes: number) => void
}

export interface SamPairOptions extends SamPartOptions {
  readonly config: SamConfig
}

/** A part of a SAM as a graph whose weights are still open. */
export function samGraph(build: (net: Net) => void, metadata: Readonly<Record<string, string>> = {}): ReturnType<GraphBuilder['graph']> {
  const b = new GraphBuilder('sam')
  build(new Net(b, false))
  for (const [key, value] of Object.entries(metadata)) b.metadata(key, value)
  return b.graph()
}

/** Writes encoder.onnx and decoder.onnx (official signature, opset 17, no contrib ops) into a folder; returns the names of all files. Errors: disk/*, those of `weights`, cancelled. */
export async function writeSamPair(folder: string, options: SamPairOptions): Promise<string[]> {
  const { config, input } = options
  const encoder = await writePart(folder, encoderName, (net) => samEncoder(net, config, input), options)
  const decoder = await writeSamDecoder(folder, options)
  return [encoder[0]!, decoder[0]!, ...encoder.slice(1), ...decoder.slice(1)]
}

/** Writes decoder.onnx alone; returns the names of its files. Errors: as writeSamPair. */
export const writeSamDecoder = (folder: string, options: SamPartOptions): Promise<string[]> =>
  writePart(folder, decoderName, (net) => void samDecoder(net, options.config), options)

async function writePart(folder: string, name: string, build: (net: Net) => void, options: SamPartOptions): Promise<string[]> {
  const { precision, weights, signal, onWritten } = options
  const file = path.join(folder, name)
  const limit = options.externalAbove ?? externalAbove
  const graph = samGraph(build, metadataOf(name, options))
  const files = await streamModel(graph, { file, precision, weights, signal, externalAbove: limit, ...(onWritten ? { onWritten } : {}) })
  return files.map((each) => path.basename(each))
}

/** What a reader must know of the files, in the files. */
function metadataOf(role: string, { config, precision, input, source }: SamPartOptions): Record<string, string> {
  const { imageSize } = config
  const { mean, std } = samNormalization
  const overrides: SamOverrides = {
    size: imageSize,
    fit: 'longSide',
    resize: 'bilinear',
    pad: input === 'padded',
    colorOrder: 'RGB',
    mean: input === 'padded' ? [...mean] : [0, 0, 0],
    std: input === 'padded' ? [...std] : [1, 1, 1],
    padLabel: -1,
    maxPoints: null,
    maskRule: 'official',
  }
  const resized = `RGB, the long side resized to ${imageSize} px (bilinear with antialiasing, sides rounded to int(side * scale + 0.5))`
  const normal = `(value - [${mean.join(', ')}]) / [${std.join(', ')}] on 0..255, then zeros to the right and below up to ${imageSize} x ${imageSize}`
  return {
    ...source,
    producer: `maskwright ${packageJson.version}`,
    format: 'maskwright-sam-1',
    part: role.replace('.onnx', ''),
    precision,
    imageSize: String(imageSize),
    preprocessing: input === 'padded' ? `${resized}, ${normal}` : `${resized}, [H, W, 3] with values 0..255; the graph normalises and pads`,
    coordinates: `points in pixels of the resized picture; label 1 positive, 0 negative, 2 and 3 corners of a box, -1 padding (one such point wherever there is no box)`,
    [samMetadataKey]: JSON.stringify(overrides),
  }
}

/** Makes a folder as a whole: it has its name only once everything in it is written. Errors: disk/*. */
export async function wholeFolder<T>(folder: string, make: (partial: string) => Promise<T>): Promise<T> {
  const partial = `${folder}.${process.pid}.partial`
  await mkdir(path.dirname(folder), { recursive: true })
  await rm(partial, { recursive: true, force: true })
  await mkdir(partial)
  try {
    const result = await make(partial)
    await syncFolder(partial)
    await rename(partial, folder)
    await syncFolder(path.dirname(folder))
    return result
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
}

export const sizesOf = (folder: string, names: readonly string[]): Promise<{ name: string; bytes: number }[]> =>
  Promise.all(names.map(async (name) => ({ name, bytes: (await stat(path.join(folder, name))).size })))
