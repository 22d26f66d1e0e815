import { describe, expect, it } from 'vitest'
import { chooseProvider, hasVulkanLoader, probeProvider, webgpuAdapter } from './provider.ts'

describe('providers', () => {
  it('knows a software adapter by its driver or by the absence of a GPU', () => {
    const swift = { VK_ICD_FILENAMES: '/usr/lib/chromium/vk_swiftshader_icd.json' }
    expect(webgpuAdapter('linux', swift, () => true)).toEqual({ adapter: 'vk_swiftshader_icd', software: true })
    expect(webgpuAdapter('linux', {}, () => false)).toEqual({ adapter: null, software: true })
    expect(webgpuAdapter('linux', {}, () => true)).toEqual({ adapter: null, software: false })
    expect(webgpuAdapter('win32', swift, () => false).software).toBe(false)
  })
  it('finds the Vulkan loader where the system or the environment has it', () => {
    const only = (folder: string) => (file: string) => file === `${folder}/libvulkan.so.1`
    expect(hasVulkanLoader('linux', {}, only('/usr/lib/chromium'))).toBe(false)
    expect(hasVulkanLoader('linux', { LD_LIBRARY_PATH: '/opt/x:/usr/lib/chromium' }, only('/usr/lib/chromium'))).toBe(true)
    expect(hasVulkanLoader('linux', {}, only('/usr/lib64'))).toBe(true)
    expect(hasVulkanLoader('win32', {}, () => false)).toBe(true)
  })
  it('starts the CPU and refuses what is not there', async () => {
    expect(await probeProvider('cpu')).toEqual({ usable: true, adapter: null, software: false, error: null })
    expect(await probeProvider('coreml')).toMatchObject({ usable: process.platform === 'darwin' })
    expect(await chooseProvider('cpu')).toMatchObject({ provider: 'cpu' })
    expect(await probeProvider('tfjs')).toMatchObject({ usable: true, error: null })
    const { provider, name, notes } = await chooseProvider('tfjs')
    expect([provider, name]).toEqual(['tfjs', expect.stringMatching(/^tfjs \((cpu|tensorflow)\)$/)])
    expect(notes.join()).toContain(name === 'tfjs (cpu)' ? 'warning: TensorFlow.js computes in plain JavaScript' : 'native library')
    if (process.platform === 'linux') await expect(chooseProvider('dml')).rejects.toMatchObject({ code: 'device/not-available' })
  })
})
