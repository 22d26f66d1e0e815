import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { AppError, CancelledError } from '../../../shared/errors.ts'
import type { SamCheck } from '../../../shared/model/samImport.ts'
import { encodeModel } from '../../graph/codec.ts'
import { bindWeights } from '../../graph/passes.ts'
import { gridOf, type SamConfig } from '../../models/sam/config.ts'
import { samDecoder } from '../../models/sam/sam.ts'
import { Session, hostData, hostTensor, type RuntimeTensor } from '../../runtime/session.ts'
import { counterRng } from '../../tensor/rng.ts'
import { parityBounds } from '../parity.ts'
import { decoderName, encoderName, samGraph, writeSamPair, type SamPairOptions } from './samPair.ts'

type Feeds = Record<string, RuntimeTensor>
type Difference = SamCheck['decoder']

/**
 * Runs the written files on a generated picture and compares them with the network in float32: the decoder always, the encoder where its weights were
 * rounded. Errors: model/parity-failed, device/*, cancelled.
 */
export async function checkSamPair(folder: string, options: SamPairOptions & { readonly threads: number }): Promise<SamCheck> {
  const { config, weights, precision, threads, signal } = options
  const alive = (): void => {
    if (signal?.aborted) throw new CancelledError()
  }
  const run = async (model: string | Uint8Array, feeds: Feeds, output: string): Promise<{ values: Float32Array; ms: number }> => {
    alive()
    const session = await Session.create(model, { provider: 'cpu', threads })
    try {
      alive()
      const start = performance.now()
      const results = await session.run(feeds)
      return { values: (hostData(results[output]!) as Float32Array).slice(), ms: performance.now() - start }
    } finally {
      await session.dispose()
    }
  }
  const picture = { input_image: testPicture(config, options.input) }
  const encoded = await run(path.join(folder, encoderName), picture, 'image_embeddings')
  let encoder: Difference | null = null
  if (precision === 'fp16') {
    const exact = path.join(folder, 'exact')
    await mkdir(exact)
    try {
      await writeSamPair(exact, { ...options, precision: 'fp32' })
      const { values } = await run(path.join(exact, encoderName), picture, 'image_embeddings')
      encoder = compared(values, encoded.values, precision, 'encoder')
    } finally {
      await rm(exact, { recursive: true, force: true })
    }
  } else if (!encoded.values.every(Number.isFinite))
    throw failed('encoder', precision, { relativeL2: NaN, maxAbsDiff: NaN, maxAbsValue: NaN })
  const prompt = testPrompt(config, encoded.values)
  const reference = encodeModel(
    bindWeights(
      samGraph((net) => void samDecoder(net, config)),
      weights,
    ),
  )
  const expected = await run(reference, prompt, 'low_res_masks')
  const got = await run(path.join(folder, decoderName), prompt, 'low_res_masks')
  return { decoder: compared(expected.values, got.values, precision, 'decoder'), encoder, encodeMs: encoded.ms }
}

/** Smooth waves with some noise, the same every time. */
function testPicture({ imageSize }: SamConfig, input: SamPairOptions['input']): RuntimeTensor {
  const rng = counterRng(1, 'sam picture')
  const side = imageSize
  const at = (i: number, channel: number): number =>
    Math.sin((i % side) / (7 + channel)) + Math.cos(Math.floor(i / side) / 11) + 0.2 * rng.normal()
  if (input === 'padded')
    return hostTensor(
      Float32Array.from({ length: 3 * side * side }, (_, i) => at(i % (side * side), Math.floor(i / (side * side)))),
      [1, 3, side, side],
    )
  return hostTensor(
    Float32Array.from({ length: 3 * side * side }, (_, i) => 128 + 50 * at(Math.floor(i / 3), i % 3)),
    [side, side, 3],
  )
}

/** A click beside the middle, one elsewhere, and the padding point. */
function testPrompt(config: SamConfig, embedding: Float32Array): Feeds {
  const { imageSize, width } = config
  const grid = gridOf(config)
  return {
    image_embeddings: hostTensor(embedding, [1, width, grid, grid]),
    point_coords: hostTensor(Float32Array.of(0.55 * imageSize, 0.45 * imageSize, 0.1 * imageSize, 0.8 * imageSize, 0, 0), [1, 3, 2]),
    point_labels: hostTensor(Float32Array.of(1, 0, -1), [1, 3]),
    mask_input: hostTensor(new Float32Array(16 * grid * grid), [1, 1, 4 * grid, 4 * grid]),
    has_mask_input: hostTensor(Float32Array.of(0), [1]),
    orig_im_size: hostTensor(Float32Array.of(4 * grid, 4 * grid), [2]),
  }
}

/** Errors: model/parity-failed. */
function compared(expected: Float32Array, got: Float32Array, precision: 'fp32' | 'fp16', part: string): Difference {
  let [square, all, maxAbsDiff, maxAbsValue] = [0, 0, 0, 0]
  expected.forEach((value, i) => {
    const diff = Math.abs(got[i]! - value)
    square += diff * diff
    all += value * value
    maxAbsDiff = Math.max(maxAbsDiff, diff)
    maxAbsValue = Math.max(maxAbsValue, Math.abs(value))
  })
  const difference = { relativeL2: Math.sqrt(square / Math.max(all, Number.MIN_VALUE)), maxAbsDiff, maxAbsValue }
  const close =
    precision === 'fp32'
      ? maxAbsDiff <= parityBounds.fp32.maxAbs * Math.max(1, maxAbsValue)
      : difference.relativeL2 <= parityBounds.fp16.relativeL2
  // NaN is close to nothing.
  if (close && Number.isFinite(square)) return difference
  throw failed(part, precision, difference)
}

function failed(part: string, precision: string, { relativeL2, maxAbsDiff }: Difference): AppError {
  return new AppError('model/parity-failed', `the ${precision} ${part} differs from the network it was made from: relative ${relativeL2}`, {
    part,
    precision,
    ...(precision === 'fp16' ? { exactPrecision: 'float32' } : {}),
    relativeL2: String(relativeL2),
    maxAbsDiff: String(maxAbsDiff),
  })
}
