import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createEmbeddingStore, trainingFolder } from './embeddingStore.ts'

let project = ''
beforeEach(() => {
  project = mkdtempSync(path.join(tmpdir(), 'embeddings-'))
})
afterEach(() => rmSync(project, { recursive: true }))

/** A file of 100 bytes that was used at a second of 1970. */
function put(usedAt: number, ...names: readonly string[]): string {
  const file = path.join(trainingFolder(project), '..', ...names)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, new Uint8Array(100))
  utimesSync(file, usedAt, usedAt)
  return path.normalize(file)
}

it('what a live training uses stays and does not count; what a killed process left goes', async () => {
  const used = [1, 2, 3].map((at) => put(at, 'training', 'encoder1', `${at}.embedding`))
  const otherTraining = put(4, 'training', 'encoder10', '4.embedding')
  const clicked = [5, 6].map((at) => put(at, 'ab', `${at}.embedding`))
  const left = put(7, 'training', 'encoder2', '.7.embedding.99.tmp')
  let live: string[] = ['encoder1']
  const store = createEmbeddingStore(project, { inUse: () => Promise.resolve(live) })
  expect(await store.usage()).toEqual({ files: 6, bytes: 600 })
  await store.trim(200)
  expect(used.every((file) => existsSync(file))).toBe(true)
  expect([otherTraining, ...clicked, left].map((file) => existsSync(file))).toEqual([false, true, true, false])
  await store.clear()
  expect(await store.usage()).toEqual({ files: 3, bytes: 300 })
  live = []
  await store.trim(200)
  expect(used.map((file) => existsSync(file))).toEqual([false, true, true])
  await store.clear()
  expect(await store.usage()).toEqual({ files: 0, bytes: 0 })
})
