import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openDatabase } from '../../src/main/db/connection.ts'
import { schemaVersion, storedVersion } from '../../src/main/db/migrate.ts'
import { openWriter } from '../../src/main/db/thread.ts'
import { newId } from '../../src/main/newId.ts'
import { createUserSettings } from '../../src/main/services/system/userSettings.ts'
import { createEditing } from '../../src/renderer/features/label/editing.ts'
import type { PageLink } from '../../src/renderer/rpc/pageClient.ts'
import type { AwayChanges, RefusedChange, SaveTrouble } from '../../src/renderer/stores/saveState.ts'
import { makeProject, projectOf, startCore } from './coreHarness.ts'
import { openPages, Served } from '../support/kill/served.ts'
import { noteUnregistered } from '../support/shared.ts'
import { canMount, mountSmallDisk, type SmallDisk } from '../support/smallDisk.ts'
import { addDataset, importedItem, newBox, newStore, openStore, temporaryFolder } from './projectFixture.ts'

const box = (x: number) => ({ kind: 'box', x, y: 1, w: 5, h: 5 }) as const
const settled = async (done: () => boolean): Promise<void> => {
  for (let i = 0; i < 400 && !done(); i++) await new Promise((resolve) => setTimeout(resolve, 25))
  expect(done()).toBe(true)
}

/** The editing of a page, as the Label page has it, without the page. */
function pageEditing(link: PageLink) {
  const saves = {
    pending: 0,
    refused: [] as readonly RefusedChange[],
    away: [] as readonly AwayChanges[],
    blocked: false,
    asked: 0,
    askedAway: [],
    trouble: null as SaveTrouble | null,
    begin: () => void saves.pending++,
    saved: () => void saves.pending--,
    yielded: () => void saves.pending--,
  }
  const told = { denied: 0, refused: [] as unknown[] }
  const editing = createEditing({
    client: () => link.client,
    slot: () => 'page-1',
    saves,
    refused: (error) => told.refused.push(error),
    revised: () => undefined,
    elsewhere: () => undefined,
    saved: () => undefined,
    denied: () => void told.denied++,
    held: () => undefined,
    done: () => undefined,
  })
  return { editing, saves, told }
}

async function servedOn(disk: SmallDisk) {
  const started = await startCore(disk.folder)
  const datasetId = await makeProject(started, { train: 1, val: 1 })
  const filter = { split: null, classId: null, status: null, text: '' }
  const { items } = await started.client.items.window({ datasetId, filter, offset: 0, limit: 1 })
  await started.core.close()
  const server = new Served(disk.folder, projectOf(disk.folder))
  onTestFinished(() => server.end())
  const [link] = await openPages(await server.url, 1)
  onTestFinished(() => link!.close())
  return { link: link!, item: items[0]! }
}

function onSmallDisk(): SmallDisk {
  const disk = mountSmallDisk(24)!
  onTestFinished(() => disk.remove())
  return disk
}

const title = 'a page on a disk that runs full'
if (!canMount()) noteUnregistered(title, 4, 'a file system that can be mounted (root)')
else
  describe(title, () => {
    it('becomes read-only, keeps what was not written, loses nothing, and goes on by itself when there is room', async () => {
      const disk = onSmallDisk()
      const { link, item } = await servedOn(disk)
      const { editing, saves, told } = pageEditing(link)
      const list = await link.client.annotations.list({ itemId: item.id, client: 'page-1' })
      editing.editor.open(item.id, { width: item.width, height: item.height }, list.itemRev, list.annotations, [])
      disk.fill()
      const drawn: string[] = []
      // Until nothing goes any more: the log of the database has a little room of its own.
      for (let i = 0; !editing.editor.readOnly && i < 5_000; i++) {
        drawn.push(editing.editor.commitNew('createBox', box(i % 200)))
        if (editing.queue.length > 3) await settled(() => editing.queue.length < 3 || saves.trouble !== null)
      }
      expect(saves.trouble?.error.code).toBe('disk/full')
      const acknowledged = drawn.length - editing.queue.length
      const waiting = editing.queue.length
      expect(waiting).toBeGreaterThan(0)
      expect(saves.trouble?.waiting).toHaveLength(waiting)
      editing.editor.commitNew('createBox', box(1))
      expect(told.denied).toBe(1)
      // What was acknowledged can be read while the disk is full; what waits is still on show.
      const during = await link.client.annotations.list({ itemId: item.id, client: 'page-1' })
      expect(drawn.slice(0, acknowledged).every((id) => during.annotations.some((record) => record.id === id))).toBe(true)
      expect(drawn.every((id) => editing.editor.records.has(id))).toBe(true)
      disk.free()
      await settled(() => editing.queue.length === 0)
      expect({ ...saves, trouble: saves.trouble, readOnly: editing.editor.readOnly }).toMatchObject({
        pending: 0,
        refused: [],
        trouble: null,
        readOnly: false,
      })
      expect(told.refused).toEqual([])
      const after = await link.client.annotations.list({ itemId: item.id, client: 'page-1' })
      expect(drawn.every((id) => after.annotations.some((record) => record.id === id))).toBe(true)
      expect(after.annotations).toHaveLength(list.annotations.length + drawn.length)
      await editing.undo()
      expect(editing.editor.records.has(drawn.at(-1)!)).toBe(false)
    })

    it('says so for settings as well, keeps those there were and leaves nothing half written', async () => {
      const disk = onSmallDisk()
      const folder = path.join(disk.folder, 'state')
      const settings = createUserSettings(folder)
      await settings.change({ name: 'Mia' })
      disk.fill()
      await expect(settings.change({ theme: 'dark' })).rejects.toMatchObject({ code: 'disk/full' })
      expect(settings.read()).toMatchObject({ name: 'Mia', theme: null })
      expect(readdirSync(folder)).toEqual(['settings.json'])
    })

    it('brings a project of an earlier studio up to date with the room of the reserve, and leaves no half backups where there is none', () => {
      const disk = onSmallDisk()
      const [file, ballast, backups] = ['project.db', 'project.ballast', 'backups'].map((name) => path.join(disk.folder, name)) as [
        string,
        string,
        string,
      ]
      copyFileSync(fileURLToPath(new URL('../fixtures/projects/version1.db', import.meta.url)), file)
      // Opened and read, so that there is room for that on the full disk as well; what it lacks is room for a copy.
      const reader = openDatabase(file)
      expect(storedVersion(reader)).toBe(1)
      mkdirSync(backups)
      const open = () => openWriter({ folder: disk.folder, role: 'writer', create: null })
      disk.fill()
      for (let i = 0; i < 2; i++) expect(open).toThrow(expect.objectContaining({ code: 'SQLITE_FULL' }))
      expect(readdirSync(backups)).toEqual([])
      disk.free()
      writeFileSync(ballast, Buffer.alloc(8 << 20))
      disk.fill()
      const writer = open()
      expect(storedVersion(writer)).toBe(schemaVersion)
      expect(readdirSync(backups).map((name) => statSync(path.join(backups, name)).size > 0)).toEqual([true])
      expect(existsSync(ballast)).toBe(false)
      writer.close()
      reader.close()
    })

    it('says so when the project lies on a disk that is mounted read-only', async () => {
      const disk = onSmallDisk()
      const store = await newStore(disk.folder)
      await store.close()
      expect(disk.remount('ro')).toBe(true)
      await expect(openStore(disk.folder)).rejects.toMatchObject({ code: 'disk/read-only' })
      disk.remount('rw')
      expect(await (await openStore(disk.folder)).call('project.meta', {})).toMatchObject({ name: 'Test' })
    })
  })

describe('a project that cannot be written', () => {
  const prepared = async () => {
    const folder = path.join(temporaryFolder(), 'project')
    mkdirSync(folder)
    const store = await newStore(folder)
    const item = importedItem(0)
    await addDataset(store, [item])
    const entryId = newId()
    const edits = [{ op: 'create' as const, annotation: newBox() }]
    const apply = () => store.call('annotations.apply', { entryId, itemId: item.id, client: 'A', command: 'draw', edits })
    const count = async () => (await store.call('annotations.list', { itemId: item.id, client: 'A' })).annotations.length
    return { folder, apply, count }
  }

  it('because its folder was moved says so instead of writing where nobody looks, and goes on when it is back', async () => {
    const { folder, apply, count } = await prepared()
    renameSync(folder, `${folder}-moved`)
    await expect(apply()).rejects.toMatchObject({ code: 'project/moved' })
    renameSync(`${folder}-moved`, folder)
    await apply()
    expect(await count()).toBe(1)
  })

  it('because its disk fails says so, and the same entry goes through when the disk is back', async () => {
    const { folder, apply, count } = await prepared()
    renameSync(folder, `${folder}-moved`)
    symlinkSync(folder, folder)
    await expect(apply()).rejects.toMatchObject({ code: 'disk/failed', data: { errno: 'ELOOP' } })
    unlinkSync(folder)
    renameSync(`${folder}-moved`, folder)
    await apply()
    expect(await count()).toBe(1)
  })

  it('because another program holds the database says so, and the same entry goes through afterwards', async () => {
    const { folder, apply, count } = await prepared()
    const other = openDatabase(path.join(folder, 'project.db'))
    other.exec('BEGIN IMMEDIATE')
    await expect(apply()).rejects.toMatchObject({ code: 'project/busy' })
    expect(await count()).toBe(0)
    other.exec('ROLLBACK')
    other.close()
    await apply()
    expect(await count()).toBe(1)
  })

  it('whose file loses its end while it is read is an error, and not the end of the process', () => {
    const file = path.join(temporaryFolder(), 'project.db')
    const writer = openDatabase(file)
    writer.exec('CREATE TABLE filler (text TEXT)')
    const insert = writer.prepare('INSERT INTO filler VALUES (hex(randomblob(2000)))')
    writer.transaction(() => Array.from({ length: 500 }, () => insert.run()))()
    writer.close()
    const reader = openDatabase(file, { readonly: true })
    const rows = reader.prepare('SELECT text FROM filler').iterate()
    rows.next()
    truncateSync(file, 65_536)
    expect(() => [...rows]).toThrow(expect.objectContaining({ code: expect.stringMatching(/^SQLITE_(CORRUPT|IOERR)/) as string }))
    reader.close()
  })

  it('because a page of its database is damaged says so, and what else is in it can be read', async () => {
    const folder = temporaryFolder()
    const store = await newStore(folder)
    const item = importedItem(0)
    const datasetId = await addDataset(store, [item])
    await store.close()
    const file = path.join(folder, 'project.db')
    const db = openDatabase(file)
    const size = db.pragma('page_size', { simple: true }) as number
    const root = (db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'annotation'").get() as { rootpage: number }).rootpage
    db.close()
    const handle = openSync(file, 'r+')
    writeSync(handle, Buffer.alloc(size, 0xff), 0, size, (root - 1) * size)
    closeSync(handle)
    const damaged = await openStore(folder)
    const edits = [{ op: 'create' as const, annotation: newBox() }]
    const apply = damaged.call('annotations.apply', { entryId: newId(), itemId: item.id, client: 'A', command: 'draw', edits })
    await expect(apply).rejects.toMatchObject({ code: 'project/damaged' })
    await expect(damaged.call('classes.list', { datasetId })).resolves.toHaveLength(3)
    expect(await damaged.call('datasets.get', { datasetId })).toMatchObject({ items: 1 })
  })
})
