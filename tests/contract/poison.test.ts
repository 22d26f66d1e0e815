import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { forkChild } from '../../src/main/jobs/child.ts'
import type { ImportOperations } from '../../src/main/media/importOperations.ts'
import { createWorkerPool } from '../../src/main/media/workerPool.ts'
import { importDataset } from '../../src/main/services/datasets/importDataset.ts'
import { CancelledError } from '../../src/shared/errors.ts'
import { itemsByName, jpeg, object, put, quietContext, voc } from './mediaFixture.ts'
import { newId } from '../../src/main/newId.ts'
import { newStore, temporaryFolder } from './projectFixture.ts'

const fragilePool = (memoryMb = 2_048) => {
  const file = fileURLToPath(new URL('./processes/fragileImport.ts', import.meta.url))
  const pool = createWorkerPool<ImportOperations>({
    name: 'import',
    file,
    spawn: forkChild,
    size: 1,
    heapMb: 512,
    memoryMb,
    timeoutMs: 30_000,
  })
  onTestFinished(() => pool.close())
  return pool
}

it('quarantines by name the file that kills the process twice, keeps what belongs to it, and imports the rest', async () => {
  const root = temporaryFolder()
  for (const name of ['a', 'b', 'deadly-picture', 'z']) put(root, `JPEGImages/${name}.jpg`, await jpeg(8, 8))
  put(root, 'Annotations/a.xml', voc(object('car', [1, 1, 4, 4])))
  put(root, 'Annotations/deadly.xml', voc(object('car', [1, 1, 4, 4])).replace('x.jpg', 'b.jpg'))
  put(root, 'Annotations/z.xml', voc(object('car', [1, 1, 4, 4])))
  const store = await newStore()
  const report = await importDataset({ store, pool: fragilePool(), folder: root, name: undefined, newId, context: quietContext() })
  expect(report.problems.filter((p) => p.code === 'file/poison').map((p) => [p.file, p.severity])).toEqual([
    ['Annotations/deadly.xml', 'refused'],
    ['JPEGImages/deadly-picture.jpg', 'refused'],
  ])
  const items = await itemsByName(store, report.datasetId!)
  expect([...items].map(([name, item]) => [name, item.annotationCount])).toEqual([
    ['a', 1],
    ['b', 0],
    ['z', 1],
  ])
})

it('survives a file that eats memory', async () => {
  const root = temporaryFolder()
  for (const name of ['a', 'greedy']) put(root, `JPEGImages/${name}.jpg`, await jpeg(8, 8))
  const store = await newStore()
  const report = await importDataset({ store, pool: fragilePool(600), folder: root, name: undefined, newId, context: quietContext() })
  expect(report.items).toBe(1)
  expect(report.problems).toMatchObject([
    { file: 'JPEGImages/greedy.jpg', code: 'file/poison', message: expect.stringContaining('600 MB') as string },
  ])
})

it('ends a call that takes too long, and one that is cancelled, and goes on with the next', async () => {
  const pool = fragilePool(8_000)
  const root = temporaryFolder()
  put(root, 'greedy.jpg', await jpeg(8, 8))
  const entries = [{ name: 'greedy', image: 'greedy.jpg', xml: null, classMask: null, augMask: null, objectMask: null }]
  const rules = { origin: 1 as const, background: false, legend: null }
  await expect(pool.call('read', { root, entries, rules }, { timeoutMs: 1_500 })).rejects.toMatchObject({ code: 'process/timeout' })
  const abort = new AbortController()
  setTimeout(() => abort.abort(), 300)
  await expect(pool.call('read', { root, entries, rules }, { signal: abort.signal })).rejects.toThrow(CancelledError)
  expect(await pool.call('originFacts', { root, files: [] })).toEqual({ boxes: 0, belowOne: false, fractional: false })
  await expect(pool.call('scan', { folder: `${root}/nothing` })).rejects.toMatchObject({ code: 'folder/not-found' })
})
