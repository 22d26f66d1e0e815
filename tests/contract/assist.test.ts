import { copyFileSync, createReadStream, mkdirSync, readdirSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { PassThrough } from 'node:stream'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PageClient } from '../../src/shared/api/page/contract.ts'
import type { Core } from '../../src/main/core.ts'
import { maskArea, maskFromBits, maskHit } from '../../src/shared/geometry/rle.ts'
import { AppError, CancelledError } from '../../src/shared/errors.ts'
import type { Annotation } from '../../src/shared/model/annotation.ts'
import type { AssistAnswer, AssistEvent, AssistPrompt, AssistWindow } from '../../src/shared/model/assist.ts'
import { automaticOptionsSchema, type BoxJob, type BoxReport } from '../../src/shared/model/assistJobs.ts'
import type { Shape } from '../../src/shared/model/shape.ts'
import { masksCommand, type MasksOptions } from '../../src/main/cli/masksCommand.ts'
import { createOutput } from '../../src/main/cli/output.ts'
import type { SpawnChild } from '../../src/main/jobs/child.ts'
import { newId } from '../../src/main/newId.ts'
import { modelUploadType } from '../../src/shared/assist/modelUpload.ts'
import { makeColourModel } from '../support/colourModel.ts'
import { forkEntry } from '../support/entries.ts'
import { makeSlowSam, makeSlowToLoadSam } from '../support/tinySam/slowSam.ts'
import { makeTinySam } from '../support/tinySam/tinySam.ts'
import { endOfJob, projectOf, remove, startCore } from './coreHarness.ts'

// The whole way: page contract, host, media and compute processes, real ONNX files. The model finds the pixels of the colour that was clicked.

let core: Core
let client: PageClient
let folder: string
let items: string[]
let modelId: string
let datasetId: string

/** The machine starts no compute process. */
let refused = false

/** Red, with a green box that says which picture it is. */
async function picture(file: string, n: number): Promise<void> {
  const box = await sharp({ create: { width: 40, height: 32, channels: 3, background: '#00ff00' } })
    .png()
    .toBuffer()
  await sharp({ create: { width: 160, height: 128, channels: 3, background: '#ff0000' } })
    .composite([{ input: box, left: 8 * n, top: 48 }])
    .png()
    .toFile(file)
}

const addModel = async (files: { encoderFile: string; decoderFile: string | null }, name: string): Promise<string> =>
  (await core.assist.models.add({ files: [files.encoderFile, files.decoderFile!], name, origin: 'linked' })).id

beforeAll(async () => {
  const spawn: SpawnChild = (file, options) => forkEntry(refused && file.includes('entry.compute') ? `${file}.gone` : file, options)
  ;({ core, client, folder } = await startCore(undefined, 'cli', spawn))
  const source = path.join(folder, 'pictures')
  mkdirSync(source)
  for (let n = 0; n < 8; n++) await picture(path.join(source, `p${n}.png`), n)
  await core.host.slot.create(projectOf(folder), 'assist')
  const { jobId } = await client.datasets.import({ folderId: (await client.folders.idForPath({ path: source })).folderId })
  ;({ datasetId } = (await endOfJob(core, jobId)).result as { datasetId: string })
  const filter = { split: null, classId: null, status: null, text: '' }
  items = (await client.items.window({ datasetId, filter, offset: 0, limit: 20 })).items.map(({ id }) => id)
  modelId = await addModel(makeTinySam({ folder: path.join(folder, 'models') }), 'tiny')
})
afterAll(async () => {
  await core.close()
  remove(folder)
})

interface Ask {
  item: number
  at?: [x: number, y: number]
  window?: AssistWindow | null
  model?: string
  signal?: AbortSignal
  from?: PageClient
}

async function ask({ item, at = [8 * item + 20, 64], window = null, model = modelId, signal, from = client }: Ask): Promise<AssistEvent[]> {
  const points = [{ x: at[0], y: at[1], positive: true }]
  const events: AssistEvent[] = []
  const input = { itemId: items[item]!, modelId: model, window, points }
  for await (const event of await from.assist.segment(input, signal ? { signal } : {})) events.push(event)
  return events
}
const answerOf = (events: AssistEvent[]): AssistAnswer => events.at(-1) as AssistAnswer
const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: unknown) => (error instanceof CancelledError ? 'cancelled' : error instanceof AppError ? error.code : String(error)),
  )
const codeAndReason = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: unknown) => (error instanceof AppError ? `${error.code} ${String(error.data['reason'])}` : String(error)),
  )
const embeddings = () =>
  readdirSync(path.join(projectOf(folder), 'cache', 'embeddings'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))

describe('a click', () => {
  test('is answered with the object under it; the picture is encoded once, and its embedding serves from memory', async () => {
    const first = await ask({ item: 1 })
    expect(first.map((event) => (event.type === 'state' ? event.state : event.encoded))).toEqual(['waiting', 'encoding', 'decoding', 'now'])
    const [best] = answerOf(first).candidates
    // The grid of the tiny model has cells of five pixels.
    expect(maskArea(best!.mask)).toBeGreaterThan(900)
    expect(maskArea(best!.mask)).toBeLessThan(1_800)
    expect([maskHit(best!.mask, 28, 64), maskHit(best!.mask, 120, 20)]).toEqual([true, false])
    const again = await ask({ item: 1, at: [120, 20] })
    expect(again.map((event) => (event.type === 'state' ? event.state : event.encoded))).toEqual(['decoding', 'memory'])
    expect(maskHit(answerOf(again).candidates[0]!.mask, 120, 20)).toBe(true)
    expect(embeddings()).toHaveLength(1)
  })

  test('is answered in a window of the picture, in pixels of the picture', async () => {
    const answer = answerOf(await ask({ item: 2, at: [30, 60], window: [0, 32, 64, 96] }))
    expect(answer).toMatchObject({ window: [0, 32, 64, 96], encoded: 'now' })
    const { mask } = answer.candidates[0]!
    expect([maskHit(mask, 20, 50), maskHit(mask, 50, 78), maskHit(mask, 8, 64), maskHit(mask, 30, 40)]).toEqual([true, true, false, false])
    expect(await codeOf(ask({ item: 2, window: [0, 0, 161, 10] }))).toBe('input/invalid')
  })

  test('of two pages at once costs one encoding', async () => {
    const other = core.cliClient()
    const answers = (await Promise.all([ask({ item: 3 }), ask({ item: 3, from: other }), ask({ item: 3, from: other })])).map(answerOf)
    const [first] = answers
    for (const { candidates } of answers) expect(candidates[0]!.mask).toEqual(first!.candidates[0]!.mask)
    // One that comes when it is done already finds it; nobody encodes it again.
    const told = answers.filter(({ encoded }) => encoded === 'now').map(({ encodeMs }) => encodeMs)
    expect(told.length).toBeGreaterThan(0)
    expect(new Set(told).size).toBe(1)
  })

  test('far outside, or from a mask that is none, does no harm', async () => {
    expect(answerOf(await ask({ item: 1, at: [1e300, -1e300] })).type).toBe('result')
    const input = { itemId: items[1]!, modelId, window: null, points: [] }
    for (const wrong of [
      { w: 4_000_000_000, rle: '0' },
      { w: 4, rle: '1' },
      { w: 4, rle: '~~~~' },
    ]) {
      const mask = { kind: 'mask' as const, x: 0, y: 0, h: 4, ...wrong }
      expect(await codeOf((async () => (await client.assist.segment({ ...input, mask })).next())())).toBe('input/invalid')
    }
  })

  test('that is the first one after the picture was looked at is answered like those after it', async () => {
    for await (const event of await client.assist.prepare({ itemId: items[6]!, modelId, window: null })) void event
    expect(answerOf(await ask({ item: 6 })).encoded).toBe('memory')
  })

  test('can start from a candidate before, and from a mask', async () => {
    const { candidates } = answerOf(await ask({ item: 1 }))
    const input = { itemId: items[1]!, modelId, window: null, points: [{ x: 28, y: 64, positive: true }] }
    const { token, mask } = candidates[0]!
    for (const start of [{ previous: token }, { mask }, { previous: 'forgotten' }]) {
      const events: AssistEvent[] = []
      for await (const event of await client.assist.segment({ ...input, ...start })) events.push(event)
      expect(maskHit(answerOf(events).candidates[0]!.mask, 28, 64)).toBe(true)
    }
  })

  test('that corrects goes on from what is on show, also when the process that answered was ended meanwhile', async () => {
    const shown = answerOf(await ask({ item: 1, at: [120, 20] })).candidates[0]!
    const answered = async (more: Partial<AssistPrompt>) => {
      const input = { itemId: items[1]!, modelId, window: null, points: [{ x: 28, y: 64, positive: true }] }
      const events: AssistEvent[] = []
      for await (const event of await client.assist.segment({ ...input, ...more })) events.push(event)
      return answerOf(events).candidates.map(({ mask }) => mask)
    }
    const [alone, fromShown] = [await answered({}), await answered({ mask: shown.mask })]
    expect(fromShown).not.toEqual(alone)
    await killAll()
    expect(await answered({ previous: shown.token, previousMask: shown.mask })).toEqual(fromShown)
  })
})

describe('the cache', () => {
  test('outlives processes; what is torn or gone is made again', async () => {
    await ask({ item: 4 })
    await killAll()
    expect(answerOf(await ask({ item: 4 })).encoded).toBe('disk')
    const prepared: string[] = []
    for await (const event of await client.assist.prepare({ itemId: items[5]!, modelId, window: null })) prepared.push(event.type)
    expect(prepared).toEqual(['state', 'state', 'ready'])
    // What answers clicks may have read it by now.
    await killAll()
    for (const name of embeddings()) truncateSync(name, 100)
    expect(answerOf(await ask({ item: 5 })).encoded).toBe('now')
    expect((await client.assist.changeCache({ clear: true })).files).toBe(0)
    expect(answerOf(await ask({ item: 5 }))).toMatchObject({ encoded: 'now' })
  })

  test('is of the file as it was imported: one that holds something else is refused until it is back', async () => {
    const file = path.join(folder, 'pictures', 'p7.png')
    const before = readFileSync(file)
    expect(maskHit(answerOf(await ask({ item: 7, at: [76, 64] })).candidates[0]!.mask, 76, 64)).toBe(true)
    await picture(file, 1)
    await expect(ask({ item: 7, at: [28, 64] })).rejects.toMatchObject({ code: 'file/changed', data: { file: 'p7.png' } })
    writeFileSync(file, before)
    expect(maskHit(answerOf(await ask({ item: 7, at: [76, 64] })).candidates[0]!.mask, 76, 64)).toBe(true)
  })

  test('keeps to its limit, what was used last', async () => {
    await client.assist.changeCache({ clear: true })
    await ask({ item: 0 })
    const one = (await client.assist.cache({})).bytes
    const { limitBytes } = await client.assist.changeCache({ limitBytes: Math.round(2.5 * one) })
    expect(limitBytes).toBe(Math.round(2.5 * one))
    for (const item of [1, 2, 3]) await ask({ item })
    await expect.poll(async () => (await client.assist.cache({})).files).toBe(2)
    await client.assist.changeCache({ limitBytes: 2 ** 30 })
    expect(answerOf(await ask({ item: 3 })).encoded).toBe('memory')
  })

  test('that has no room for one embedding answers clicks all the same, and is not read again for each', async () => {
    await client.assist.changeCache({ clear: true, limitBytes: 0 })
    expect(answerOf(await ask({ item: 2 })).encoded).toBe('now')
    expect(answerOf(await ask({ item: 3 })).encoded).toBe('now')
    await expect.poll(async () => (await client.assist.cache({})).files).toBe(1)
    expect([answerOf(await ask({ item: 2 })).encoded, answerOf(await ask({ item: 3 })).encoded]).toEqual(['memory', 'memory'])
    await killAll()
    expect(answerOf(await ask({ item: 2 })).encoded).toBe('now')
    await client.assist.changeCache({ clear: true, limitBytes: 2 ** 30 })
  })

  test('is filled ahead of the pages, without their waiting', async () => {
    await client.assist.changeCache({ clear: true })
    await client.assist.prefetch({ itemIds: items.slice(5, 7), modelId })
    await expect.poll(async () => (await client.assist.cache({})).files).toBe(2)
    expect(answerOf(await ask({ item: 6 })).encoded).toBe('disk')
  })
})

const running = (role: string) => core.host.supervisor.running.filter(({ name }) => name.endsWith(`(${role})`))
async function killAll(): Promise<void> {
  for (const { pid } of [...running('encoder'), ...running('decoder')]) process.kill(pid, 'SIGTERM')
  await expect.poll(() => running('encoder').length + running('decoder').length).toBe(0)
}

describe('slow and deadly models', () => {
  let slow: string
  beforeAll(async () => (slow = await addModel(makeSlowSam(path.join(folder, 'slow')), 'slow')))

  /** Resolves when its picture is being encoded. */
  async function encoding(item: number, signal?: AbortSignal) {
    const events = await client.assist.segment(
      { itemId: items[item]!, modelId: slow, window: null, points: [{ x: 28, y: 64, positive: true }] },
      signal ? { signal } : {},
    )
    for (;;) {
      const { value } = await events.next()
      if ((value as AssistEvent).type === 'state' && (value as { state: string }).state === 'encoding') break
    }
    return {
      rest: (async () => {
        while (!(await events.next()).done) continue
      })(),
    }
  }

  /** Processor time that a process has used, in ticks of the kernel. */
  const ticksOf = (pid: number): number => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
    return Number(fields[11]) + Number(fields[12])
  }
  let windows = 0
  /** Ends the process of the encoder when it is at work on a picture with the slow model. */
  async function crashWhileEncoding(item: number): Promise<string> {
    // It has started, and has something else behind it.
    await ask({ item: 0, window: [0, 0, 70 + windows++, 60] })
    const { pid } = running('encoder')[0]!
    const before = ticksOf(pid)
    const { rest } = await encoding(item)
    await expect.poll(() => ticksOf(pid) - before).toBeGreaterThan(40)
    process.kill(pid, 'SIGSEGV')
    return codeOf(rest)
  }

  test('a click that is cancelled ends at once, and one with another model is answered meanwhile', async () => {
    await ask({ item: 1 })
    const leave = new AbortController()
    const { rest } = await encoding(1, leave.signal)
    // Decoding is never behind encoding.
    expect(answerOf(await ask({ item: 1 })).candidates).not.toEqual([])
    leave.abort()
    expect(await codeOf(rest)).toBe('cancelled')
    // Nobody waits for the slow one any more: it makes room.
    expect(answerOf(await ask({ item: 7 })).encoded).toBe('now')
  })

  test('a crash fails one click, the next one works; the second one sets the model aside until somebody wants it back', async () => {
    const said: string[] = []
    const leave = core.host.events.subscribe((event) => event.type === 'assistCrash' && said.push(`${event.name} ${event.quarantined}`))
    const crash = () => crashWhileEncoding(2)
    expect(await crash()).toBe('process/gone')
    expect(answerOf(await ask({ item: 0, window: [0, 0, 60, 60] })).encoded).toBe('now')
    expect(await crash()).toBe('process/gone')
    leave()
    expect(said).toEqual(['slow false', 'slow true'])
    expect(await codeOf(ask({ item: 2, model: slow }))).toBe('assist/quarantined')
    const listed = (await client.assist.models({})).models.find(({ id }) => id === slow)
    expect(listed?.quarantine?.reason).toContain('SIGSEGV')
    expect((await client.assist.changeModel({ modelId: slow, retry: true })).quarantine).toBeNull()
  })

  test('a process that cannot be started is not held against a model, however often', async () => {
    await killAll()
    const said: unknown[] = []
    const leave = core.host.events.subscribe((event) => event.type === 'assistCrash' && said.push(event))
    refused = true
    for (let i = 0; i < 3; i++) expect(await codeOf(ask({ item: 0, window: [0, 0, 50, 50] }))).toBe('assist/no-process')
    refused = false
    leave()
    expect(said).toEqual([])
    expect(answerOf(await ask({ item: 0, window: [0, 0, 50, 50] })).encoded).toBe('now')
  })

  test('files that end the process that looks at them are refused with a sentence, and nobody else notices', async () => {
    await ask({ item: 1 })
    const [decoder] = running('decoder')
    const before = (await client.assist.models({})).models.length
    const text = path.join(folder, 'models', 'none.onnx')
    writeFileSync(text, 'this is no model')
    await codeOf(core.assist.models.add({ files: [text], origin: 'linked' }))
    const { pid } = running('recognition')[0]!
    const ticks = ticksOf(pid)
    const { encoderFile, decoderFile } = makeSlowToLoadSam(path.join(folder, 'deadly'))
    const adding = codeAndReason(core.assist.models.add({ files: [encoderFile, decoderFile], origin: 'linked' }))
    await expect.poll(() => ticksOf(pid) - ticks).toBeGreaterThan(40)
    process.kill(pid, 'SIGSEGV')
    expect(await adding).toMatch(/^assist\/broken-model .*SIGSEGV/)
    expect((await client.assist.models({})).models).toHaveLength(before)
    expect(answerOf(await ask({ item: 1 })).encoded).toBe('memory')
    expect(running('decoder')).toEqual([decoder])
  })

  test('a crash is forgotten when the model works again', async () => {
    for (const item of [4, 5]) {
      expect(await crashWhileEncoding(item)).toBe('process/gone')
      // As if it had answered: that would take it long.
      core.assist.models.worked(slow, 'encoder')
    }
    expect((await client.assist.models({})).models.find(({ id }) => id === slow)?.quarantine).toBeNull()
  })

  test('files that are no SAM are refused by name, and nothing is kept of them', async () => {
    const before = (await client.assist.models({})).models.length
    const file = path.join(folder, 'models', 'text.onnx')
    writeFileSync(file, 'this is no model')
    expect(await codeOf(core.assist.models.add({ files: [file], origin: 'linked' }))).toMatch(/^assist\/(broken|unknown)-model$/)
    expect((await client.assist.models({})).models).toHaveLength(before)
  })
})

describe('jobs', () => {
  const box = (item: number, x = 8 * item, w = 40) => ({ kind: 'box' as const, x: x - 3, y: 44, w: w + 6, h: 40 })
  let classId: string
  const put = async (item: number, shape: Shape, locked = false): Promise<string> => {
    const id = newId()
    const annotation = { id, classId, region: 'object' as const, shape, attributes: {}, provenance: { kind: 'human' as const }, z: 1 }
    const edits = [{ op: 'create' as const, annotation: locked ? { ...annotation, locked } : annotation }]
    await client.annotations.apply({ entryId: newId(), itemId: items[item]!, client: 'page', command: 'box', edits })
    return id
  }
  const shapes = async (item: number) => {
    const { annotations } = await client.annotations.list({ itemId: items[item]!, client: 'page' })
    return annotations.map(({ shape }) => shape)
  }
  beforeAll(async () => {
    const { id } = await client.datasets.addClass({ datasetId, name: 'green' })
    classId = id
    for (const item of [0, 1, 2]) await put(item, box(item))
    await put(1, box(1), true)
  })

  test('boxes of a dataset become masks: one entry per picture, all taken back at once', async () => {
    const filter = { split: null, classId: null, status: null, text: '' }
    const started = { scope: { kind: 'dataset' as const, datasetId, filter }, modelId, result: 'mask' as const }
    const { jobId } = await client.assist.boxesToMasks(started)
    const report = (await endOfJob(core, jobId)).result as BoxReport
    expect(report).toMatchObject({ batchId: jobId, pictures: 8, changedPictures: 3, locked: 1, problems: [] })
    const [first] = (await client.annotations.list({ itemId: items[0]!, client: 'page' })).annotations
    const provenance = { kind: 'assist', modelId, name: 'tiny' }
    expect(first).toMatchObject({ shape: { kind: 'mask' }, provenance })
    expect(await shapes(1)).toEqual([expect.objectContaining({ kind: 'mask' }), expect.objectContaining({ kind: 'box' })])
    const history = await client.annotations.history({ itemId: items[0]!, limit: 10 })
    expect(history.map(({ command }) => command)).toEqual(['boxesToMasks', 'box'])
    // Somebody works on one of them meanwhile.
    const { annotations } = await client.annotations.list({ itemId: items[2]!, client: 'page' })
    const [changed] = annotations.filter(({ shape }) => shape.kind === 'mask')
    const edits = [{ op: 'delete' as const, id: changed!.id, rev: changed!.rev }]
    await client.annotations.apply({ entryId: newId(), itemId: items[2]!, client: 'page', command: 'delete', edits })
    expect(await client.assist.undoBatch({ batchId: report.batchId })).toEqual({ undone: 2, left: 1 })
    expect((await shapes(0)).concat(await shapes(1)).map(({ kind }) => kind)).toEqual(['box', 'box', 'box'])
    expect(await client.assist.undoBatch({ batchId: report.batchId })).toEqual({ undone: 0, left: 1 })
  })

  test('a job that is cancelled halfway tells what it did until then, and that can be taken back', async () => {
    const ids = new Set<string>()
    const leave = core.host.jobs.subscribe(({ id, endedAt, progress }) => {
      if (!ids.has(id) || endedAt !== null || progress.done < 1) return
      ids.delete(id)
      core.host.jobs.cancel(id)
    })
    const scope = { kind: 'items' as const, itemIds: [items[0]!, items[1]!] }
    const { jobId } = await client.assist.boxesToMasks({ scope, modelId, result: 'mask' })
    ids.add(jobId)
    const { state, result } = await core.host.jobs.wait(jobId)
    leave()
    expect(state).toBe('cancelled')
    expect(result).toMatchObject({ batchId: jobId, changedPictures: 1, changed: 1 })
    expect((await shapes(0)).map(({ kind }) => kind)).toEqual(['mask'])
    expect(await client.assist.undoBatch({ batchId: jobId })).toEqual({ undone: 1, left: 0 })
    const [back] = (await client.annotations.list({ itemId: items[0]!, client: 'page' })).annotations
    expect(back).toMatchObject({ shape: { kind: 'box' }, provenance: { kind: 'human' } })
  })

  test('a picture that is set aside meanwhile is named, and the others are done', async () => {
    const { store } = core.host.slot.require()
    const filter = { split: null, classId: null, status: null, text: '' }
    const scopes = [
      { scope: { kind: 'dataset' as const, datasetId, filter }, name: 'p2', undone: 2 },
      { scope: { kind: 'items' as const, itemIds: items.slice(0, 3) }, name: items[2]!, undone: 2 },
    ]
    for (const { scope, name, undone } of scopes) {
      // While the first one is done: the second one is written after that.
      const aside: Promise<unknown>[] = []
      const leave = core.host.jobs.subscribe(({ kind, progress }) => {
        if (kind !== 'boxesToMasks' || progress.done < 1 || aside.length > 0) return
        aside.push(store.call('items.setAside', { itemIds: [items[2]!], code: 'file/poison', message: 'it ended its process' }))
      })
      const { jobId } = await client.assist.boxesToMasks({ scope, modelId, result: 'mask' })
      const report = (await endOfJob(core, jobId)).result as BoxReport
      leave()
      await Promise.all(aside)
      expect(report).toMatchObject({
        changedPictures: undone,
        problems: [{ itemId: items[2], item: name, error: { code: 'item/set-aside' } }],
      })
      expect(await client.assist.undoBatch({ batchId: jobId })).toEqual({ undone, left: 0 })
      await store.call('items.takeBack', { itemIds: [items[2]!] })
    }
  })

  test('boxes are drawn close to their objects, become polygons, or stay beside their masks', async () => {
    const itemIds = [items[0]!]
    const run = async (more: object): Promise<BoxReport> => {
      const { jobId } = await client.assist.boxesToMasks({ scope: { kind: 'items', itemIds }, modelId, result: 'mask', ...more })
      return (await endOfJob(core, jobId)).result as BoxReport
    }
    const tight = await run({ result: 'tightBox' })
    const [shape] = await shapes(0)
    // Within a cell of the tiny model's grid.
    const near = (value: number, wanted: number) => expect(Math.abs(value - wanted)).toBeLessThan(6)
    if (shape?.kind !== 'box') throw new Error('no box')
    near(shape.x, 0)
    near(shape.w, 40)
    near(shape.h, 32)
    await client.assist.undoBatch({ batchId: tight.batchId })
    const kept = await run({ keepBoxes: true })
    expect((await shapes(0)).map(({ kind }) => kind)).toEqual(['box', 'mask'])
    // A second time there is nothing left to do.
    expect(await run({ keepBoxes: true })).toMatchObject({ changed: 0, done: 1 })
    expect((await shapes(0)).map(({ kind }) => kind)).toEqual(['box', 'mask'])
    await client.assist.undoBatch({ batchId: kept.batchId })
    await run({ result: 'polygon' })
    expect((await shapes(0)).map(({ kind }) => kind)).toEqual(['polygon'])
    const { x, y, w, h } = box(0)
    const askew = await put(0, { kind: 'rotatedBox', cx: x + w / 2, cy: y + h / 2, w, h, angleRad: 0.05 })
    expect(await run({ result: 'tightBox' })).toMatchObject({ changed: 0, doubtful: 0 })
    expect(await run({ annotationIds: [askew] })).toMatchObject({ changed: 1 })
    expect((await shapes(0)).map(({ kind }) => kind)).toEqual(['polygon', 'mask'])
  })

  test('boxes of the open picture become masks as if they were painted there by hand', async () => {
    const { id: otherId } = await client.datasets.addClass({ datasetId, name: 'protected' })
    const itemId = items[3]!
    const add = async (annotation: Partial<Annotation> & { readonly shape: Shape }): Promise<string> => {
      const id = newId()
      const record = { id, classId, region: 'object' as const, attributes: {}, provenance: { kind: 'human' as const }, z: 1, ...annotation }
      await client.annotations.apply({
        entryId: newId(),
        itemId,
        client: 'page',
        command: 'box',
        edits: [{ op: 'create', annotation: record }],
      })
      return id
    }
    const run = async (painting?: BoxJob['painting']): Promise<BoxReport> => {
      const { jobId } = await client.assist.boxesToMasks({ scope: { kind: 'items', itemIds: [itemId] }, modelId, result: 'mask', painting })
      return (await endOfJob(core, jobId)).result as BoxReport
    }
    const boxId = await add({ shape: box(3) })
    const found = async (): Promise<Annotation> =>
      (await client.annotations.list({ itemId, client: 'page' })).annotations.find(({ id }) => id === boxId)!
    const all = await run()
    const { shape: whole } = await found()
    if (whole.kind !== 'mask') throw new Error('no mask')
    await client.assist.undoBatch({ batchId: all.batchId })
    // Its left half belongs to an object of another class.
    const half = Math.floor(whole.w / 2)
    const left = { x: whole.x, y: whole.y, w: half, h: whole.h }
    await add({ classId: otherId, shape: maskFromBits(new Uint8Array(left.w * left.h).fill(1), left) })
    const painted = await run({ over: 'ownClass', cut: false, unseen: [] })
    expect(painted).toMatchObject({ changed: 1, protected: 0, lockedVoid: false })
    expect((await found()).shape).toMatchObject({ kind: 'mask', x: whole.x + half, w: whole.w - half })
    await client.assist.undoBatch({ batchId: painted.batchId })
    await add({ classId: otherId, shape: maskFromBits(new Uint8Array(whole.w * whole.h).fill(1), whole) })
    expect(await run({ over: 'ownClass', cut: false, unseen: [] })).toMatchObject({ changed: 0, changedPictures: 0, protected: 1 })
    expect((await found()).shape).toEqual(box(3))
  })

  test('what a trained model predicts becomes masks with its classes, for review', async () => {
    const predictionModelId = newId()
    mkdirSync(path.join(projectOf(folder), 'models'), { recursive: true })
    const record = makeColourModel(path.join(projectOf(folder), 'models', `${predictionModelId}.onnx`), predictionModelId)
    await core.host.slot.require().store.call('models.add', { model: record })
    const input = { itemId: items[4]!, predictionModelId, modelId, classes: ['green'] }
    const { jobId } = await client.assist.fromPrediction(input)
    const { reviewId } = (await endOfJob(core, jobId)).result as { reviewId: string }
    const { masks } = await client.assist.review({ reviewId })
    expect(masks.map(({ className }) => className)).toEqual(['green'])
    expect([maskHit(masks[0]!.mask, 52, 64), maskHit(masks[0]!.mask, 120, 20)]).toEqual([true, false])
  })

  test('every object of a picture is found once, and nothing is written before somebody accepts it', async () => {
    const before = await shapes(3)
    const options = { ...automaticOptionsSchema.parse({}), pointsPerSide: 6, predIouThreshold: 0.5, stabilityThreshold: 0.5 }
    const told: number[] = []
    const leave = core.host.jobs.subscribe(({ kind, progress }) => kind === 'automaticMasks' && told.push(progress.done))
    const { jobId } = await client.assist.automatic({ itemId: items[3]!, modelId, options })
    const { reviewId } = (await endOfJob(core, jobId)).result as { reviewId: string }
    const { masks } = await client.assist.review({ reviewId })
    leave()
    // One click at a time, so that somebody else's goes between two of them.
    expect([...new Set(told)]).toEqual(Array.from({ length: 37 }, (_, i) => i))
    expect(masks).toHaveLength(2)
    const green = masks.find(({ mask }) => maskHit(mask, 44, 64))
    expect([green && maskHit(green.mask, 120, 20), masks.some(({ mask }) => maskHit(mask, 120, 20))]).toEqual([false, true])
    expect(masks.every(({ area, mask, iou }) => area === maskArea(mask) && iou !== null)).toBe(true)
    expect(await shapes(3)).toEqual(before)
    expect(await codeOf(client.assist.review({ reviewId: modelId }))).toBe('job/not-found')
    const none = await client.assist.automatic({
      itemId: items[3]!,
      modelId,
      options: { ...options, pointsPerSide: 2, predIouThreshold: 1 },
    })
    const empty = (await endOfJob(core, none.jobId)).result as { reviewId: string }
    const review = await client.assist.review({ reviewId: empty.reviewId })
    expect(review.masks).toEqual([])
    expect(review.nearest!.iou).toBeGreaterThan(0.5)
    const endless = { ...options, pointsPerSide: 128, cropLayers: 4 }
    expect(await codeOf(client.assist.automatic({ itemId: items[3]!, modelId, options: endless }))).toBe('assist/too-many-clicks')
  })

  test('the command line accepts them, or what a model predicts, on every picture without objects; all of it is taken back at once', async () => {
    const lines = new PassThrough()
    const output = createOutput(true, lines as unknown as NodeJS.WriteStream, new PassThrough().resume() as unknown as NodeJS.WriteStream)
    const session = { client, folder: projectOf(folder), core, remote: false, close: () => Promise.resolve() }
    const base = { model: 'tiny', withoutObjects: true, result: 'mask', tolerance: 1, points: 6, iou: 0.5, stability: 0.5 } as const
    const run = async (more: Partial<MasksOptions>) => {
      await masksCommand({ session, output, signal: new AbortController().signal }, { ...base, ...more })
      return JSON.parse(String(lines.read())) as { batchId: string; masks: number }
    }
    const filter = { split: null, classId: null, status: null, text: '', withoutObjects: true }
    const empty = async () => (await client.items.window({ datasetId, filter, offset: 0, limit: 20 })).total
    const all = await empty()
    const list = async () => (await client.annotations.list({ itemId: items[7]!, client: 'page' })).annotations

    const found = await run({ class: 'green' })
    expect(found).toMatchObject({ pictures: all, changedPictures: all, masks: 2 * all, problems: [] })
    const provenance = { kind: 'assist', modelId, name: 'tiny' }
    expect(await list()).toMatchObject([0, 1].map((z) => ({ classId, z, region: 'object', shape: { kind: 'mask' }, provenance })))
    expect((await client.annotations.history({ itemId: items[7]!, limit: 1 })).map(({ command }) => command)).toEqual(['automaticMasks'])
    expect((await run({ class: 'green' })).masks).toBe(0)
    expect(await client.assist.undoBatch({ batchId: found.batchId })).toEqual({ undone: all, left: 0 })
    expect(await empty()).toBe(all)

    const predicted = await run({ prediction: 'colours', result: 'polygon' })
    expect(predicted).toMatchObject({ changedPictures: all, masks: all })
    expect(await list()).toMatchObject([{ classId, shape: { kind: 'polygon' }, provenance: { kind: 'model' } }])
    expect(await client.assist.undoBatch({ batchId: predicted.batchId })).toEqual({ undone: all, left: 0 })

    expect(await codeOf(run({ class: 'unicorn' }))).toBe('class/not-found')
    expect(await codeOf(run({ class: 'green', prediction: 'colours' }))).toBe('input/invalid')
    expect(await codeOf(run({ prediction: 'none' }))).toBe('model/not-found')
  })
})

describe('the models', () => {
  test('belong to the user: another start of the studio knows them, and their names, default and overrides', async () => {
    await client.assist.changeModel({ modelId, name: 'My SAM', isDefault: true, overrides: { maskRule: 'iou' } })
    const again = await startCore(folder)
    const { models, defaultId } = await again.client.assist.models({})
    await again.core.close()
    expect(defaultId).toBe(modelId)
    expect(models.find(({ id }) => id === modelId)).toMatchObject({
      name: 'My SAM',
      isDefault: true,
      facts: { family: 'sam', overridden: ['maskRule'] },
    })
  })

  test('of which one file was given keep to the other half that was found beside it', async () => {
    const { encoderFile, decoderFile } = makeTinySam({ folder: path.join(folder, 'pinned'), name: 'pair' })
    const { id } = await core.assist.models.add({ files: [encoderFile], origin: 'linked' })
    const problemOf = async () => (await client.assist.models({})).models.find((model) => model.id === id)?.problem?.code
    expect(await problemOf()).toBeUndefined()
    // Another decoder that would do, and the one that belongs to it under another name.
    const other = makeTinySam({ folder: path.join(folder, 'others'), name: 'other', family: 'samOneMask' }).decoderFile!
    const kept = path.join(folder, 'pinned', 'kept')
    renameSync(decoderFile!, kept)
    copyFileSync(other, path.join(folder, 'pinned', 'other.decoder.onnx'))
    expect(await problemOf()).toBe('assist/partner-gone')
    expect(await codeOf(ask({ item: 0, model: id }))).toBe('assist/partner-gone')
    copyFileSync(other, decoderFile!)
    expect(await problemOf()).toBe('assist/partner-changed')
    expect((await client.assist.changeModel({ modelId: id, retry: true })).problem).toBeNull()
    renameSync(kept, decoderFile!)
    expect(await problemOf()).toBe('assist/partner-changed')
  })

  test('are looked at again when what configures them changes, and their pictures with them', async () => {
    const files = makeTinySam({ folder: path.join(folder, 'configured'), name: 'configured', family: 'hfSam' })
    const model = await addModel(files, 'configured')
    const meanOf = async () => (await client.assist.models({})).models.find(({ id }) => id === model)?.facts?.preprocess.mean
    const before = await meanOf()
    expect(answerOf(await ask({ item: 0, model })).encoded).toBe('now')
    expect(answerOf(await ask({ item: 0, model })).encoded).toBe('memory')
    const config = { image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5], rescale_factor: 1 / 255 }
    writeFileSync(path.join(folder, 'configured', 'preprocessor_config.json'), JSON.stringify(config))
    expect(answerOf(await ask({ item: 0, model })).encoded).toBe('now')
    expect(await meanOf()).toEqual([127.5, 127.5, 127.5])
    expect(before).not.toEqual([127.5, 127.5, 127.5])
  })

  test("that a page sent are the studio's own; what is none leaves nothing behind", async () => {
    const { encoderFile, decoderFile } = makeTinySam({ folder: path.join(folder, 'sent'), name: 'sent' })
    const send = (file: string) => core.upload(createReadStream(file), modelUploadType(path.basename(file)))
    const own = path.join(folder, 'state', 'assist-models')
    const kept = () => readdirSync(own).filter((name) => !name.startsWith('.'))
    expect(await codeOf(client.assist.addModel({ fileIds: [await send(encoderFile)] }))).toBe('assist/no-partner')
    expect(await codeOf(client.assist.addModel({ fileIds: [await send(encoderFile), 'nothing'] }))).toBe('input/invalid')
    expect(kept()).toEqual([])
    const { id, origin, files } = await client.assist.addModel({ fileIds: [await send(decoderFile!), await send(encoderFile)] })
    expect([origin, files.map(({ name }) => name).sort(), kept().length]).toEqual(['sent', ['sent.decoder.onnx', 'sent.encoder.onnx'], 1])
    expect(answerOf(await ask({ item: 0, model: id })).candidates).not.toEqual([])
    await client.assist.removeModel({ modelId: id })
    expect(kept()).toEqual([])
  })

  test('whose files are gone say so, and can be forgotten', async () => {
    const files = makeTinySam({ folder: path.join(folder, 'gone'), name: 'gone' })
    const gone = await addModel(files, 'gone')
    remove(path.join(folder, 'gone'))
    const listed = (await client.assist.models({})).models.find(({ id }) => id === gone)
    expect(listed).toMatchObject({ problem: { code: 'file/not-found' }, facts: null })
    await client.assist.removeModel({ modelId: gone })
    expect(await codeOf(ask({ item: 0, model: gone }))).toBe('assist/model-not-found')
  })
})
