import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { writeWholeNow } from './wholeFile.ts'

it('what the disk refused is told, though what was begun cannot be removed either', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'mw-whole-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = path.join(folder, 'settings.json')
  mkdirSync(`${file}.${process.pid}.part`)
  expect(() => writeWholeNow(file, '{}')).toThrow(expect.objectContaining({ code: 'disk/failed', data: { errno: 'EISDIR' } }))
})
