import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { findBackend, probeAnswer } from './backend.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'tfjs-'))
afterAll(() => rmSync(folder, { recursive: true }))
const never = () => Promise.reject(new Error('nothing to probe'))

it('takes plain JavaScript, with the reason, until the native library is there and starts', async () => {
  expect(await findBackend(null, never)).toMatchObject({ backend: 'cpu', because: expect.stringContaining('not installed') as string })
  expect(await findBackend(folder, never)).toMatchObject({ backend: 'cpu', because: expect.stringContaining('native library') as string })
  mkdirSync(path.join(folder, 'lib/napi-v8'), { recursive: true })
  writeFileSync(path.join(folder, 'lib/napi-v8/tfjs_binding.node'), '')
  expect(await findBackend(folder, () => Promise.resolve('libcudart is missing'))).toMatchObject({
    backend: 'cpu',
    because: expect.stringContaining('libcudart is missing') as string,
  })
  expect((await findBackend(folder, () => Promise.resolve(null))).backend).toBe('tensorflow')
})

it('reads the answer of the probe among what native libraries write', () => {
  expect(probeAnswer('cuda says hello\n{"loads":true,"state":"tfjs 4.22.0"}\n')).toBeNull()
  expect(probeAnswer('{"loads":false,"state":"no library"}\nAborted\n')).toBe('no library')
  expect(probeAnswer('Segmentation fault\n')).toBeUndefined()
})
