import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { SamFigures, SamRequest } from './samChild.ts'

/**
 * Official SAMs by size, with random weights: what writing the pair of ONNX files takes in memory and time, one picture through the encoder, and clicks
 * through the decoder. Each size has a process of its own, so that its memory is its own.
 */
export function samBench(argv: string[]): Promise<void> {
  const { values } = parseArgs({
    args: argv,
    options: {
      sizes: { type: 'string', default: 'vit-b' },
      'image-size': { type: 'string', default: '1024' },
      precision: { type: 'string', default: 'fp32' },
      threads: { type: 'string', default: String(Math.min(availableParallelism(), 16)) },
      pictures: { type: 'string', default: '2' },
      clicks: { type: 'string', default: '20' },
      /** Only writes the files. */
      'write-only': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  for (const size of values.sizes.split(',')) {
    const request: SamRequest = {
      size: size as SamRequest['size'],
      imageSize: Number(values['image-size']),
      precision: values.precision as SamRequest['precision'],
      threads: Number(values.threads),
      pictures: values['write-only'] ? 0 : Number(values.pictures),
      clicks: Number(values.clicks),
    }
    const child = spawnSync(process.execPath, [path.join(import.meta.dirname, 'samChild.ts'), JSON.stringify(request)], {
      encoding: 'utf8',
    })
    if (child.status !== 0) throw new Error(child.stderr)
    const figures = JSON.parse(child.stdout) as SamFigures
    process.stdout.write(values.json ? `${JSON.stringify({ ...request, ...figures })}\n` : `${lines(request, figures).join('\n')}\n`)
  }
  return Promise.resolve()
}

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
