import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { quantile } from './quantile.ts'
import type { SamFigures, SamRequest } from './samChild.ts'

/** One model's encoder, in milliseconds per picture. */
export interface EncoderFigures {
  /** Side of the network's input. */
  readonly size: number
  readonly parameters: number
  readonly fileBytes: number
  /** Of a picture that is ready. */
  readonly encodeMs: readonly number[]
  /** The same in time of all processors together. */
  readonly processorMs: readonly number[]
  /** Of a picture of `side` pixels, made ready first. */
  readonly pictureMs: readonly number[]
  readonly peakBytes: number
}

/**
 * Encoders by size in one table: the small SAM that ships, and official SAMs with random weights, of which it also says what writing the pair of ONNX files
 * takes in memory and time, and what clicks take. Each size has a process of its own, so that its memory is its own.
 */
export function samBench(argv: string[]): Promise<void> {
  const { values } = parseArgs({
    args: argv,
    options: {
      sizes: { type: 'string', default: 'small,vit-b' },
      'image-size': { type: 'string', default: '1024' },
      precision: { type: 'string', default: 'fp32' },
      threads: { type: 'string', default: String(Math.min(availableParallelism(), 16)) },
      pictures: { type: 'string', default: '2' },
      clicks: { type: 'string', default: '20' },
      /** Side of the pictures. */
      side: { type: 'string', default: '1024' },
      /** Only writes the files. */
      'write-only': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  const threads = Number(values.threads)
  const [pictures, side] = [values['write-only'] ? 0 : Number(values.pictures), Number(values.side)]
  if (pictures > 0 && !values.json) process.stdout.write(head(side))
  for (const size of values.sizes.split(',')) {
    if (size === 'small') {
      if (pictures === 0) continue
      // It is done in a fraction of a second: more pictures make the number steady.
      const figures = inChild<EncoderFigures>('smallSamChild.ts', { side, pictures: 10 * pictures, threads })
      process.stdout.write(
        values.json ? `${JSON.stringify({ model: size, threads, ...figures })}\n` : row('small (ships)', threads, figures),
      )
      continue
    }
    const request: SamRequest = {
      size: size as SamRequest['size'],
      imageSize: Number(values['image-size']),
      precision: values.precision as SamRequest['precision'],
      threads,
      pictures,
      side,
      clicks: Number(values.clicks),
    }
    const figures = inChild<SamFigures>('samChild.ts', request)
    if (pictures > 0 && !values.json) process.stdout.write(row(size, threads, { ...figures, size: request.imageSize }))
    process.stdout.write(values.json ? `${JSON.stringify({ ...request, ...figures })}\n` : `${lines(request, figures).join('\n')}\n`)
  }
  return Promise.resolve()
}

function inChild<T>(file: string, request: unknown): T {
  const child = spawnSync(process.execPath, [path.join(import.meta.dirname, file), JSON.stringify(request)], { encoding: 'utf8' })
  if (child.status !== 0) throw new Error(child.stderr)
  return JSON.parse(child.stdout) as T
}

const ms = (times: readonly number[]): string =>
  quantile([...times], 0.5)
    .toFixed(0)
    .padStart(8)

const row = (name: string, threads: number, { size, parameters, encodeMs, processorMs, pictureMs, peakBytes }: EncoderFigures): string =>
  `${name.padEnd(14)} ${String(size).padStart(5)} ${(parameters / 1e6).toFixed(1).padStart(7)} ${ms(encodeMs)} ${ms(processorMs)} ${ms(pictureMs)} ${String(threads).padStart(8)} ${mb(peakBytes).padStart(9)}\n`

const head = (side: number): string =>
  [
    `encoder time per picture, median, milliseconds (pictures of ${side} x ${side})\n`,
    `${'model'.padEnd(14)} ${'input'.padStart(5)} ${'M'.padStart(7)} ${'encoder'.padStart(8)} ${'cpu time'.padStart(8)} ${'+ resize'.padStart(8)} ${'threads'.padStart(8)} ${'memory'.padStart(9)}\n`,
  ].join('')

const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`

function lines({ size, imageSize, precision, threads }: SamRequest, figures: SamFigures): string[] {
  const { parameters, fileBytes, writeMs, writeGrowthBytes, encodeMs, decodeMs, peakBytes } = figures
  return [
    `${size} at ${imageSize} px, ${precision}, ${threads} threads: ${(parameters / 1e6).toFixed(1)} M parameters`,
    `  written: ${mb(fileBytes)} in ${(writeMs / 1000).toFixed(1)} s; memory grew by ${mb(writeGrowthBytes)}`,
    ...(encodeMs.length === 0
      ? []
      : [
          `  encoder: ${encodeMs.map((ms) => (ms / 1000).toFixed(2)).join(', ')} s a picture; most memory ${mb(peakBytes)}`,
          `  decoder: ${decodeMs.p50.toFixed(1)} ms a click (p95 ${decodeMs.p95.toFixed(1)}), masks at ${imageSize} px included`,
        ]),
  ]
}
