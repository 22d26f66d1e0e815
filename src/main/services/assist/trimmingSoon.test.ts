import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { createEmbeddingStore, trainingFolder } from './embeddingStore.ts'
import { trimmingSoon } from './trimmingSoon.ts'

it('a project that opens brings its embeddings below the limit, unless it is closed before', async () => {
  const project = mkdtempSync(path.join(tmpdir(), 'embeddings-'))
  onTestFinished(() => rmSync(project, { recursive: true }))
  onTestFinished(() => void vi.useRealTimers())
  const folder = path.join(trainingFolder(project), '..', 'ab')
  mkdirSync(folder, { recursive: true })
  const files = [1, 2, 3].map((usedAt) => {
    const file = path.join(folder, `${usedAt}.embedding`)
    writeFileSync(file, new Uint8Array(100))
    utimesSync(file, usedAt, usedAt)
    return file
  })
  const there = () => files.map((file) => existsSync(file))
  const store = createEmbeddingStore(project)
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const open = trimmingSoon(() => store.trim(200))
  const close = await open()
  expect(vi.getTimerCount()).toBe(1)
  await close()
  expect([there(), vi.getTimerCount()]).toEqual([[true, true, true], 0])
  await open()
  vi.advanceTimersByTime(10_000)
  vi.useRealTimers()
  await vi.waitFor(() => expect(there()).toEqual([false, true, true]))
})
