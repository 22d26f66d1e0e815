import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createFolders } from './folders.ts'

let top: string
beforeAll(() => {
  top = realpathSync(mkdtempSync(path.join(tmpdir(), 'maskwright-folders-')))
  for (const folder of ['root/voc/JPEGImages', 'root/pictures', 'root/project', 'root/.hidden', 'outside/secret'])
    mkdirSync(path.join(top, folder), { recursive: true })
  writeFileSync(path.join(top, 'root/pictures/a.JPG'), '')
  writeFileSync(path.join(top, 'root/project/project.db'), '')
  writeFileSync(path.join(top, 'root/readme.txt'), '')
  symlinkSync(path.join(top, 'outside'), path.join(top, 'root/escape'))
})
afterAll(() => rmSync(top, { recursive: true, force: true }))

test('the roots come first, then what lies under them; hidden folders and links that lead out do not', async () => {
  const folders = createFolders([path.join(top, 'root'), path.join(top, 'not-there')])
  const roots = await folders.list(null)
  expect(roots.entries.map((entry) => entry.name)).toEqual([path.join(top, 'root')])
  const inside = await folders.list(roots.entries[0]!.id)
  expect(inside.parentId).toBeNull()
  expect(inside.entries.map((entry) => [entry.name, entry.kind, entry.looksLike])).toEqual([
    ['pictures', 'folder', 'images'],
    ['project', 'folder', 'project'],
    ['voc', 'folder', 'voc'],
    ['readme.txt', 'file', 'nothing'],
  ])
  const below = await folders.list(inside.entries[2]!.id)
  expect(below.parentId).toBe(roots.entries[0]!.id)
})

test('paths and made-up ids are no ids', async () => {
  const folders = createFolders([path.join(top, 'root')])
  for (const id of [path.join(top, 'root'), '..', '', 'AAAAAAAAAAAAAAAAAAAAAAAA', '__proto__'])
    await expect(folders.resolve(id)).rejects.toMatchObject({ code: 'folder/not-found' })
  // An id of another host means nothing here.
  const other = (await createFolders([path.join(top, 'root')]).list(null)).entries[0]!.id
  await expect(folders.list(other)).rejects.toMatchObject({ code: 'folder/not-found' })
})

test('a folder that became a link to elsewhere is refused when it is used', async () => {
  const root = path.join(top, 'root')
  const folders = createFolders([root])
  const listed = await folders.list((await folders.list(null)).entries[0]!.id)
  const pictures = listed.entries.find((entry) => entry.name === 'pictures')!
  renameSync(path.join(root, 'pictures'), path.join(root, 'moved'))
  symlinkSync(path.join(top, 'outside/secret'), path.join(root, 'pictures'))
  await expect(folders.resolve(pictures.id)).rejects.toMatchObject({ code: 'folder/outside-roots' })
  rmSync(path.join(root, 'pictures'))
  renameSync(path.join(root, 'moved'), path.join(root, 'pictures'))
})

test('a path of this side gets an id outside of the roots too', async () => {
  const folders = createFolders([path.join(top, 'root')])
  const id = await folders.idForPath(path.join(top, 'outside'))
  expect(await folders.resolve(id)).toBe(path.join(top, 'outside'))
  await expect(folders.idForPath(path.join(top, 'nothing'))).rejects.toMatchObject({ code: 'folder/not-found' })
})

test('a stored path is allowed where a page may still look: inside of the roots, and a file', async () => {
  const root = path.join(top, 'root')
  const folders = createFolders([root])
  expect(await folders.allowFile(path.join(root, 'readme.txt'))).toBe(path.join(root, 'readme.txt'))
  writeFileSync(path.join(top, 'outside/weights.pth'), '')
  for (const way of [
    path.join(top, 'outside/weights.pth'),
    path.join(root, 'escape/weights.pth'),
    path.join(root, '../outside/weights.pth'),
  ])
    await expect(folders.allowFile(way)).rejects.toMatchObject({ code: 'folder/outside-roots' })
  for (const none of [path.join(root, 'gone'), root, ''])
    await expect(folders.allowFile(none)).rejects.toMatchObject({ code: 'file/not-found' })
})
