import { expect, it } from 'vitest'
import type { VulkanAdapter } from '../../../../shared/model/device.ts'
import { adviceOf, warningsOf, type Facts } from './warnings.ts'

const adapter = (type: VulkanAdapter['type']): VulkanAdapter => ({
  index: 0,
  name: type,
  vendor: 'x',
  vendorId: 1,
  deviceId: 1,
  type,
  driver: '1',
  apiVersion: '1.3.0',
  heaps: [],
  uuid: null,
  pci: null,
})
const webgpu: Facts['providers'][number] = {
  name: 'webgpu',
  bundled: true,
  usable: false,
  software: false,
  adapter: null,
  adapters: [],
  error: 'x',
  startMs: null,
  half: null,
}
const facts = (more: Partial<Facts> = {}, adapters: VulkanAdapter[] = [adapter('discrete')]): Facts => ({
  platform: 'linux',
  cpu: { model: 'x', cores: 8, physicalCores: 4, features: ['SSE4.1', 'AVX2'], memoryBytes: 32e9, freeBytes: 20e9 },
  container: { cpus: null, memoryBytes: null },
  hardware: {
    vulkan: { loader: 'libvulkan.so.1', error: null, adapters },
    cuda: { driverCuda: null, error: null, devices: [], libraries: [] },
  },
  gpus: [],
  nvidia: null,
  cudaMissing: [],
  providers: [webgpu],
  auto: { provider: 'cpu', adapter: null, passed: [], because: '' },
  closedGpuFiles: [],
  ...more,
})
const keys = (...args: Parameters<typeof facts>) => warningsOf(facts(...args)).map(({ key }) => key)
const vulkan = (loader: string | null, error: string | null) => ({
  hardware: { ...facts().hardware, vulkan: { loader, error, adapters: [] } },
})

it('is silent where all is well', () => {
  expect(keys()).toEqual([])
  expect(keys({ container: { cpus: 8, memoryBytes: 64e9 } })).toEqual([])
  expect(keys({ cpu: { ...facts().cpu, features: ['NEON'] } })).toEqual([])
})

it('warns of what a container takes away', () => {
  expect(warningsOf(facts({ container: { cpus: 1.5, memoryBytes: 8e9 } }))).toEqual([
    { key: 'containerMemory', data: { limit: '8.0', machine: '32.0' } },
    { key: 'containerCpus', data: { limit: 1.5, machine: 8 } },
  ])
})

it('tells a missing loader from a missing driver, from software and from a crash', () => {
  expect(keys(vulkan(null, 'libvulkan.so.1: no such file'))).toEqual(['noVulkanLoader'])
  expect(keys(vulkan(null, 'the optional package koffi cannot be loaded'))).toEqual(['noNativeCalls'])
  expect(keys({}, [])).toEqual(['noVulkanDriver'])
  expect(keys({}, [adapter('cpu')])).toEqual(['softwareOnly'])
  expect(keys(vulkan('unknown', 'it was ended by SIGABRT'))).toEqual(['vulkanCrashed'])
  expect(keys({ ...vulkan(null, 'x'), platform: 'win32' })).toEqual([])
})

it('warns of old processors, closed device files and a broken NVIDIA driver', () => {
  expect(keys({ cpu: { ...facts().cpu, features: ['SSE4.2'] } })).toEqual(['noAvx2'])
  expect(keys({ closedGpuFiles: ['/dev/dri/renderD128'] })).toEqual(['noGpuAccess'])
  expect(keys({ nvidia: { driver: null, cuda: null, gpus: [], error: 'hangs' }, cudaMissing: [{ key: 'provider', data: {} }] })).toEqual([
    'nvidiaSmi',
    'cudaMissing',
  ])
})

it('advises by what can be used and by what is there', () => {
  expect(adviceOf(facts({ auto: { provider: 'webgpu', adapter: null, passed: [], because: '' } }))).toBe('gpuReady')
  expect(adviceOf(facts())).toBe('gpuNeedsSetup')
  expect(adviceOf(facts({}, [adapter('cpu')]))).toBe('softwareOnly')
  expect(adviceOf(facts({}, []))).toBe('cpuOnly')
})
