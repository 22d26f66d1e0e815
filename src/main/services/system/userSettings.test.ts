import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
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
