import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { createUserSettings } from './userSettings.ts'

it.runIf(process.platform === 'linux')('says that the disk is full, keeps the settings and leaves nothing half written', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'mw-settings-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const settings = createUserSettings(folder)
  settings.change({ name: 'Mia' })
  symlinkSync('/dev/full', path.join(folder, `settings.json.${process.pid}.part`))
  expect(() => settings.change({ theme: 'dark' })).toThrow(expect.objectContaining({ code: 'disk/full' }))
  expect(settings.read()).toMatchObject({ name: 'Mia', theme: null })
  expect(readdirSync(folder)).toEqual(['settings.json'])
})
