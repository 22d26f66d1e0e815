import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { explainTfjs, findBackend, probeAnswer, probeIn } from './backend.ts'

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

it('survives a library that ends the process that loads it', async () => {
  const script = (name: string, text: string): string => {
    writeFileSync(path.join(folder, name), text)
    return path.join(folder, name)
  }
  expect(await probeIn(script('crash.mjs', 'process.abort()'))).toContain('SIGABRT')
  expect(await probeIn(script('exit.mjs', 'process.exit(7)'))).toContain('7')
  expect(await probeIn(script('silent.mjs', ''))).toBe('its process did not answer')
  expect(await probeIn(script('fine.mjs', `process.stderr.write('{"loads":true,"state":""}')`))).toBeNull()
})

it('reads the answer of the probe among what native libraries write', () => {
  expect(probeAnswer('cuda says hello\n{"loads":true,"state":"tfjs 4.22.0"}\n')).toBeNull()
  expect(probeAnswer('{"loads":false,"state":"no library"}\nAborted\n')).toBe('no library')
  expect(probeAnswer('Segmentation fault\n')).toBeUndefined()
})
