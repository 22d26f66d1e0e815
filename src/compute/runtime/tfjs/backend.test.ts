import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { explainTfjs, findBackend, probeAnswer } from './backend.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'tfjs-'))
afterAll(() => rmSync(folder, { recursive: true }))
const never = () => Promise.reject(new Error('nothing to probe'))

it('takes plain JavaScript, with the reason, until the native library is there and starts', async () => {
  expect(await findBackend(null, never)).toEqual({ backend: 'cpu', reason: 'noPackage', detail: '' })
  expect(await findBackend(folder, never)).toEqual({ backend: 'cpu', reason: 'noLibrary', detail: '' })
  mkdirSync(path.join(folder, 'lib/napi-v8'), { recursive: true })
  writeFileSync(path.join(folder, 'lib/napi-v8/tfjs_binding.node'), '')
  const broken = await findBackend(folder, () => Promise.resolve('libcudart is missing'))
  expect(broken).toEqual({ backend: 'cpu', reason: 'broken', detail: 'libcudart is missing' })
  expect(explainTfjs(broken)).toContain('does not start: libcudart is missing')
  expect(await findBackend(folder, () => Promise.resolve(null))).toMatchObject({ backend: 'tensorflow', reason: 'starts' })
})

it('reads the answer of the probe among what native libraries write', () => {
  expect(probeAnswer('cuda says hello\n{"loads":true,"state":"tfjs 4.22.0"}\n')).toBeNull()
  expect(probeAnswer('{"loads":false,"state":"no library"}\nAborted\n')).toBe('no library')
  expect(probeAnswer('Segmentation fault\n')).toBeUndefined()
})
