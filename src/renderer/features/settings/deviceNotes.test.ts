import { expect, it } from 'vitest'
import type { DeviceReport } from '../../../shared/model/device.ts'
import { autoReason, electronNote, providerNote, tfjsNote } from './deviceNotes.ts'

type ProviderReport = DeviceReport['providers'][number]
const report = (rest: Partial<ProviderReport>): ProviderReport => ({
  name: 'webgpu',
  bundled: true,
  usable: false,
  software: false,
  adapter: null,
  error: null,
  ...rest,
})

it("says why a device is not used, with the machine's words behind it", () => {
  expect(providerNote(report({ usable: true, error: null }))).toEqual({ key: null, details: '' })
  const error = 'webgpu could not load the graph: Failed to get a WebGPU adapter'
  expect(providerNote(report({ error }))).toEqual({ key: 'settings.notes.noAdapter', details: error })
  expect(providerNote(report({ error: 'killed by SIGSEGV' }))).toEqual({ key: 'settings.notes.didNotStart', details: 'killed by SIGSEGV' })
  expect(providerNote(report({ name: 'cuda', bundled: false, error: 'x' })).key).toBe('settings.notes.cudaMissing')
  expect(providerNote(report({ name: 'dml', bundled: false, error: 'x' })).key).toBe('settings.notes.otherSystem')
})

it('tells an optional package that is absent from one that does not load', () => {
  expect(tfjsNote({ installed: false, loads: false, state: 's' }).key).toBe('settings.notes.tfjsOptional')
  expect(tfjsNote({ installed: true, loads: false, state: 'no .node' })).toEqual({ key: 'settings.notes.tfjsBroken', details: 'no .node' })
  expect(tfjsNote({ installed: true, loads: true, state: 's' }).key).toBeNull()
  expect(electronNote({ installed: true, state: 's' }).key).toBeNull()
  expect(electronNote({ installed: false, state: 's' }).key).toBe('settings.notes.electronMissing')
})

it('gives the reason of the automatic choice', () => {
  const auto = (provider: 'cpu' | 'webgpu', providers: ProviderReport[]) => autoReason({ auto: { provider, because: '' }, providers })
  expect(auto('webgpu', [report({ usable: true })])).toBe('settings.autoBecause.gpu')
  expect(auto('cpu', [report({})])).toBe('settings.autoBecause.noGpu')
  expect(auto('cpu', [report({ bundled: false })])).toBe('settings.autoBecause.notBundled')
})
