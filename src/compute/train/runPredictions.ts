import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { encode } from 'fast-png'
import { countPixels } from '../../shared/comparison/pictureScores.ts'
import { AppError } from '../../shared/errors.ts'
import {
  comparedItemsSchema,
  comparedLayerFile,
  countsFile,
  countsLine,
  parseCounts,
  type ComparedItems,
} from '../../shared/model/comparedItems.ts'
import { diskError } from '../files/durableFile.ts'
import { rgbOf } from '../predict/overlay.ts'
import { shrinkBy, shrunk } from '../predict/shrink.ts'
import { openCheckpoint } from './checkpointModel.ts'
import { predictItems, type ScoredPicture } from './evaluate.ts'
import { evalTransforms } from './setup.ts'

export interface RunPredictionOptions {
  runFolder: string
  /** Which checkpoint, and its step: another one in its place is refused. */
  checkpoint: { which: 'best' | 'last'; step: number }
  itemsFile: string
  outFolder: string
  threads: number
  signal?: AbortSignal | undefined
  onProgress: (done: number, total: number) => void
}

const verdictPalette = [
  [0, 0, 0, 0],
  [64, 160, 96, 255],
  [255, 64, 64, 255],
]

/**
 * Predicts the pictures of a comparison with a checkpoint of a run, as it validates, and writes maps and pixel counts beside each other; what is
 * there already stays. Each line of counts.jsonl follows its picture, so that a kill costs one. Errors: checkpoint/*, file/*, voc/*, disk/*, cancelled.
 */
export async function predictForComparison(options: RunPredictionOptions): Promise<{ predicted: number }> {
  const { outFolder, signal, onProgress } = options
  const { items } = await readItems(options.itemsFile)
  await mkdir(outFolder, { recursive: true })
  const countsPath = path.join(outFolder, countsFile)
  const done = parseCounts(await readFile(countsPath, 'utf8').catch(() => ''))
  const left = items.map((_, n) => n).filter((n) => !done.has(n))
  const before = items.length - left.length
  onProgress(before, items.length)
  if (left.length === 0) return { predicted: 0 }
  const opened = await openCheckpoint(options.runFolder, options.checkpoint.which, options.threads)
  try {
    const { inputs, state, infer } = opened
    if (state.step !== options.checkpoint.step)
      throw new AppError('checkpoint/not-found', `the checkpoint of step ${options.checkpoint.step} has been replaced meanwhile`, {
        checkpoint: `step ${options.checkpoint.step}`,
      })
    const palette = inputs.snapshot.classes.map(({ color }) => [...rgbOf(color)])
    await predictItems(infer, {
      items: left.map((n) => ({ ...items[n]!, split: [] })),
      classes: inputs.snapshot.classes.length,
      transforms: evalTransforms(inputs.config),
      batchSize: 1,
      workers: 1,
      inference: inputs.config.inference,
      signal,
      onProgress: (n) => onProgress(before + n, items.length),
      async onPicture(picture) {
        const n = left[picture.position]!
        try {
          await writeLayers(picture, palette, outFolder, n)
          await appendFile(countsPath, countsLine(n, countPixels(picture.truth, picture.predicted)))
        } catch (cause) {
          throw diskError(cause, outFolder)
        }
      },
    })
  } finally {
    await opened.dispose()
  }
  return { predicted: left.length }
}

async function writeLayers(picture: ScoredPicture, palette: number[][], folder: string, n: number): Promise<void> {
  const { width, height, predicted, truth } = picture
  const by = shrinkBy(width, height)
  const write = (layer: 'prediction' | 'verdict' | 'map', image: { width: number; height: number; data: Uint8Array }, colors: number[][]) =>
    writeFile(path.join(folder, comparedLayerFile(n, layer)), encode({ ...image, channels: 1, depth: 8, palette: colors }))
  const size = { width, height }
  await write(
    'prediction',
    shrunk(predicted, size, by, (value) => value),
    palette,
  )
  await write(
    'verdict',
    shrunk(truth, size, by, (t, i) => (t === 255 ? 0 : t === predicted[i] ? 1 : 2)),
    verdictPalette,
  )
  if (by > 1) await write('map', { width, height, data: predicted }, palette)
}

/** Errors: file/*. */
export async function readItems(file: string): Promise<ComparedItems> {
  return comparedItemsSchema.parse(JSON.parse(await readFile(file, 'utf8')))
}
