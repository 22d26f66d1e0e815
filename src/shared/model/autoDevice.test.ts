import { expect, it } from 'vitest'
import { chooseAuto, type Candidate } from './autoDevice.ts'
import type { Provider } from './device.ts'

const works: Candidate = { bundled: true, usable: true, software: false, adapter: 'A card', error: null }
const absent: Candidate = { bundled: false, usable: false, software: false, adapter: null, error: null }
const failed: Candidate = { ...works, usable: false, error: 'no driver' }
const software: Candidate = { ...works, software: true, adapter: 'SwiftShader' }

const choose = async (found: Partial<Record<Provider, Candidate>>) => {
  const asked: Provider[] = []
  const choice = await chooseAuto((provider) => {
    asked.push(provider)
    return found[provider] ?? absent
  })
  return { ...choice, asked }
}

it('takes cuda, then webgpu, then dml, and starts nothing after the first that works', async () => {
  expect(await choose({ cuda: works, webgpu: works, dml: works })).toMatchObject({ provider: 'cuda', adapter: 'A card', asked: ['cuda'] })
  expect(await choose({ webgpu: works, dml: works })).toMatchObject({ provider: 'webgpu', asked: ['cuda', 'webgpu'] })
  expect(await choose({ webgpu: failed, dml: works })).toMatchObject({
    provider: 'dml',
    passed: [
      { provider: 'cuda', why: 'absent' },
      { provider: 'webgpu', why: 'failed', detail: 'no driver' },
    ],
  })
})

it('never takes software, coreml or a provider that does not start', async () => {
  const { provider, passed, asked } = await choose({ webgpu: software, coreml: works, cuda: failed })
  expect(provider).toBe('cpu')
  expect(asked).not.toContain('coreml')
  expect(passed.map(({ why }) => why)).toEqual(['failed', 'software', 'absent'])
})
