import { describe, expect, it } from 'vitest'
import type { ProviderReport } from '../../model/device.ts'
import { autoSentences, deviceTexts, fill, noteText, shortReason, warningSentence } from './describe.ts'

type Tree = { readonly [key: string]: string | Tree }
const leaves = (tree: Tree, prefix = ''): [string, string][] =>
  Object.entries(tree).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[prefix + key, value]] : leaves(value, `${prefix}${key}.`),
  )
const facts = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort()
const [en, zh] = [deviceTexts('en'), deviceTexts('zh-CN')]

const provider = (more: Partial<ProviderReport>): ProviderReport => ({
  name: 'webgpu',
  bundled: true,
  usable: false,
  software: false,
  adapter: null,
  adapters: [],
  error: null,
  startMs: null,
  half: null,
  ...more,
})

describe('what is said of devices', () => {
  it('uses the same facts in both languages, and Chinese where Chinese is expected', () => {
    const chinese = new Map(leaves(zh))
    for (const [key, text] of leaves(en)) expect(facts(chinese.get(key)!), key).toEqual(facts(text))
    for (const [key, text] of leaves({ advice: zh.advice, auto: zh.auto, warnings: zh.warnings }))
      expect(text, key).toMatch(/\p{Script=Han}/u)
  })

  it('tells why auto takes what it takes, without what could never be there', () => {
    const passed = [
      { provider: 'cuda', why: 'absent', detail: null } as const,
      { provider: 'webgpu', why: 'software', detail: null } as const,
      { provider: 'dml', why: 'failed', detail: 'x was false. no card' } as const,
    ]
    expect(autoSentences({ provider: 'cpu', adapter: null, passed }, en)).toEqual([
      '“auto” uses Processor (CPU).',
      'WebGPU found no graphics card.',
      'DirectML did not start: no card',
      'The processor always works.',
    ])
    expect(autoSentences({ provider: 'cuda', adapter: 'RTX', passed: [] }, zh)).toEqual([
      '“auto”会使用NVIDIA CUDA。',
      '已实际启动，在 RTX 上计算。',
    ])
  })

  it('has a sentence for what fails often, and the end of a native error for the rest', () => {
    expect(noteText(provider({ usable: true, error: 'x' }), en)).toBe('')
    expect(noteText(provider({ error: 'Failed to get a WebGPU adapter' }), en)).toBe(en.notes.noAdapter)
    expect(noteText(provider({ error: 'the Vulkan loader libvulkan.so.1 is not installed' }), zh)).toBe(zh.notes.noLoader)
    expect(noteText(provider({ name: 'cuda', bundled: false, error: 'the CUDA provider was not downloaded' }), en)).toBe(
      en.notes.cudaAbsent,
    )
    expect(noteText(provider({ name: 'cuda', bundled: false, error: 'not available on darwin' }), en)).toBe(en.notes.otherSystem)
    expect(noteText(provider({ error: 'killed by SIGSEGV' }), en)).toBe('killed by SIGSEGV')
    expect(shortReason(`/a/b.cc:136 x was false. ${'long '.repeat(60)}end`)).toMatch(/^….*end$/)
  })

  it('fills facts and leaves what it does not know', () => {
    expect(fill('{a} and {b}', { a: 1 })).toBe('1 and {b}')
    expect(warningSentence({ key: 'containerCpus', data: { limit: 1.5, machine: 8 } }, en)).toContain('1.5 of the 8 processors')
  })
})
