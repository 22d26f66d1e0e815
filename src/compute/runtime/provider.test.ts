import { vulkanAdapter } from './native/vulkanAdapter.fixture.ts'
import { describe, expect, it } from 'vitest'
import { chooseProvider, hasVulkanLoader, probeProvider, webgpuAdapter } from './provider.ts'

describe('providers', () => {
  it('knows a software adapter by what the loader lists, else by the driver or the absence of a GPU', () => {
    const swift = { VK_ICD_FILENAMES: '/usr/lib/chromium/vk_swiftshader_icd.json' }
    const none = () => []
    expect(webgpuAdapter('linux', swift, () => true, none)).toEqual({ adapter: 'vk_swiftshader_icd', software: true })
    expect(webgpuAdapter('linux', {}, () => true, none)).toEqual({ adapter: null, software: false })
    expect(webgpuAdapter('win32', swift, () => false, none).software).toBe(false)
    const listed = (type: 'cpu' | 'discrete') => () => [vulkanAdapter({ name: 'A', type })]
    expect(webgpuAdapter('linux', {}, () => true, listed('discrete'))).toEqual({ adapter: 'A', software: false })
    expect(webgpuAdapter('linux', {}, () => true, listed('cpu'))).toEqual({ adapter: 'A', software: true })
  })
  it('asks no driver for adapters where there is no GPU and none is named', () => {
    const never = () => {
      throw new Error('asked')
    }
    expect(webgpuAdapter('linux', {}, () => false, never)).toEqual({ adapter: null, software: true })
  })
  it('finds the Vulkan loader where the system or the environment has it', () => {
    const only = (folder: string) => (file: string) => file === `${folder}/libvulkan.so.1`
    expect(hasVulkanLoader('linux', {}, only('/usr/lib/chromium'))).toBe(false)
    expect(hasVulkanLoader('linux', { LD_LIBRARY_PATH: '/opt/x:/usr/lib/chromium' }, only('/usr/lib/chromium'))).toBe(true)
    expect(hasVulkanLoader('linux', {}, only('/usr/lib64'))).toBe(true)
    expect(hasVulkanLoader('win32', {}, () => false)).toBe(true)
  })
  it('starts the CPU and refuses what is not there', async () => {
    expect(await probeProvider('cpu', { half: true })).toEqual({
      usable: true,
      adapter: null,
      software: false,
      error: null,
      startMs: expect.any(Number) as number,
      half: false,
    })
    expect(await probeProvider('coreml')).toMatchObject({ usable: process.platform === 'darwin' })
    expect(await chooseProvider('cpu')).toMatchObject({ provider: 'cpu', adapter: null })
    expect(await probeProvider('tfjs')).toMatchObject({ usable: true, error: null })
    const { provider, name, notes } = await chooseProvider('tfjs')
    expect([provider, name]).toEqual(['tfjs', expect.stringMatching(/^tfjs \((cpu|tensorflow)\)$/)])
    expect(notes.join()).toContain(name === 'tfjs (cpu)' ? 'warning: TensorFlow.js computes in plain JavaScript' : 'native library')
    if (process.platform === 'linux') await expect(chooseProvider('dml')).rejects.toMatchObject({ code: 'device/not-available' })
  })
  it('says that adapters are not used on the CPU and by TensorFlow.js', async () => {
    for (const provider of ['cpu', 'tfjs'] as const) {
      expect((await chooseProvider(provider, 1)).notes.join()).toContain('device.adapters')
      expect((await chooseProvider(provider)).notes.join()).not.toContain('device.adapters')
    }
  })
})
