import { describe, expect, it } from 'vitest'
import { cudaVersion, cudnnVersion } from './cuda.ts'
import { instanceInfo, propertyChain, readAdapter } from './vulkanStructs.ts'

/** A chain as a driver leaves it. */
function filled(fill: (chain: ReturnType<typeof propertyChain>) => void) {
  const chain = propertyChain(() => 0xabcdefn)
  fill(chain)
  return readAdapter(3, chain)
}

describe('structures of Vulkan', () => {
  it('reads names, driver, memory, uuid and place of a card', () => {
    const adapter = filled(({ properties, driver, id, pci, memory }) => {
      properties.writeUInt32LE((1 << 22) | (3 << 12) | 277, 16)
      properties.writeUInt32LE(0x10de, 24)
      properties.writeUInt32LE(0x2684, 28)
      properties.writeUInt32LE(2, 32)
      properties.write('NVIDIA GeForce RTX 4090\0junk after the end', 36)
      driver.write('NVIDIA\0', 20)
      driver.write('570.86.15\0', 276)
      id.fill(0xab, 16, 32)
      pci.writeUInt32LE(0x1, 20)
      pci.writeUInt32LE(0, 16)
      memory.writeUInt32LE(2, 260)
      memory.writeBigUInt64LE(25_757_220_864n, 264)
      memory.writeUInt32LE(1, 272)
      memory.writeBigUInt64LE(50_000_000_000n, 280)
    })
    expect(adapter).toEqual({
      index: 3,
      name: 'NVIDIA GeForce RTX 4090',
      vendor: 'NVIDIA',
      vendorId: 0x10de,
      deviceId: 0x2684,
      type: 'discrete',
      driver: 'NVIDIA 570.86.15',
      apiVersion: '1.3.277',
      heaps: [
        { bytes: 25_757_220_864, deviceLocal: true },
        { bytes: 50_000_000_000, deviceLocal: false },
      ],
      uuid: 'ab'.repeat(16),
      pci: '0000:01:00.0',
    })
  })
  it('bears a driver that fills little, or nonsense', () => {
    const bare = filled(({ properties }) => properties.writeUInt32LE(0xffff_ffff, 20))
    expect(bare).toMatchObject({ name: 'adapter 3', type: 'other', vendor: '0x0000', uuid: null, pci: null, heaps: [] })
    const wild = filled(({ properties, memory }) => {
      properties.fill(0xff, 16)
      memory.fill(0xff)
    })
    expect(wild.type).toBe('other')
    expect(wild.heaps).toHaveLength(16)
  })
  it('reads the way NVIDIA packs its driver version', () => {
    const version = (570 << 22) | (86 << 14) | (15 << 6)
    const adapter = filled(({ properties }) => {
      properties.writeUInt32LE(version >>> 0, 20)
      properties.writeUInt32LE(0x10de, 24)
    })
    expect(adapter.driver).toBe('570.86.15')
  })
  it('points from the instance at its application', () => {
    const { info, application } = instanceInfo(() => 42n)
    expect([info.readUInt32LE(0), info.readBigUInt64LE(24), application.readUInt32LE(44)]).toEqual([1, 42n, (1 << 22) | (2 << 12)])
  })
})

describe('native libraries', () => {
  it('reads versions of CUDA and cuDNN', () => {
    expect([cudaVersion(12080), cudaVersion(11040), cudnnVersion(90701), cudnnVersion(8907)]).toEqual(['12.8', '11.4', '9.7.1', '8.9.7'])
  })
})
