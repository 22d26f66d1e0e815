import { readFile } from 'node:fs/promises'
import sharp from 'sharp'
import { CancelledError } from '../../shared/errors.ts'
import { snapshotSchema } from '../../shared/model/snapshot.ts'
import { makeTimetable } from '../../shared/model/timetable.ts'
import { requireTrainConfig } from '../../shared/model/trainConfigParse.ts'
import { createPlan } from '../data/plan.ts'
import { produceSample } from '../data/produce.ts'
import type { Sample } from '../data/sample.ts'
import { diskError } from '../files/durableFile.ts'
import { resolveTrainData, trainSpecOf } from './trainData.ts'

export interface PreviewOptions {
  config: Record<string, unknown>
  snapshotFile: string
  /** `<outPrefix>-<n>.image.png` and `<outPrefix>-<n>.label.png` are written. */
  outPrefix: string
  epoch: number
  count: number
  signal?: AbortSignal | undefined
}

const labelAlpha = 170

/**
 * The first training samples of an epoch, pixel for pixel what the loader feeds in a run of this config, as pictures and as class colours (void
 * white). Errors: config/*, run/no-training-items, dataset/not-found, file/*, voc/*, disk/*.
 */
export async function previewSamples(options: PreviewOptions): Promise<{ samples: { name: string; classes: number[] }[] }> {
  const config = requireTrainConfig(options.config)
  const snapshot = snapshotSchema.parse(JSON.parse(await readFile(options.snapshotFile, 'utf8')))
  const data = await resolveTrainData({ config, snapshot })
  const table = makeTimetable(data.perEpoch, config.data.batchSize, config.optimizer.accumulate, config.loop)
  const spec = trainSpecOf(config, data.sources, table)
  const plan = createPlan(spec)
  const colors = snapshot.classes.map(({ color }) => [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16)))
  const samples: { name: string; classes: number[] }[] = []
  const count = Math.min(options.count, plan.perEpoch * spec.batchSize)
  for (let n = 0; n < count; n++) {
    if (options.signal?.aborted) throw new CancelledError()
    const batch = plan.batch(options.epoch * plan.perEpoch + Math.floor(n / spec.batchSize))
    const entry = n % spec.batchSize
    const sample = await produceSample(spec, plan, batch, entry)
    await writeSample(sample, colors, `${options.outPrefix}-${n}`)
    const classes = [...new Set(sample.label)].filter((index) => index !== 255).sort((a, b) => a - b)
    samples.push({ name: plan.at(batch.positions[entry]!, batch.epoch).item.name, classes })
  }
  return { samples }
}

async function writeSample({ image, imageSize, label }: Sample, colors: readonly number[][], prefix: string): Promise<void> {
  const rgba = new Uint8Array(label.length * 4)
  for (const [i, index] of label.entries()) rgba.set([...(colors[index] ?? [255, 255, 255]), labelAlpha], i * 4)
  try {
    await sharp(image, { raw: { ...imageSize, channels: 3 } })
      .png({ compressionLevel: 3 })
      .toFile(`${prefix}.image.png`)
    await sharp(rgba, { raw: { ...imageSize, channels: 4 } })
      .png({ compressionLevel: 3 })
      .toFile(`${prefix}.label.png`)
  } catch (cause) {
    throw diskError(cause, prefix)
  }
}
