import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decode } from 'fast-png'
import sharp from 'sharp'
import { CancelledError } from '../../../shared/errors.ts'
import { addToConfusion, confusionScores, createConfusion, type SegmentationScores } from '../../../shared/metrics/confusion.ts'
import { demoClasses } from './shapes.ts'

const CENTRES = 8
const ROUNDS = 12
const SAMPLE_STEP = 61
const VOID = 255

interface Pair {
  rgb: Uint8Array
  classes: Uint8Array
}

async function readPairs(folder: string, split: string, signal?: AbortSignal): Promise<Pair[]> {
  const ids = (await readFile(join(folder, 'ImageSets/Segmentation', `${split}.txt`), 'utf8')).split('\n').filter((line) => line !== '')
  const pairs: Pair[] = []
  for (const id of ids) {
    if (signal?.aborted) throw new CancelledError()
    const rgb = await sharp(join(folder, 'JPEGImages', `${id}.jpg`))
      .raw()
      .toBuffer()
    const classes = decode(await readFile(join(folder, 'SegmentationClass', `${id}.png`))).data as Uint8Array
    pairs.push({ rgb, classes })
  }
  return pairs
}

/** Colours of one class, every 61st labelled pixel of every picture: flat RGB. */
function sampleColors(pairs: readonly Pair[], index: number): number[] {
  const colors: number[] = []
  for (const { rgb, classes } of pairs) {
    for (let i = 0; i < classes.length; i += SAMPLE_STEP)
      if (classes[i] === index) colors.push(rgb[i * 3]!, rgb[i * 3 + 1]!, rgb[i * 3 + 2]!)
  }
  return colors
}

function nearestCentre(centres: Float64Array, r: number, g: number, b: number): number {
  let best = 0
  let least = Number.POSITIVE_INFINITY
  for (let c = 0; c < centres.length; c += 3) {
    const dr = centres[c]! - r
    const dg = centres[c + 1]! - g
    const db = centres[c + 2]! - b
    const distance = dr * dr + dg * dg + db * db
    if (distance < least) {
      least = distance
      best = c
    }
  }
  return best / 3
}

/** Lloyd's k-means from evenly spaced samples. */
function kMeans(colors: readonly number[]): Float64Array {
  const count = colors.length / 3
  const centres = Float64Array.from(
    { length: Math.min(CENTRES, count) * 3 },
    (_, i) => colors[Math.floor((Math.floor(i / 3) * count) / CENTRES) * 3 + (i % 3)]!,
  )
  for (let round = 0; round < ROUNDS; round++) {
    const sums = new Float64Array((centres.length / 3) * 4)
    for (let i = 0; i < colors.length; i += 3) {
      const c = nearestCentre(centres, colors[i]!, colors[i + 1]!, colors[i + 2]!) * 4
      for (let k = 0; k < 3; k++) sums[c + k]! += colors[i + k]!
      sums[c + 3]!++
    }
    for (let i = 0; i < centres.length; i++) {
      const c = Math.floor(i / 3) * 4
      if (sums[c + 3]! > 0) centres[i] = sums[c + (i % 3)]! / sums[c + 3]!
    }
  }
  return centres
}

/**
 * What colour alone can do on a dataset written by generateDemoDataset: eight k-means colours per class from the training pixels, every
 * validation pixel takes the class of its nearest one. Scores over the validation split, void left out.
 */
export async function nearestColourScores(folder: string, signal?: AbortSignal): Promise<SegmentationScores> {
  const train = await readPairs(folder, 'train', signal)
  const centres: number[] = []
  const owner: number[] = []
  for (const index of demoClasses.keys()) {
    const own = kMeans(sampleColors(train, index))
    centres.push(...own)
    owner.push(...Array.from({ length: own.length / 3 }, () => index))
  }
  const all = Float64Array.from(centres)
  const confusion = createConfusion(demoClasses.length)
  for (const { rgb, classes } of await readPairs(folder, 'val', signal)) {
    if (signal?.aborted) throw new CancelledError()
    const predicted = new Uint8Array(classes.length)
    for (let i = 0; i < classes.length; i++) {
      if (classes[i] !== VOID) predicted[i] = owner[nearestCentre(all, rgb[i * 3]!, rgb[i * 3 + 1]!, rgb[i * 3 + 2]!)]!
    }
    addToConfusion(confusion, classes, predicted)
    // A turn of the event loop, so that an interruption is heard.
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
  return confusionScores(confusion)
}
