import { describe, expect, it } from 'vitest'
import { dawnChoice, driverFiles, isolation } from './adapters.ts'
import { vulkanAdapter } from './native/vulkanAdapter.fixture.ts'

describe('adapters', () => {
  it('takes discrete before integrated before software, and of two alike the first of the loader', () => {
    const types = ['cpu', 'integrated', 'discrete', 'discrete', 'virtual'] as const
    const adapters = types.map((type, index) => vulkanAdapter({ index, type }))
    expect(dawnChoice(adapters)?.index).toBe(2)
    expect(dawnChoice(adapters.slice(0, 2))?.index).toBe(1)
    // Dawn knows no virtual cards and puts them behind software.
    expect(dawnChoice([vulkanAdapter({ index: 0, type: 'virtual' }), vulkanAdapter({ index: 1, type: 'cpu' })])?.index).toBe(1)
    expect(dawnChoice([])).toBeNull()
  })
  it('names one card to the loader and to Mesa', () => {
    const card = vulkanAdapter({ vendorId: 0x1002, deviceId: 0x73bf, pci: '0000:03:00.0' })
    expect(isolation(card, null)).toEqual({
      VK_LOADER_VENDOR_ID_FILTER: '0x1002',
      VK_LOADER_DEVICE_ID_FILTER: '0x73bf',
      VK_LOADER_DEVICE_SELECT: '1002:73bf',
      MESA_VK_DEVICE_SELECT: '1002:73bf',
      DRI_PRIME: 'pci-0000_03_00_0',
    })
    expect(isolation(vulkanAdapter(), '/x.json')).toMatchObject({ VK_DRIVER_FILES: '/x.json' })
    expect(isolation(vulkanAdapter(), '/x.json')).not.toHaveProperty('DRI_PRIME')
  })
  it('finds driver manifests where the loader does, unless the environment names them', () => {
    const list = (folder: string) => (folder === '/usr/share/vulkan/icd.d' ? ['nvidia_icd.json', 'README'] : [])
    expect(driverFiles({ HOME: '/home/x' }, list)).toEqual(['/usr/share/vulkan/icd.d/nvidia_icd.json'])
    expect(driverFiles({ VK_DRIVER_FILES: '/a.json:/b.json', VK_ICD_FILENAMES: '/c.json' }, list)).toEqual(['/a.json', '/b.json'])
  })
})
