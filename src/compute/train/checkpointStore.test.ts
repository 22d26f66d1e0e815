import { cp, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '../../shared/errors.ts'
import { asFloat32 } from '../weights/safetensors.ts'
import type { CheckpointContent } from './checkpointFiles.ts'
import { CheckpointStore } from './checkpointStore.ts'

let folder: string
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'mw-ckpt-')), 'checkpoints')
})
afterEach(async () => rm(join(folder, '..'), { recursive: true, force: true }))

function content(step: number, attempt = 1, best?: number): CheckpointContent {
  const primary = best === undefined ? null : { name: 'mIoU', best: 0.5, bestStep: best, last: 0.4 }
  return {
    state: {
      version: 1,
      runId: 'r',
      attempt,
      step,
      epoch: step / 10,
      seed: 0,
      snapshotHash: 's',
      configHash: 'c',
      validatedStep: 0,
      primary,
      updates: step,
      lossScale: null,
      hooks: {},
      wall: 1,
    },
    model: [{ name: 'w', dtype: 'F32', shape: [2], data: Float32Array.of(step, attempt) }],
    optimizer: [{ name: 'm.w', dtype: 'F32', shape: [2], data: Float32Array.of(-step, 0) }],
  }
}
const steps = async (store: CheckpointStore): Promise<number[]> => (await store.list()).map((entry) => entry.step)
const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  )

describe('CheckpointStore', () => {
  it('gives back what it wrote', async () => {
    const store = new CheckpointStore(folder)
    await store.save(content(7), { periodic: true, best: true })
    for (const which of ['last', 'best'] as const) {
      const loaded = await store.load(which)
      expect(loaded.state).toEqual(content(7).state)
      expect([...asFloat32(loaded.model.get('w')!)]).toEqual([7, 1])
      expect([...asFloat32(loaded.optimizer.get('m.w')!)]).toEqual([-7, 0])
    }
  })
  it('keeps the last, the best and K periodic ones, and removes nothing else', async () => {
    const store = new CheckpointStore(folder, { keep: 2 })
    for (let step = 1; step <= 6; step++) await store.save(content(step), { periodic: step !== 6, best: step === 2 })
    expect(await steps(store)).toEqual([2, 4, 5, 6])
    expect((await store.load('best')).state.step).toBe(2)
    expect((await store.load('last')).state.step).toBe(6)
    expect((await readdir(folder)).sort()).toEqual([
      'index.json',
      'step-00000002-a1',
      'step-00000004-a1',
      'step-00000005-a1',
      'step-00000006-a1',
    ])
  })
  it('uses the one before a damaged one and says so; a damaged best is refused', async () => {
    const reports: string[] = []
    const store = new CheckpointStore(folder, { onDamaged: (name, reason) => reports.push(`${name} ${reason}`) })
    await store.save(content(1), { periodic: true, best: false })
    await store.save(content(2), { periodic: true, best: true })
    const file = join(folder, 'step-00000002-a1', 'model.safetensors')
    const bytes = await readFile(file)
    bytes[bytes.length - 1]! ^= 1
    await writeFile(file, bytes)
    expect((await store.load('last')).state.step).toBe(1)
    expect(reports[0]).toMatch(/step-00000002-a1.*model\.safetensors/)
    expect(await codeOf(store.load('best'))).toBe('checkpoint/damaged')
    await truncate(join(folder, 'step-00000001-a1', 'manifest.json'), 10)
    expect(await codeOf(store.load('last'))).toBe('checkpoint/damaged')
  })
  it('says when there is none', async () => {
    expect(await codeOf(new CheckpointStore(folder).load('last'))).toBe('checkpoint/not-found')
    expect(await new CheckpointStore(folder).list()).toEqual([])
  })
  it('finds its way without an index, and one that was renamed just before a kill', async () => {
    const store = new CheckpointStore(folder)
    await store.save(content(1, 1, 1), { periodic: true, best: true })
    const index = await readFile(join(folder, 'index.json'))
    await store.save(content(3, 1, 3), { periodic: true, best: true })
    await writeFile(join(folder, 'index.json'), index)
    expect((await store.load('best')).state.step).toBe(3)
    await writeFile(join(folder, 'index.json'), '{ half')
    expect((await store.load('last')).state.step).toBe(3)
  })
  it('ignores and tidies what a kill left behind', async () => {
    const store = new CheckpointStore(folder)
    await store.save(content(1), { periodic: true, best: false })
    await cp(join(folder, 'step-00000001-a1'), join(folder, '.tmp-1-2'), { recursive: true })
    await mkdir(join(folder, '.trash-1-step'))
    expect(await steps(store)).toEqual([1])
    await store.tidy()
    expect((await readdir(folder)).filter((name) => name.startsWith('.'))).toEqual([])
  })
  it('orders attempts, and forgets a best one beyond the point a resume starts from', async () => {
    const store = new CheckpointStore(folder, { keep: 5 })
    await store.save(content(2, 1, 2), { periodic: true, best: true })
    await store.save(content(4, 1, 4), { periodic: true, best: true })
    await store.rewind(content(2, 1, 2).state)
    expect((await store.load('best')).state.step).toBe(2)
    await store.save(content(3, 2), { periodic: true, best: false })
    expect((await store.load('last')).state).toMatchObject({ step: 3, attempt: 2 })
  })
  it('leaves nothing half written when a checkpoint cannot be written', async () => {
    const store = new CheckpointStore(folder)
    await store.save(content(1), { periodic: true, best: false })
    const broken = { ...content(2), model: [{ name: 'w', dtype: 'F32' as const, shape: [9], data: new Float32Array(2) }] }
    expect(await codeOf(store.save(broken, { periodic: true, best: false }))).toBe('weights/bad-file')
    expect((await store.load('last')).state.step).toBe(1)
    expect((await readdir(folder)).sort()).toEqual(['index.json', 'step-00000001-a1'])
  })
})
