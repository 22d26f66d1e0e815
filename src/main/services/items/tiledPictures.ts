import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { AppError, CancelledError } from '../../../shared/errors.ts'
import {
  coarseLevelOf,
  isDeep,
  isTiled,
  levelsOf,
  tileSize,
  type PictureHeader,
  type PictureInfo,
  type Sharpening,
} from '../../../shared/model/picture.ts'
import type { ItemFiles } from '../../db/records.ts'
import type { ProjectStore } from '../../db/store.ts'
import type { JobContext, JobQueue } from '../../jobs/jobQueue.ts'
import type { Media } from '../../media/pools.ts'
import { partOf, tileExtension, tileFile } from '../../media/tiles.ts'
import type { AssetAnswer } from '../assets/assetAnswer.ts'
import type { ProjectSlot } from '../projectSlot.ts'
import { createOriginals, type Originals } from './originals.ts'
import type { GuardedCall } from './pictureGuard.ts'
import { createTileStore, type TileStore } from './tileStore.ts'

/** Pictures that are too large, or too deep, for a browser to hold: their headers, their tiles, and the pyramids behind them. */
export interface TiledPictures {
  /** Errors: file/*. */
  header(files: ItemFiles): Promise<PictureHeader>
  /** A picture that is not the one that was imported has no place in what is kept of that one. Errors: file/*. */
  refuseReplaced(files: ItemFiles): Promise<void>
  /** Errors: item/not-found, file/*. */
  info(itemId: string): Promise<PictureInfo>
  /** A tile of a level that is there; the first view is made when it is asked for. Errors: item/not-found, input/invalid, file/*. */
  tile(itemId: string, level: number, x: number, y: number): Promise<AssetAnswer>
  /** The folder with the tiles of a level, the last there is at most; null: the picture is not tiled, or not cut that finely yet. Errors: file/*. */
  tilesAt(files: ItemFiles, level: number, urgent: boolean): Promise<{ folder: string; levels: number; level: number } | null>
  /** The one tile of the coarsest level, with the header; null: the picture is not tiled. Errors: file/*. */
  smallest(files: ItemFiles): Promise<{ folder: string; file: string; header: PictureHeader } | null>
  /** Asks for the whole pyramid, and how far it is; whoever does not ask again within seconds wants it no more. Errors: item/not-found, file/*. */
  sharpen(itemId: string): Promise<Sharpening>
}

export interface TiledPicturesOptions {
  readonly slot: ProjectSlot
  readonly jobs: JobQueue
  readonly media: Pick<Media, 'pictures' | 'pyramids'>
  readonly guard: GuardedCall
  /** Those that others ask too; absent: its own. */
  readonly originals?: Originals
  /** Bytes of tiles kept on disk. */
  readonly mostBytes?: number
  /** After so long without a question nobody wants a pyramid any more. */
  readonly patienceMs?: number
}

interface Building {
  askedAt: number
  share: number
  end: 'stopped' | 'failed' | null
}

interface FirstView {
  /** Somebody looks at it now. */
  readonly hurry: () => void
  readonly folder: Promise<string>
}

const defaultMostBytes = 16 * 2 ** 30

/** What is kept of a picture goes by its content; older tiles of some kinds are not taken again, for they were cut with alpha, or with values cut off. */
const keptAs = ({ imageSha256 }: ItemFiles, { hasAlpha, spread, float }: PictureHeader): string =>
  hasAlpha || (spread && !float) ? `${imageSha256}-2` : imageSha256

export function createTiledPictures(options: TiledPicturesOptions): TiledPictures {
  const { slot, jobs, media, guard, originals = createOriginals(media, guard), mostBytes = defaultMostBytes, patienceMs = 10_000 } = options
  const stores = new WeakMap<ProjectStore, TileStore>()
  const firstViews = new Map<string, FirstView>()
  const buildings = new Map<string, Building>()
  slot.onOpen(({ store }) => tilesOf(store).removeParts())

  function tilesOf(store: ProjectStore): TileStore {
    let tiles = stores.get(store)
    if (!tiles) stores.set(store, (tiles = createTileStore(store.folder)))
    return tiles
  }

  async function find(itemId: string) {
    const { store } = slot.require()
    const files = await store.call('items.files', { itemId })
    return { files, header: await originals.header(files, true), tiles: tilesOf(store) }
  }

  /** The first view, made at most once at a time; urgent from when on somebody looks. */
  function firstView(files: ItemFiles, header: PictureHeader, tiles: TileStore, urgent: boolean): Promise<string> {
    const out = tiles.folderOf(keptAs(files, header), 'first')
    if (tiles.has(out)) return Promise.resolve(out)
    let making = firstViews.get(out)
    if (!making) {
      const { rootPath: root, relPath } = files
      const input = { root, relPath, level: coarseLevelOf(header), out, background: false }
      let call: Promise<unknown> = Promise.resolve()
      let wanted = urgent
      const cut = () => {
        const cutting = media.pictures.call('tiles', input, { timeoutMs: 180_000, urgent: wanted })
        call = cutting
        return cutting
      }
      const hurry = () => {
        wanted = true
        media.pictures.hurry(call)
      }
      const folder = guard(files, cut)
        .then(({ bytes }) => {
          // Nobody waits for it, and a cache that is too large for a while is no reason to show nothing.
          tiles.grew(bytes, mostBytes).catch(() => undefined)
          return out
        })
        .finally(() => firstViews.delete(out))
      firstViews.set(out, (making = { hurry, folder }))
    } else if (urgent) making.hurry()
    return making.folder
  }

  async function build(files: ItemFiles, header: PictureHeader, tiles: TileStore, building: Building, context: JobContext): Promise<null> {
    const out = tiles.folderOf(keptAs(files, header), 'all')
    const finest = path.join(partOf(out), 'tiles_files', String(levelsOf(header) - 1))
    const total = Math.ceil(header.width / tileSize) * Math.ceil(header.height / tileSize)
    const forgotten = new AbortController()
    const watch = setInterval(() => {
      if (Date.now() - building.askedAt > patienceMs) return forgotten.abort()
      void readdir(finest).then(
        ({ length }) => {
          building.share = length / total
          context.report({ phase: 'tiles', done: length, total })
        },
        () => undefined,
      )
    }, 500)
    try {
      const { rootPath: root, relPath } = files
      // What the user waits for has the machine to itself.
      await firstView(files, header, tiles, true)
      const signal = AbortSignal.any([context.signal, forgotten.signal])
      await media.pyramids.call('tiles', { root, relPath, level: 0, out, background: true }, { signal })
      await tiles.trim(mostBytes)
      return null
    } catch (error) {
      if (!forgotten.signal.aborted) building.end = error instanceof CancelledError ? 'stopped' : 'failed'
      throw error
    } finally {
      clearInterval(watch)
      if (building.end === null) buildings.delete(out)
      // A process that was killed could not tidy up.
      await tiles.removePart(out)
    }
  }

  return {
    header: (files) => originals.header(files, true),

    refuseReplaced: (files) => originals.refuseReplaced(files),

    async info(itemId) {
      const { files, header } = await find(itemId)
      return { itemId, relPath: files.relPath, header, tiled: isTiled(header), version: files.imageSha256.slice(0, 16) }
    },

    async tile(itemId, level, x, y) {
      const { files, header, tiles } = await find(itemId)
      const levels = levelsOf(header)
      const across = (side: number) => Math.ceil(side / 2 ** level / tileSize)
      const within = [level, x, y].every((n) => Number.isInteger(n) && n >= 0) && level < levels
      if (!within || x >= across(header.width) || y >= across(header.height))
        throw new AppError('input/invalid', `there is no tile ${level}/${x}/${y} of ${files.relPath}`, { id: itemId })
      const whole = tiles.folderOf(keptAs(files, header), 'all')
      const ready = tiles.has(whole)
      const finer = !ready && level < coarseLevelOf(header)
      if (finer && !header.inTiles)
        throw new AppError('file/not-found', `level ${level} of ${files.relPath} is not there yet`, { file: files.relPath })
      const folder = ready ? whole : await firstView(files, header, tiles, true)
      const { rootPath: root, relPath } = files
      if (finer) {
        const bytes = await guard(files, () => media.pictures.call('partTile', { root, relPath, folder, level, x, y }, { urgent: true }))
        return { type: isDeep(header) ? 'application/octet-stream' : `image/${tileExtension(header)}`, body: { bytes } }
      }
      const file = tileFile(folder, levels, level, x, y, tileExtension(header))
      if (isDeep(header)) {
        const bytes = await guard(files, () => media.pictures.call('words', { root, relPath, folder, file }, { urgent: true }))
        return { type: 'application/octet-stream', body: { bytes } }
      }
      return { type: `image/${tileExtension(header)}`, body: { file } }
    },

    async tilesAt(files, wanted, urgent) {
      const header = await originals.header(files, urgent)
      if (!isTiled(header)) return null
      // A file that belongs to no project has no tiles.
      if (!slot.current) return null
      const tiles = tilesOf(slot.current.store)
      const levels = levelsOf(header)
      const level = Math.min(wanted, levels - 1)
      const whole = tiles.folderOf(keptAs(files, header), 'all')
      if (tiles.has(whole)) return { folder: whole, levels, level }
      return level < coarseLevelOf(header) ? null : { folder: await firstView(files, header, tiles, urgent), levels, level }
    },

    async smallest(files) {
      const header = await originals.header(files, false)
      if (!isTiled(header) || !slot.current) return null
      const folder = await firstView(files, header, tilesOf(slot.current.store), false)
      return { folder, file: tileFile(folder, levelsOf(header), levelsOf(header) - 1, 0, 0, tileExtension(header)), header }
    },

    async sharpen(itemId) {
      const { files, header, tiles } = await find(itemId)
      const out = tiles.folderOf(keptAs(files, header), 'all')
      if (!isTiled(header) || coarseLevelOf(header) === 0 || tiles.has(out)) return { state: 'ready', share: 1 }
      const known = buildings.get(out)
      if (known) {
        known.askedAt = Date.now()
        // Said once: who opens the picture again (there is room on the disk by now, perhaps) has it tried again.
        if (known.end === 'failed') buildings.delete(out)
        return { state: known.end ?? 'building', share: known.share }
      }
      const building: Building = { askedAt: Date.now(), share: 0, end: null }
      buildings.set(out, building)
      jobs.start({ kind: 'pyramid', subject: files.name, run: (context) => build(files, header, tiles, building, context) })
      return { state: 'building', share: 0 }
    },
  }
}
