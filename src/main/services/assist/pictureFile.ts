import { stat } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import type { ItemFiles } from '../../db/records.ts'
import type { Media } from '../../media/pools.ts'
import { hashFile } from '../../media/safeFiles.ts'

/** A picture that belongs to no project, as an item's files are. Errors: file/*. */
export async function pictureFile({ pictures }: Pick<Media, 'pictures'>, file: string): Promise<ItemFiles> {
  const [rootPath, relPath] = [path.dirname(file), path.basename(file)]
  const facts = await stat(file).catch((cause: unknown) => {
    throw new AppError('file/not-found', `${file} is not there`, { file: relPath }, { cause })
  })
  const bytes = facts.size
  const { header } = await pictures.call('header', { root: rootPath, relPath, sha256: null }, { urgent: true })
  const [width, height] = header.orientation >= 5 ? [header.height, header.width] : [header.width, header.height]
  const sha256 = await hashFile(file)
  const none = { itemId: '', datasetId: '', position: 0, rev: 0, status: 'todo' as const, digest: '', importedDigest: '', origins: {} }
  const sources = [{ kind: 'image' as const, relPath, sha256, bytes }]
  return {
    ...none,
    rootPath,
    importedAt: Date.now(),
    relPath,
    name: path.parse(file).name,
    width,
    height,
    orientation: header.orientation,
    imageSha256: sha256,
    sources,
  }
}
