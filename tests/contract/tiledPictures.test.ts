import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTileStore } from '../../src/main/services/items/tileStore.ts'
import { createPictureGuard } from '../../src/main/services/items/pictureGuard.ts'
import { createTiledPictures, type TiledPictures } from '../../src/main/services/items/tiledPictures.ts'
import { tilesMark } from '../../src/main/media/tiles.ts'
import { createMedia, type Media } from '../../src/main/media/pools.ts'
import type { Core } from '../../src/main/core.ts'
import { newId } from '../../src/main/newId.ts'
import type { ModelRecord } from '../../src/shared/model/modelRecord.ts'
import { AppError } from '../../src/shared/errors.ts'
import { forkEntry } from '../support/entries.ts'
import { endOfJob, projectOf, startCore } from './coreHarness.ts'

let started: Awaited<ReturnType<typeof startCore>>
let media: Media
const ids = new Map<string, string>()
const cache = () => path.join(projectOf(started.folder), 'cache/tiles')
const folders = () => (existsSync(cache()) ? readdirSync(cache()) : []).flatMap((name) => readdirSync(path.join(cache(), name)))

/** A host with one dataset: a picture with a pyramid, a deep one, a plain one. */
beforeAll(async () => {
  started = await startCore()
  media = createMedia(forkEntry)
  const { core, client, folder } = started
  const source = path.join(folder, 'pictures')
  mkdirSync(source)
  await sharp({ create: { width: 7_000, height: 4_001, channels: 3, background: '#8090a0' } })
    .jpeg()
    .toFile(path.join(source, 'large.jpg'))
  await sharp(
    Uint16Array.from({ length: 30 * 20 }, (_, i) => i * 7),
    { raw: { width: 30, height: 20, channels: 1 } },
  )
    .toColourspace('grey16')
    .png()
    .toFile(path.join(source, 'deep.png'))
  await sharp({ create: { width: 40, height: 30, channels: 3, background: 'red' } })
    .png()
    .toFile(path.join(source, 'plain.png'))
  await core.host.slot.create(projectOf(folder), 'test')
  const { jobId } = await client.datasets.import({ folderId: (await client.folders.idForPath({ path: source })).folderId })
  const { datasetId } = (await endOfJob(core, jobId)).result as { datasetId: string }
  const filter = { split: null, classId: null, status: null, text: '' }
  for (const item of (await client.items.window({ datasetId, filter, offset: 0, limit: 9 })).items) ids.set(item.name, item.id)
}, 60_000)
afterAll(async () => {
  await started.core.close()
  await media.close()
  rmSync(started.folder, { recursive: true, force: true })
})

const model: ModelRecord = {
  id: newId(),
  name: 'm',
  taskId: 't',
  runId: null,
  checkpoint: 'best',
  precision: 'fp32',
  bytes: 1,
  opset: 17,
  irVersion: 8,
  classes: [],
  inputSize: [64, 64],
  datasetHash: 'h',
  parity: { maxAbsDiff: 0, maxAbsLogit: 1, relativeL2: 0, argmaxAgreement: 1, bound: 1, images: 1, passed: true },
  primary: null,
  createdAt: 1,
}

const tile = (name: string, level: number, x = 0, y = 0) =>
  started.core.assets.tile(ids.get(name)!, new URLSearchParams({ level: String(level), x: String(x), y: String(y) }))

const ended = async (core: Core) => {
  const last = core.host.jobs.list().at(-1)!
  return core.host.jobs.wait(last.id)
}

describe('a picture too large to be held', () => {
  it('has a first view at once and its pixels when the pyramid is built', async () => {
    const { client, core } = started
    const itemId = ids.get('large')!
    const info = await client.items.picture({ itemId })
    expect(info).toMatchObject({ tiled: true, header: { format: 'jpeg', width: 7_000, height: 4_001 } })
    expect((await client.items.picture({ itemId: ids.get('plain')! })).tiled).toBe(false)
    await expect(tile('large', 0)).rejects.toMatchObject({ code: 'file/not-found' })
    const first = await tile('large', 1, 6, 3)
    if (!('file' in first.body)) throw new Error('no file')
    expect(await sharp(first.body.file).metadata()).toMatchObject({ format: 'jpeg', width: 3_500 - 6 * 512, height: 2_001 - 3 * 512 })
    // The thumbnail is made from the first view: no second reading of the file.
    await core.assets.thumb(itemId, new URLSearchParams())
    expect((await client.items.sharpen({ itemId })).state).toBe('building')
    const job = await ended(core)
    expect(job).toMatchObject({ kind: 'pyramid', subject: 'large', state: 'finished' })
    expect(await client.items.sharpen({ itemId })).toEqual({ state: 'ready', share: 1 })
    const finest = await tile('large', 0, 13, 7)
    if (!('file' in finest.body)) throw new Error('no file')
    expect(await sharp(finest.body.file).metadata()).toMatchObject({ width: 7_000 - 13 * 512, height: 4_001 - 7 * 512 })
    for (const [level, x, y] of [
      [0, 14, 0],
      [0, 0, 8],
      [5, 0, 0],
      [-1, 0, 0],
    ])
      await expect(tile('large', level!, x, y)).rejects.toMatchObject({ code: 'input/invalid' })
  })

  it('gives the values of a deep picture as they are stored', async () => {
    const info = await started.client.items.picture({ itemId: ids.get('deep')! })
    expect(info).toMatchObject({ tiled: true, header: { bits: 16, width: 30, height: 20 } })
    const answer = await tile('deep', 0)
    if (!('bytes' in answer.body)) throw new Error('no bytes')
    const bytes = Buffer.from(answer.body.bytes)
    // The window it is opened with, then the values.
    expect(bytes.length).toBe(4 + 30 * 20 * 2)
    expect([0, 1, 2, 3, 601].map((i) => bytes.readUInt16LE(i * 2))).toEqual([7, 4_186, 0, 7, 4_193])
  })

  it('is left alone when nobody looks at it any more, or the user says so; no half pyramid is left', async () => {
    const { core } = started
    const { slot, jobs } = core.host
    const itemId = ids.get('large')!
    const clear = () => rmSync(cache(), { recursive: true, force: true })
    const impatient: TiledPictures = createTiledPictures({
      slot,
      jobs,
      media,
      guard: createPictureGuard(slot, started.core.host.events, media),
      patienceMs: -1,
    })
    clear()
    await impatient.sharpen(itemId)
    expect(await ended(core)).toMatchObject({ kind: 'pyramid', state: 'cancelled' })
    expect(folders().filter((name) => !name.endsWith('-first'))).toEqual([])
    // Forgotten is not refused: who comes back gets it.
    expect((await impatient.sharpen(itemId)).state).toBe('building')
    await ended(core)

    const patient = createTiledPictures({ slot, jobs, media, guard: createPictureGuard(slot, started.core.host.events, media) })
    await patient.sharpen(itemId)
    jobs.cancel(jobs.list().at(-1)!.id)
    expect((await ended(core)).state).toBe('cancelled')
    expect((await patient.sharpen(itemId)).state).toBe('stopped')
    expect(folders().filter((name) => !name.endsWith('-first'))).toEqual([])
  })
})

describe('the cache of tiles', () => {
  it('that cannot be written is said once; asked again, it is tried again', async () => {
    const { slot, jobs } = started.core.host
    const own = createTiledPictures({ slot, jobs, media, guard: createPictureGuard(slot, started.core.host.events, media) })
    const itemId = ids.get('large')!
    rmSync(cache(), { recursive: true, force: true })
    writeFileSync(cache(), '')
    await own.sharpen(itemId)
    expect((await ended(started.core)).state).toBe('failed')
    rmSync(cache())
    expect((await own.sharpen(itemId)).state).toBe('failed')
    expect((await own.sharpen(itemId)).state).toBe('building')
    expect((await ended(started.core)).state).toBe('finished')
    expect(await own.sharpen(itemId)).toEqual({ state: 'ready', share: 1 })
  })

  it('has its limit also where only first views are made, and a folder whose mark is torn does not stop it', async () => {
    const { slot, jobs } = started.core.host
    const put = (name: string, mark: string) => {
      const folder = path.join(cache(), 'aa', name)
      mkdirSync(folder, { recursive: true })
      writeFileSync(path.join(folder, tilesMark), mark)
      const at = Date.now() / 1000 - 1_000
      utimesSync(path.join(folder, tilesMark), at, at)
      return folder
    }
    rmSync(cache(), { recursive: true, force: true })
    const [old, torn] = [put('aa1-first', JSON.stringify({ bytes: 100 })), put('aa2-first', '')]
    const small = createTiledPictures({ slot, jobs, media, guard: createPictureGuard(slot, started.core.host.events, media), mostBytes: 1 })
    await small.tile(ids.get('deep')!, 0, 0, 0)
    await expect.poll(() => [old, torn].map(existsSync)).toEqual([false, false])
    // What is looked at stays, however little may be kept.
    await small.tile(ids.get('deep')!, 0, 0, 0)
  })

  it('refuses another picture of the same size and age in its place, and knows its own again', async () => {
    const { client, core, folder } = started
    const [file, kept] = ['plain.png', 'kept.png'].map((name) => path.join(folder, 'pictures', name)) as [string, string]
    const itemId = ids.get('plain')!
    renameSync(file, kept)
    const { atime, mtime } = statSync(kept)
    await sharp({ create: { width: 40, height: 30, channels: 3, background: 'blue' } })
      .png()
      .toFile(file)
    utimesSync(file, atime, mtime)
    const changed = { code: 'file/changed', data: { file: 'plain.png', hash: expect.stringMatching(/^[0-9a-f]{8}$/) as string } }
    await expect(client.items.picture({ itemId })).rejects.toMatchObject(changed)
    // Its thumbnail would be kept as that of the picture that was imported.
    await expect(core.assets.thumb(itemId, new URLSearchParams())).rejects.toMatchObject({ code: 'file/changed' })
    await expect(core.assets.image(itemId, new URLSearchParams())).rejects.toMatchObject({ code: 'file/changed' })
    // No model says anything of it either.
    const { store } = core.host.slot.require()
    await store.call('models.add', { model })
    mkdirSync(path.join(store.folder, 'models'), { recursive: true })
    writeFileSync(path.join(store.folder, 'models', `${model.id}.onnx`), '')
    const source = { kind: 'item' as const, itemId }
    await expect(client.models.predict({ modelId: model.id, source })).rejects.toMatchObject({ code: 'file/changed' })
    renameSync(kept, file)
    expect((await client.items.picture({ itemId })).relPath).toBe('plain.png')
    await core.assets.thumb(itemId, new URLSearchParams())
  })

  it('takes another file of the same size as the picture when somebody says so, and refuses what nobody has seen', async () => {
    const { client, core, folder } = started
    const [file, kept] = ['plain.png', 'kept.png'].map((name) => path.join(folder, 'pictures', name)) as [string, string]
    const itemId = ids.get('plain')!
    const put = (background: string, width = 40) =>
      sharp({ create: { width, height: 30, channels: 3, background } })
        .png()
        .toFile(file)
    const refusal = async (): Promise<unknown> => {
      const error: unknown = await client.items.picture({ itemId }).catch((reason: unknown) => reason)
      return error instanceof AppError ? error.data : null
    }
    const before = (await client.items.picture({ itemId })).version
    renameSync(file, kept)
    await put('lime', 41)
    // Of another size: there is no hash to agree to, and none is taken.
    expect(await refusal()).toEqual({ file: 'plain.png', width: 41, height: 30, wasWidth: 40, wasHeight: 30 })
    const seen = { itemId, hash: 'abcdef01', wasHash: before.slice(0, 8) }
    await expect(client.items.acceptFile(seen)).rejects.toMatchObject({ code: 'file/changed', data: { width: 41 } })
    await put('lime')
    const { hash, wasHash } = (await refusal()) as { hash: string; wasHash: string }
    expect(wasHash).toBe(before.slice(0, 8))
    await put('navy')
    // What lies there now is not what was agreed to.
    await expect(client.items.acceptFile({ itemId, hash, wasHash })).rejects.toMatchObject({ code: 'file/changed', data: { wasHash } })
    const now = (await refusal()) as { hash: string }
    const told: unknown[] = []
    const stop = core.host.events.subscribe((event) => told.push(event))
    await client.items.acceptFile({ itemId, hash: now.hash, wasHash })
    stop()
    expect(told).toContainEqual({ type: 'picture', itemId })
    const { version } = await client.items.picture({ itemId })
    expect(version.slice(0, 8)).toBe(now.hash)
    await core.assets.thumb(itemId, new URLSearchParams())
    // A window that comes late finds it done; it takes nothing from anybody.
    await client.items.acceptFile({ itemId, hash: now.hash, wasHash })
    // The former file is taken back in the same way.
    renameSync(kept, file)
    await expect(client.items.picture({ itemId })).rejects.toMatchObject({ code: 'file/changed', data: { hash: wasHash } })
    await client.items.acceptFile({ itemId, hash: wasHash, wasHash: now.hash })
    expect((await client.items.picture({ itemId })).version).toBe(before)
    await expect(
      core.host.slot.require().store.call('items.acceptFile', { itemId, was: 'x', file: { sha256: 'y', bytes: 1, orientation: 1 } }),
    ).rejects.toMatchObject({ code: 'item/conflict' })
  })

  it('drops what was not used for longest, never what is in use, and knows a half written folder', async () => {
    const root = mkdtempSync(path.join(tmpdir(), 'mw-tiles-'))
    const tiles = createTileStore(root)
    const put = (hash: string, usedSecondsAgo: number, whole = true) => {
      const folder = tiles.folderOf(hash, 'all')
      mkdirSync(path.join(folder, 'tiles_files/0'), { recursive: true })
      writeFileSync(path.join(folder, 'tiles_files/0/0_0.jpeg'), 'x')
      if (!whole) return folder
      writeFileSync(path.join(folder, tilesMark), JSON.stringify({ bytes: 100 }))
      const at = Date.now() / 1000 - usedSecondsAgo
      utimesSync(path.join(folder, tilesMark), at, at)
      return folder
    }
    const [old, older, fresh, half] = [put('aa1', 1_000), put('bb2', 2_000), put('aa3', 5), put('cc4', 9, false)]
    expect([old, older, fresh, half].map((folder) => tiles.has(folder))).toEqual([true, true, true, false])
    utimesSync(path.join(old, tilesMark), Date.now() / 1000 - 1_000, Date.now() / 1000 - 1_000)
    utimesSync(path.join(older, tilesMark), Date.now() / 1000 - 2_000, Date.now() / 1000 - 2_000)
    expect(await tiles.trim(250)).toBe(200)
    expect([old, older, fresh].map(existsSync)).toEqual([true, false, true])
    expect(await tiles.trim(0)).toBe(100)
    expect([old, fresh].map(existsSync)).toEqual([false, true])
    mkdirSync(`${fresh}.part`)
    await tiles.removeParts()
    expect([fresh, `${fresh}.part`, half].map(existsSync)).toEqual([true, false, false])
    rmSync(root, { recursive: true })
  })
})
