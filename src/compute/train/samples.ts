import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import sharp from 'sharp'
import { addToConfusion, confusionScores, createConfusion } from '../../shared/metrics/confusion.ts'
import type { SampleLayer, SampleSheet } from '../../shared/model/sampleSheet.ts'
import type { Snapshot, SnapshotItem } from '../../shared/model/snapshot.ts'
import { diskError, writeDurable } from '../files/durableFile.ts'
import { overlayPixels, rgbOf, type Rgb } from '../predict/overlay.ts'
import type { ScoredPicture } from './evaluate.ts'

/** The longer side of what is written; sheets are for looking, not for measuring. */
const maxSide = 768
const alpha = 170
const wrong: Rgb = [255, 64, 64]
const right: Rgb = [64, 160, 96]

export const sampleFile = (runFolder: string, step: number, picture: number, layer: SampleLayer): string =>
  path.join(runFolder, 'samples', stepName(step), `${picture}.${layer}.png`)

const stepName = (step: number): string => `step-${String(step).padStart(8, '0')}`

/** `count` positions spread evenly over `total`: the same ones at every validation. */
export function fixedPositions(count: number, total: number): number[] {
  const n = Math.min(count, total)
  return Array.from({ length: n }, (_, i) => Math.floor((i * total) / n))
}

/** One picture of a sheet with its layers, RGBA. */
export interface DrawnSample {
  readonly sheet: SampleSheet['pictures'][number]
  readonly layers: Readonly<Record<SampleLayer, Uint8Array>>
}

/** Collects the fixed pictures of one validation and writes them as `samples/step-<step>/`: PNG layers and sheet.json, all there or none. */
export class SampleSheets {
  readonly #runFolder: string
  readonly #items: readonly SnapshotItem[]
  readonly #colors: readonly Rgb[]
  readonly #slots: ReadonlyMap<number, number>
  #drawn = new Map<number, DrawnSample>()

  constructor(runFolder: string, items: readonly SnapshotItem[], classes: Snapshot['classes'], count: number) {
    this.#runFolder = runFolder
    this.#items = items
    this.#colors = classes.map(({ color }) => rgbOf(color))
    this.#slots = new Map(fixedPositions(count, items.length).map((position, slot) => [position, slot]))
  }

  take(picture: ScoredPicture): void {
    const slot = this.#slots.get(picture.position)
    if (slot !== undefined) this.#drawn.set(slot, this.#draw(picture, this.#items[picture.position]!))
  }

  /** Writes what was taken since the last call, and forgets all but the first and the `keep - 1` newest sheets. Errors: disk/*. */
  async write(step: number, attempt: number, keep: number): Promise<SampleSheet | null> {
    const drawn = [...this.#drawn].sort(([a], [b]) => a - b)
    this.#drawn = new Map()
    return writeSheet(
      this.#runFolder,
      drawn.map(([, sample]) => sample),
      { step, attempt, keep },
    )
  }

  #draw({ width, height, predicted, truth }: ScoredPicture, item: SnapshotItem): DrawnSample {
    const by = Math.max(1, Math.ceil(Math.max(width, height) / maxSide))
    const small = { width: Math.floor(width / by), height: Math.floor(height / by) }
    const shrink = (map: ArrayLike<number>) =>
      Uint8Array.from(
        { length: small.width * small.height },
        (_, i) => map[Math.floor(i / small.width) * by * width + (i % small.width) * by]!,
      )
    const [seen, real] = [shrink(predicted), shrink(truth)]
    const errors = real.map((value, i) => (value === 255 ? 255 : value === seen[i] ? 0 : 1))
    const confusion = createConfusion(this.#colors.length)
    addToConfusion(confusion, truth, predicted)
    return {
      sheet: { itemId: item.id, name: item.name, ...small, mIoU: confusionScores(confusion).mIoU },
      layers: {
        prediction: overlayPixels(seen, this.#colors, alpha),
        truth: overlayPixels(real, this.#colors, alpha),
        errors: overlayPixels(errors, [right, wrong], alpha),
      },
    }
  }
}

/** Writes a sheet, all of it or nothing, and forgets all but the first and the `keep - 1` newest; null for one without pictures. Errors: disk/*. */
export async function writeSheet(
  runFolder: string,
  drawn: readonly DrawnSample[],
  { step, attempt, keep }: { step: number; attempt: number; keep: number },
): Promise<SampleSheet | null> {
  if (drawn.length === 0) return null
  const folder = path.join(runFolder, 'samples')
  const sheet: SampleSheet = { step, attempt, pictures: drawn.map(({ sheet: picture }) => picture) }
  const name = stepName(step)
  const beside = path.join(folder, `.tmp-${name}`)
  try {
    await rm(beside, { recursive: true, force: true })
    await mkdir(beside, { recursive: true })
    for (const [i, { layers, sheet: picture }] of drawn.entries())
      for (const [layer, pixels] of Object.entries(layers)) {
        const raw = { width: picture.width, height: picture.height, channels: 4 as const }
        await sharp(pixels, { raw })
          .png({ compressionLevel: 3 })
          .toFile(path.join(beside, `${i}.${layer}.png`))
      }
    await writeDurable(path.join(beside, 'sheet.json'), JSON.stringify(sheet))
    await rm(path.join(folder, name), { recursive: true, force: true })
    await rename(beside, path.join(folder, name))
    await forgetOld(folder, keep)
  } catch (cause) {
    throw diskError(cause, beside)
  }
  return sheet
}

async function forgetOld(folder: string, keep: number): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.startsWith('step-')).sort()
  for (const name of names.slice(1, Math.max(1, names.length - keep + 1))) await rm(path.join(folder, name), { recursive: true })
}
