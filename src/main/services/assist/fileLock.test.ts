import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { whileLocked } from './fileLock.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lock-'))
  file = path.join(folder, 'list')
})
afterEach(() => rmSync(folder, { recursive: true }))

it('two at once lose nothing of what the other one writes', async () => {
  writeFileSync(file, '')
  const work = `
    const { workerData: { module, file, letter } } = require('node:worker_threads')
    const { readFileSync, writeFileSync } = require('node:fs')
    import(module).then(async ({ whileLocked }) => {
      for (let i = 0; i < 40; i++) await whileLocked(file, () => writeFileSync(file, readFileSync(file, 'utf8') + letter))
    })`
  const module = new URL('./fileLock.ts', import.meta.url).href
  const ended = (letter: string) =>
    new Promise((resolve, reject) => {
      const worker = new Worker(work, { eval: true, workerData: { module, file, letter } })
      worker.once('error', reject)
      worker.once('exit', resolve)
    })
  await Promise.all(['a', 'b'].map(ended))
  expect([...readFileSync(file, 'utf8')].sort().join('')).toBe('a'.repeat(40) + 'b'.repeat(40))
  expect(readdirSync(folder)).toEqual(['list'])
}, 30_000)

it('a lock that a killed process left is taken, one that was just made is waited for, an error lets go', async () => {
  const gone = 2 ** 22 + 1
  writeFileSync(`${file}.lock`, `${gone} x`)
  expect(await whileLocked(file, () => existsSync(`${file}.lock`))).toBe(true)
  writeFileSync(`${file}.lock`, `${process.pid} x`)
  utimesSync(`${file}.lock`, 1, 1)
  expect(await whileLocked(file, () => 'ours')).toBe('ours')
  writeFileSync(`${file}.lock`, '')
  expect(await whileLocked(file, () => 'ours')).toBe('ours')
  // Whoever slept too long leaves the lock of the next one alone.
  await whileLocked(file, () => writeFileSync(`${file}.lock`, 'somebody else'))
  expect(readFileSync(`${file}.lock`, 'utf8')).toBe('somebody else')
  await expect(
    whileLocked(file, () => {
      throw new Error('no')
    }),
  ).rejects.toThrow('no')
  expect(readdirSync(folder)).toEqual([])
})

it('while another process has the lock everything else goes on, and what waits is done in the order it was asked for', async () => {
  writeFileSync(`${file}.lock`, `${process.pid} another`)
  const done: number[] = []
  const all = Promise.all([1, 2, 3].map((n) => whileLocked(file, () => done.push(n))))
  let ticks = 0
  const timer = setInterval(() => ticks++, 5)
  await expect.poll(() => ticks).toBeGreaterThan(10)
  clearInterval(timer)
  expect(done).toEqual([])
  rmSync(`${file}.lock`)
  await all
  expect([done, readdirSync(folder)]).toEqual([[1, 2, 3], []])
})
