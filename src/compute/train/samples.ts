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

interface Drawn {
  readonly sheet: SampleSheet['pictures'][number]
  readonly layers: Readonly<Record<SampleLayer, Uint8Array>>
}

/** Collects the fixed pictures of one validation and writes them as `samples/step-<step>/`: PNG layers and sheet.json, all there or none. */
export class SampleSheets {
  readonly #folder: string
  readonly #items: readonly SnapshotItem[]
  readonly #colors: readonly Rgb[]
  readonly #slots: ReadonlyMap<number, number>
  #drawn = new Map<number, Drawn>()

  constructor(runFolder: string, items: readonly SnapshotItem[], classes: Snapshot['classes'], count: number) {
    this.#folder = path.join(runFolder, 'samples')
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
    if (drawn.length === 0) return null
    const sheet: SampleSheet = { step, attempt, pictures: drawn.map(([, { sheet }]) => sheet) }
    const name = stepName(step)
    const beside = path.join(this.#folder, `.tmp-${name}`)
    try {
      await rm(beside, { recursive: true, force: true })
      await mkdir(beside, { recursive: true })
      for (const [i, [, { layers, sheet: picture }]] of drawn.entries())
        for (const [layer, pixels] of Object.entries(layers)) {
          const raw = { width: picture.width, height: picture.height, channels: 4 as const }
          await sharp(pixels, { raw })
            .png({ compressionLevel: 3 })
            .toFile(path.join(beside, `${i}.${layer}.png`))
        }
      await writeDurable(path.join(beside, 'sheet.json'), JSON.stringify(sheet))
      await rm(path.join(this.#folder, name), { recursive: true, force: true })
      await rename(beside, path.join(this.#folder, name))
      await this.#forgetOld(keep)
    } catch (cause) {
      throw diskError(cause, beside)
    }
    return sheet
  }

  #draw({ width, height, predicted, truth }: ScoredPicture, item: SnapshotItem): Drawn {
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

  async #forgetOld(keep: number): Promise<void> {
    const names = (await readdir(this.#folder)).filter((name) => name.startsWith('step-')).sort()
    for (const name of names.slice(1, Math.max(1, names.length - keep + 1))) await rm(path.join(this.#folder, name), { recursive: true })
  }
}
