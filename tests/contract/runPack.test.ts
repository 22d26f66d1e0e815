import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { strFromU8, strToU8, unzipSync, zipSync, type Zippable } from 'fflate'
import { describe, expect, it } from 'vitest'
import type { ProjectStore } from '../../src/main/db/store.ts'
import { newId } from '../../src/main/newId.ts'
import type { PackedRun } from '../../src/main/services/runs/pack/packFormat.ts'
import { pinnedLabel, readRunSnapshot } from '../../src/main/services/runs/compare/seenData.ts'
import { adoptRun, packRun } from '../../src/main/services/runs/pack/runPacks.ts'
import { newStore, temporaryFolder } from './projectFixture.ts'

const progress = { signal: new AbortController().signal, onProgress: () => undefined }

/** A project with one finished run of two attempts, its folder and log. */
async function projectWithRun(label = 'png'): Promise<{ store: ProjectStore; runId: string; folder: string }> {
  const folder = temporaryFolder()
  const store = await newStore(folder)
  const runId = newId()
  const made = {
    taskId: 'semanticSegmentation',
    datasetId: newId(),
    snapshotHash: 'abc',
    totalSteps: 30,
    totalEpochs: 3,
    config: { seed: 7 },
  }
  await store.call('runs.create', { id: runId, name: 'night', ...made })
  await store.call('runs.startAttempt', { runId, fromStep: 0, at: 5 })
  await store.call('runs.startAttempt', { runId, fromStep: 10, at: 9 })
  await store.call('runs.update', {
    runId,
    patch: { status: 'finished', step: 30, epoch: 3, endedAt: 99, primary: { name: 'mIoU', best: 0.5, bestStep: 20, last: 0.4 } },
  })
  const point = (step: number, attempt: number) => ({
    attempt,
    step,
    epoch: step / 10,
    split: 'train',
    name: 'loss',
    value: 1 / step,
    wall: step,
  })
  const log = [
    { type: 'metrics', points: [10, 20].map((step) => point(step, 1)), attempt: 1, wall: 1 },
    { type: 'metrics', points: [20, 30].map((step) => point(step, 2)), attempt: 2, wall: 2 },
    { type: 'finding', finding: { key: 'lossVanished', severity: 'warning', step: 30, data: { loss: 0 } }, attempt: 2, wall: 3 },
  ]
  const run = path.join(folder, 'runs', runId)
  mkdirSync(path.join(run, 'checkpoints', 'step-00000030-a2'), { recursive: true })
  mkdirSync(path.join(run, 'labels'))
  writeFileSync(path.join(run, 'log.jsonl'), log.map((event) => JSON.stringify(event)).join('\n') + '\n')
  writeFileSync(path.join(run, 'checkpoints', 'step-00000030-a2', 'model.safetensors'), Buffer.alloc(300_000, 5))
  writeFileSync(path.join(run, 'labels', 'item-1.png'), label)
  writeFileSync(path.join(run, 'checkpoints', '.tmp-1-2'), 'torn')
  const item = {
    id: 'item-1',
    name: 'a',
    imagePath: '/far/away/a.jpg',
    labelPath: path.join(run, 'labels', 'item-1.png'),
    width: 4,
    height: 4,
    split: [],
  }
  const classes = [{ id: 'c', name: 'disc', color: '#800000' }]
  writeFileSync(path.join(run, 'snapshot.json'), JSON.stringify({ datasetId: 'd', hash: 'abc', classes, ignoreIndex: 255, items: [item] }))
  return { store, runId, folder }
}

async function pack(from: Awaited<ReturnType<typeof projectWithRun>>): Promise<string> {
  const target = { folder: temporaryFolder(), name: 'run.zip', studio: '0.1.0' }
  mkdirSync(target.folder, { recursive: true })
  return (await packRun(from.store, from.runId, target, progress)).file
}

describe('a packed run', () => {
  it('opens in another project: record, live curves, findings, checkpoints, labels', async () => {
    const from = await projectWithRun()
    const file = await pack(from)
    expect(readdirSync(path.dirname(file))).toEqual(['run.zip'])
    const elsewhere = temporaryFolder()
    const store = await newStore(elsewhere)
    expect(await adoptRun(store, file, progress)).toEqual({ runId: from.runId, number: 1 })
    const here = await store.call('runs.get', { runId: from.runId })
    const there = await from.store.call('runs.get', { runId: from.runId })
    expect(here.run).toEqual(there.run)
    expect(here.config).toEqual({ seed: 7 })
    expect(here.findings).toMatchObject([{ key: 'lossVanished' }])
    const curve = await store.call('metrics.list', { runId: from.runId, maxPoints: 100 })
    expect(curve.map(({ step, attempt }) => [step, attempt])).toEqual([
      [10, 1],
      [20, 2],
      [30, 2],
    ])
    const run = path.join(elsewhere, 'runs', from.runId)
    expect(readFileSync(path.join(run, 'checkpoints', 'step-00000030-a2', 'model.safetensors')).equals(Buffer.alloc(300_000, 5))).toBe(true)
    expect(existsSync(path.join(run, 'checkpoints', '.tmp-1-2'))).toBe(false)
    const snapshot = JSON.parse(readFileSync(path.join(run, 'snapshot.json'), 'utf8')) as {
      items: { labelPath: string; imagePath: string }[]
    }
    expect(snapshot.items[0]).toMatchObject({ labelPath: path.join(run, 'labels', 'item-1.png'), imagePath: '/far/away/a.jpg' })
    await store.close()
    await from.store.close()
  })

  it('from another system and from the trash finds its label maps, is seen, and is called by the number it has here', async () => {
    const from = await projectWithRun()
    const file = path.join(from.folder, 'runs', from.runId, 'snapshot.json')
    const text = readFileSync(file, 'utf8')
    const windows = `C:\\projects\\cam\\runs\\${from.runId}\\labels\\item-1.png`
    const there = JSON.parse(text) as { items: { labelPath: string }[] }
    writeFileSync(file, JSON.stringify({ ...there, items: [{ ...there.items[0], labelPath: windows }] }))
    await from.store.call('runs.update', { runId: from.runId, patch: { trashedAt: 7, name: '#1' } })
    const elsewhere = temporaryFolder()
    const store = await newStore(elsewhere)
    const made = { taskId: 't', datasetId: newId(), snapshotHash: '', totalSteps: 1, totalEpochs: 1, config: {} }
    await store.call('runs.create', { id: newId(), name: 'another', ...made })
    await adoptRun(store, await pack(from), progress)
    expect((await store.call('runs.get', { runId: from.runId })).run).toMatchObject({ trashedAt: null, number: 2, name: '#2' })
    const snapshot = await readRunSnapshot(elsewhere, from.runId)
    expect(snapshot?.items[0]?.labelPath).toBe(path.join(elsewhere, 'runs', from.runId, 'labels', 'item-1.png'))
    expect(pinnedLabel(elsewhere, from.runId, windows)).toBe(snapshot?.items[0]?.labelPath)
    await store.close()
    await from.store.close()
  })

  it('is not taken twice, and not while it trains', async () => {
    const from = await projectWithRun()
    const file = await pack(from)
    await expect(adoptRun(from.store, file, progress)).rejects.toMatchObject({ code: 'run/exists' })
    await from.store.call('runs.update', { runId: from.runId, patch: { status: 'running' } })
    await expect(pack(from)).rejects.toMatchObject({ code: 'run/busy' })
    await from.store.close()
  })

  it('leaves nothing behind when it is cancelled', async () => {
    const from = await projectWithRun()
    const target = { folder: temporaryFolder(), name: 'run.zip', studio: '0.1.0' }
    mkdirSync(target.folder, { recursive: true })
    const abort = new AbortController()
    const cancelled = packRun(from.store, from.runId, target, { signal: abort.signal, onProgress: () => abort.abort() })
    await expect(cancelled).rejects.toThrow()
    expect(readdirSync(target.folder)).toEqual([])
    await from.store.close()
  })
})

/** One bit of a stored text is another. */
function flipped(bytes: Uint8Array, text: string): Uint8Array {
  const at = Buffer.from(bytes).indexOf(text)
  return bytes.map((byte, i) => (i === at ? byte ^ 1 : byte))
}

const withRecord =
  (change: (record: PackedRun) => unknown) =>
  (bytes: Uint8Array): Uint8Array => {
    const entries = unzipSync(bytes)
    const record = JSON.parse(strFromU8(entries['run.json']!)) as PackedRun
    change(record)
    return zipSync({ ...entries, 'run.json': strToU8(JSON.stringify(record)) }, { level: 0 })
  }

describe('a hostile pack', () => {
  const hostile: [string, Zippable | Uint8Array][] = [
    ['no zip at all', strToU8('hello')],
    ['without a record', { 'config.json': strToU8('{}') }],
    ['with a record of something else', { 'run.json': strToU8('{"format":"maskwright-run","version":1}') }],
    ['that climbs out', { 'run.json': strToU8('{}'), '../../evil.txt': strToU8('x') }],
    ['with an absolute name', { 'run.json': strToU8('{}'), '/tmp/evil.txt': strToU8('x') }],
    ['with a hidden file', { 'run.json': strToU8('{}'), '.ssh': strToU8('x') }],
    ['too deep', { 'run.json': strToU8('{}'), 'a/b/c/d.txt': strToU8('x') }],
    ['with one name in two cases', { 'run.json': strToU8('{}'), 'LOG.txt': strToU8('a'), 'log.TXT': strToU8('b') }],
    ['that grows a thousandfold', { 'run.json': strToU8('{}'), 'log.txt': new Uint8Array(20 << 20) }],
  ]
  const changed: [string, (bytes: Uint8Array) => Uint8Array, RegExp][] = [
    ['with a byte that is not as it was written', (bytes) => flipped(bytes, 'evets'), /labels\/item-1\.png is damaged/],
    ['with attempts of one number', withRecord(({ attempts }) => attempts.push(attempts[0]!)), /attempts/],
    ['with a length below zero', withRecord(({ run }) => (run.totalSteps = -5)), /run\.totalSteps/],
    ['with a name of a million letters', withRecord(({ run }) => (run.name = 'x'.repeat(1_000_000))), /run\.name/],
    ['of a later version', withRecord((record) => Object.assign(record, { version: 2 })), /version/],
  ]
  it.each(changed)('%s is refused with its reason', async (_, change, reason) => {
    const from = await projectWithRun('evets')
    const file = await pack(from)
    writeFileSync(file, change(readFileSync(file)))
    const folder = temporaryFolder()
    const store = await newStore(folder)
    await expect(adoptRun(store, file, progress)).rejects.toMatchObject({
      code: 'run/bad-pack',
      message: expect.stringMatching(reason) as string,
    })
    expect(readdirSync(path.join(folder, 'runs'))).toEqual([])
    expect(await store.call('runs.list', {})).toEqual([])
    await store.close()
    await from.store.close()
  })

  it.each(hostile)('%s is refused with a code and changes nothing', async (_, content) => {
    const folder = temporaryFolder()
    const store = await newStore(folder)
    const file = path.join(folder, 'pack.zip')
    writeFileSync(file, content instanceof Uint8Array ? content : zipSync(content))
    await expect(adoptRun(store, file, progress)).rejects.toMatchObject({ code: 'run/bad-pack' })
    expect(readdirSync(path.join(folder, 'runs'))).toEqual([])
    expect(await store.call('runs.list', {})).toEqual([])
    await store.close()
  })
})
