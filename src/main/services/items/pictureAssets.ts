import { existsSync } from 'node:fs'
import path from 'node:path'
import type { AssetSources } from '../assets/assetAnswer.ts'
import { insideRoot } from '../../media/safeFiles.ts'
import type { Media } from '../../media/pools.ts'
import type { ItemFiles } from '../../db/records.ts'
import { isShownByBrowsers, wholeUpTo } from '../../../shared/model/picture.ts'
import type { ProjectSlot } from '../projectSlot.ts'
import type { GuardedCall } from './pictureGuard.ts'
import type { TiledPictures } from './tiledPictures.ts'

export const thumbSize = 320

const numbersOf = (query: URLSearchParams): [level: number, x: number, y: number] => {
  const number = (name: string) => (/^\d{1,5}$/.test(query.get(name) ?? '') ? Number(query.get(name)) : NaN)
  return [number('level'), number('x'), number('y')]
}

/** The pictures of items as assets: as they are, as thumbnails, and what is drawn over them. */
export function createPictureAssets(
  slot: ProjectSlot,
  { pictures }: Media,
  tiled: TiledPictures,
  guard: GuardedCall,
): Pick<AssetSources, 'image' | 'thumb' | 'overlay' | 'tile'> {
  /** One rendering per file, however many pages ask for it at once; a copy of it has its own, for one of the two may have broken since. */
  const underWay = new Map<string, Promise<unknown>>()
  const once = <T>({ rootPath, relPath }: ItemFiles, out: string, make: () => Promise<T>): Promise<T> => {
    const key = `${out} ${rootPath}/${relPath}`
    const running = underWay.get(key) as Promise<T> | undefined
    if (running) return running
    const made = make().finally(() => underWay.delete(key))
    underWay.set(key, made)
    return made
  }
  const find = async (itemId: string) => {
    const { store } = slot.require()
    return { store, files: await store.call('items.files', { itemId }) }
  }
  const cached = (folder: string, kind: string, hash: string, extension: string) =>
    path.join(folder, 'cache', kind, hash.slice(0, 2), `${hash}.${extension}`)

  return {
    async image(itemId) {
      const { store, files } = await find(itemId)
      const header = await tiled.header(files)
      if (isShownByBrowsers(header))
        return { type: `image/${header.format}`, body: { file: await insideRoot(files.rootPath, files.relPath) } }
      const out = cached(store.folder, 'viewable', files.imageSha256, 'png')
      if (existsSync(out)) return { type: 'image/png', body: { file: out } }
      const input = { root: files.rootPath, relPath: files.relPath, out }
      const { file, type } = await once(files, out, () => guard(files, () => pictures.call('viewable', input, { urgent: true })))
      return { type, body: { file } }
    },
    async thumb(itemId) {
      const { store, files } = await find(itemId)
      const out = cached(store.folder, 'thumbs', files.imageSha256, 'webp')
      if (!existsSync(out))
        await once(files, out, async () => {
          const { rootPath: root, relPath, width, height } = files
          await tiled.refuseReplaced(files)
          // One reading of a huge picture serves its thumbnail and its first view.
          const tile = width * height > wholeUpTo ? await tiled.smallest(files) : null
          return guard(files, () => pictures.call('thumb', { root, relPath, size: thumbSize, out, tile }))
        })
      return { type: 'image/webp', body: { file: out } }
    },
    tile: (itemId, query) => tiled.tile(itemId, ...numbersOf(query)),
    async overlay(itemId, query) {
      const { store, files } = await find(itemId)
      const { annotations } = await store.call('annotations.list', { itemId, client: '' })
      const classes = await store.call('classes.list', { datasetId: files.datasetId })
      const colors = new Map(classes.map((c) => [c.id, c.color]))
      const regions = annotations.map(({ id, region, z, shape, classId }) => ({
        id,
        region,
        z,
        shape,
        color: colors.get(classId ?? '') ?? '#ffffff',
      }))
      const on = (name: string) => query.get(name) !== '0'
      const options = { width: files.width, height: files.height, size: thumbSize, boxes: on('boxes'), masks: on('masks'), regions }
      return { type: 'image/png', body: { bytes: await pictures.call('overlay', options) } }
    },
  }
}
