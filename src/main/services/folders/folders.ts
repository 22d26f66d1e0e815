import { createHmac, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { opendir, readdir, realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import type { FolderEntry } from '../../../shared/api/page/folders.ts'
import { AppError } from '../../../shared/errors.ts'
import type { AreaService } from '../service.ts'

export interface Folders {
  /** The real path behind an id. Errors: folder/not-found, folder/outside-roots. */
  resolve(folderId: string): Promise<string>
  /** The real path of a file behind an id. Errors: file/not-found, folder/outside-roots. */
  resolveFile(fileId: string): Promise<string>
  /** A path that was stored, for a page of today. Errors: file/not-found, folder/outside-roots. */
  allowFile(file: string): Promise<string>
  /** For paths that come from this side (the command line, Electron's dialog): any folder gets an id, roots or not. Errors: folder/not-found. */
  idForPath(folder: string): Promise<string>
  list(folderId: string | null): Promise<Awaited<ReturnType<AreaService<'folders'>['list']>>>
}

/** More would make neither the picker nor the person faster. */
const maxEntries = 2_000

/**
 * Folders as opaque ids. An id is a keyed hash of the real path, known only after this host has handed it out, so a page cannot make one up;
 * the path is looked at again on every use, because a link may have been swapped meanwhile.
 */
export function createFolders(roots: readonly string[]): Folders {
  const key = randomBytes(32)
  const paths = new Map<string, { path: string; trusted: boolean }>()
  const remember = (real: string, trusted: boolean): string => {
    const id = createHmac('sha256', key).update(real).digest('base64url').slice(0, 24)
    paths.set(id, { path: real, trusted: trusted || (paths.get(id)?.trusted ?? false) })
    return id
  }
  const realRoots = async () => (await Promise.all(roots.map((root) => realpath(root).catch(() => null)))).filter((root) => root !== null)
  const inside = async (real: string) => (await realRoots()).some((root) => isInside(root, real))

  async function resolve(folderId: string): Promise<string> {
    const known = paths.get(folderId)
    const real = known ? await realpath(known.path).catch(() => null) : null
    if (!known || real === null || !(await stat(real)).isDirectory()) throw notFound()
    if (!(known.trusted && real === known.path) && !(await inside(real)))
      throw new AppError('folder/outside-roots', 'this folder lies outside of the folders this host shows')
    return real
  }
  async function allowFile(file: string | null): Promise<string> {
    const real = file === null ? null : await realpath(file).catch(() => null)
    if (real === null || !(await stat(real)).isFile())
      throw new AppError('file/not-found', 'there is no such file any more; choose it again')
    if (!(await inside(real))) throw new AppError('folder/outside-roots', 'this file lies outside of the folders this host shows')
    return real
  }
  return {
    resolve,
    resolveFile: (fileId) => allowFile(paths.get(fileId)?.path ?? null),
    allowFile,
    async idForPath(folder) {
      const real = await realpath(folder).catch(() => null)
      if (real === null || !(await stat(real)).isDirectory()) throw notFound(folder)
      return remember(real, true)
    },
    async list(folderId) {
      if (folderId === null) {
        const entries = await Promise.all((await realRoots()).map(async (root) => entryOf(remember(root, false), root, root)))
        return { folder: null, displayPath: '', parentId: null, entries }
      }
      const folder = await resolve(folderId)
      const parent = path.dirname(folder)
      const parentId = parent !== folder && (await inside(parent)) ? remember(parent, false) : null
      const children = (await readdir(folder, { withFileTypes: true }).catch(() => []))
        .filter((child) => !child.name.startsWith('.'))
        .slice(0, maxEntries)
      const found = await Promise.all(
        children.map(async (child): Promise<FolderEntry | null> => {
          const full = path.join(folder, child.name)
          if (child.isFile()) return { id: remember(full, false), name: child.name, kind: 'file', looksLike: fileLooksLike(child.name) }
          const real = await realpath(full).catch(() => null)
          if (real === null || !(await inside(real)) || !(await stat(real)).isDirectory()) return null
          return await entryOf(remember(real, false), real, child.name)
        }),
      )
      const entries = found
        .filter((entry) => entry !== null)
        .sort((a, b) => (a.kind === b.kind ? a.name.localeCompare(b.name) : a.kind === 'folder' ? -1 : 1))
      return { folder: await entryOf(folderId, folder, path.basename(folder) || folder), displayPath: folder, parentId, entries }
    },
  }
}

const notFound = (folder = '') => new AppError('folder/not-found', `there is no folder ${folder}`.trim(), folder ? { folder } : {})

export const isInside = (root: string, real: string): boolean =>
  real === root || real.startsWith(root.endsWith(path.sep) ? root : root + path.sep)

const entryOf = async (id: string, real: string, name: string): Promise<FolderEntry> => ({
  id,
  name,
  kind: 'folder',
  looksLike: await looksLike(real),
})

const fileLooksLike = (name: string): FolderEntry['looksLike'] =>
  /\.(safetensors|pth|pt|bin|ckpt|onnx)$/i.test(name) ? 'weights' : 'nothing'

async function looksLike(folder: string): Promise<FolderEntry['looksLike']> {
  const has = (name: string) => existsSync(path.join(folder, name))
  if (has('project.db')) return 'project'
  if (has('JPEGImages')) return 'voc'
  const directory = await opendir(folder).catch(() => null)
  if (!directory) return 'nothing'
  let seen = 0
  // Leaving the loop closes the directory.
  for await (const child of directory) {
    if (child.isFile() && /\.(jpe?g|jpe|jfif|png|webp|tiff?|bmp)$/i.test(child.name)) return 'images'
    if (++seen >= 30) break
  }
  return 'nothing'
}

export function createFoldersService(folders: Folders): AreaService<'folders'> {
  return {
    list: ({ folderId }) => folders.list(folderId),
    async idForPath({ path: folder }, { connection }) {
      if (connection.shell !== 'cli') throw new AppError('auth/forbidden', 'a page knows no paths')
      return { folderId: await folders.idForPath(folder) }
    },
  }
}
