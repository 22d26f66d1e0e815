import { mkdir, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { encode } from 'fast-png'
import sharp from 'sharp'
import { disagreement } from '../../shared/comparison/pictureScores.ts'
import { CancelledError } from '../../shared/errors.ts'
import { comparedLayerFile } from '../../shared/model/comparedItems.ts'
import { decodeIndexMap, decodeRgb } from '../data/decode.ts'
import { diskError, replaceDurable } from '../files/durableFile.ts'
import { rgbOf } from '../predict/overlay.ts'
import { shrinkBy, shrunk } from '../predict/shrink.ts'
import { readItems } from './runPredictions.ts'

interface Work {
  itemsFile: string
  signal?: AbortSignal | undefined
  onProgress: (done: number, total: number) => void
}

const pictureSide = 768

/** The pictures of a comparison, small, and their truth in class colours; what is there already stays. Errors: file/*, voc/*, disk/*, cancelled. */
export async function drawTruth({ itemsFile, outFolder, signal, onProgress }: Work & { outFolder: string }): Promise<void> {
  const { items, classes } = await readItems(itemsFile)
  await mkdir(outFolder, { recursive: true })
  // Entry 0 is what is clear: the encoder knows transparent entries at the head of a palette only.
  const palette = [[0, 0, 0, 0], ...classes.map(({ color }) => [...rgbOf(color), 255])]
  for (const [n, { imagePath, labelPath }] of items.entries()) {
    if (signal?.aborted) throw new CancelledError()
    const truthFile = path.join(outFolder, comparedLayerFile(n, 'truth'))
    if (!(await isThere(truthFile))) {
      const { width, height, data } = await decodeIndexMap(labelPath)
      const truth = shrunk(data, { width, height }, shrinkBy(width, height), (t) => (t === 255 ? 0 : t + 1))
      const picture = await decodeRgb(imagePath)
      try {
        await sharp(picture.data, { raw: { width: picture.width, height: picture.height, channels: 3 }, limitInputPixels: false })
          .resize(pictureSide, pictureSide, { fit: 'inside', withoutEnlargement: true })
          .webp({ quality: 82 })
          .toFile(path.join(outFolder, comparedLayerFile(n, 'picture')))
        await writeFile(truthFile, encode({ ...truth, channels: 1, depth: 8, palette }))
      } catch (cause) {
        throw diskError(cause, truthFile)
      }
    }
    onProgress(n + 1, items.length)
  }
}

/** Where the predictions of a run lie, and the place of each of its classes among those of all runs. */
export interface PredictedMaps {
  folder: string
  index: number[]
}

/** Writes pairs.json: the disagreement of every pair of runs on every picture, from their maps at full size. Errors: file/*, voc/*, disk/*, cancelled. */
export async function compareMaps({
  itemsFile,
  maps,
  outFile,
  signal,
  onProgress,
}: Work & { maps: PredictedMaps[]; outFile: string }): Promise<void> {
  const { items } = await readItems(itemsFile)
  const pairs: (number | null)[][] = []
  for (const [n, { labelPath }] of items.entries()) {
    if (signal?.aborted) throw new CancelledError()
    const truth = (await decodeIndexMap(labelPath)).data
    const predicted = await Promise.all(
      maps.map(async ({ folder, index }) => {
        const full = path.join(folder, comparedLayerFile(n, 'map'))
        return {
          index,
          map: (await decodeIndexMap((await isThere(full)) ? full : path.join(folder, comparedLayerFile(n, 'prediction')))).data,
        }
      }),
    )
    pairs.push(predicted.flatMap((b, i) => predicted.slice(0, i).map((a) => disagreement(truth, a, b))))
    onProgress(n + 1, items.length)
    // Messages (cancel) arrive only when the loop lets go.
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
  await replaceDurable(outFile, JSON.stringify(pairs))
}

const isThere = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  )
