import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import { expect, it, onTestFinished } from 'vitest'
import { createUserSettings } from './userSettings.ts'

it('keeps what was changed at once, in a folder of this user alone, and leaves nothing half written where it cannot', async () => {
  const top = mkdtempSync(path.join(tmpdir(), 'mw-settings-'))
  onTestFinished(() => rmSync(top, { recursive: true }))
  const folder = path.join(top, 'state')
  const settings = createUserSettings(folder)
  await Promise.all([settings.change({ name: 'Mia' }), settings.change({ theme: 'dark' }), settings.change({ locale: 'zh-CN' })])
  expect(settings.read()).toMatchObject({ name: 'Mia', theme: 'dark', locale: 'zh-CN' })
  if (process.platform !== 'win32') expect(statSync(folder).mode & 0o777).toBe(0o700)
  rmSync(path.join(folder, 'settings.json'))
  mkdirSync(path.join(folder, 'settings.json/in-the-way'), { recursive: true })
  await expect(settings.change({ theme: 'light' })).rejects.toMatchObject({ code: 'disk/failed' })
  expect(readdirSync(folder)).toEqual(['settings.json'])
})

it('two processes that write at once keep what the other one wrote, and what neither of them knows', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'mw-settings-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = path.join(folder, 'settings.json')
  writeFileSync(file, JSON.stringify({ ofTomorrow: 7 }))
  const work = `
    const { workerData: { module, folder, patches } } = require('node:worker_threads')
    import(module).then(async ({ createUserSettings }) => {
      for (const patch of patches) await createUserSettings(folder).change(patch)
    })`
  const module = new URL('./userSettings.ts', import.meta.url).href
  const ended = (patches: object[]) =>
    new Promise((resolve, reject) => {
      const worker = new Worker(work, { eval: true, workerData: { module, folder, patches } })
      worker.once('error', reject)
      worker.once('exit', resolve)
    })
  const each = (patchOf: (i: number) => object) => Array.from({ length: 20 }, (_, i) => patchOf(i))
  await Promise.all([ended(each((i) => ({ name: `n${i}` }))), ended(each((i) => ({ embeddingBytes: i })))])
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ name: 'n19', embeddingBytes: 19, ofTomorrow: 7 })
  expect(readdirSync(folder)).toEqual(['settings.json'])
}, 30_000)
