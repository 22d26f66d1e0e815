import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { linkOrCopy } from './linkOrCopy.ts'

it('an encoder is linked where the disk has links, copied where it has none, and nowhere half', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'maskwright-links-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const at = (name: string) => path.join(folder, name)
  writeFileSync(at('encoder.onnx'), 'weights')
  await linkOrCopy(at('encoder.onnx'), at('linked'))
  expect(statSync(at('linked')).ino).toBe(statSync(at('encoder.onnx')).ino)
  for (const code of ['EPERM', 'ENOTSUP', 'EXDEV']) {
    await linkOrCopy(at('encoder.onnx'), at(code), () => Promise.reject(Object.assign(new Error(code), { code })))
    expect([readFileSync(at(code), 'utf8'), statSync(at(code)).ino === statSync(at('encoder.onnx')).ino]).toEqual(['weights', false])
  }
  await expect(linkOrCopy(at('gone'), at('none'))).rejects.toMatchObject({ code: 'disk/failed' })
  expect(readdirSync(folder)).not.toContain('none')
})
