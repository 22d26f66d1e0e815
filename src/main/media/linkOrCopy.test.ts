import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { hasLinks, linkOrCopy, type MakeLink } from './linkOrCopy.ts'

function folderWith(text: string): { folder: string; from: string; to: string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'maskwright-links-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const from = path.join(folder, 'from')
  writeFileSync(from, text)
  return { folder, from, to: path.join(folder, 'to') }
}
const refusing =
  (code: string): MakeLink =>
  () =>
    Promise.reject(Object.assign(new Error(code), { code }))

it('has the same bytes twice only where the disk has no links', async () => {
  const { folder, from, to } = folderWith('model')
  await linkOrCopy(from, to)
  expect(statSync(to).ino).toBe(statSync(from).ino)
  for (const code of ['EPERM', 'ENOTSUP', 'EXDEV', 'EMLINK', 'ENOSYS']) {
    const copy = path.join(folder, code)
    await linkOrCopy(from, copy, refusing(code))
    expect([readFileSync(copy, 'utf8'), statSync(copy).ino === statSync(from).ino]).toEqual(['model', false])
  }
})

it('leaves nothing behind that is not whole', async () => {
  const { folder, from, to } = folderWith('model')
  await expect(linkOrCopy(`${from}.gone`, to)).rejects.toMatchObject({ code: 'ENOENT' })
  mkdirSync(path.join(folder, 'none'))
  await expect(linkOrCopy(path.join(folder, 'none'), to, refusing('EPERM'))).rejects.toThrow()
  expect(readdirSync(folder).sort()).toEqual(['from', 'none'])
})

it('tells whether a disk has links, and leaves nothing of the trial', async () => {
  const { folder } = folderWith('model')
  expect([await hasLinks(folder), await hasLinks(folder, refusing('EPERM')), await hasLinks(path.join(folder, 'gone'))]).toEqual([
    true,
    false,
    false,
  ])
  expect(readdirSync(folder)).toEqual(['from'])
})
