import type { AdapterType, VulkanAdapter } from '../../../shared/model/device.ts'

// Layouts of vulkan_core.h (Vulkan 1.2) on 64-bit little-endian machines; offsets in bytes.

const propertiesBytes = 824
const memoryBytes = 520
const maxHeaps = 16
const notFilled = 0xffffffff

/** The chain of property structures that one device fills: properties2 -> driver -> id -> pci. */
export interface PropertyChain {
  readonly properties: Buffer
  readonly driver: Buffer
  readonly id: Buffer
  readonly pci: Buffer
  readonly memory: Buffer
}

const structure = (bytes: number, type: number): Buffer => {
  const buffer = Buffer.alloc(bytes)
  buffer.writeUInt32LE(type, 0)
  return buffer
}

/** Empty structures, linked by `addressOf`. What a driver does not know it leaves as it was. */
export function propertyChain(addressOf: (bytes: Uint8Array) => bigint): PropertyChain {
  const chain: PropertyChain = {
    properties: structure(16 + propertiesBytes, 1_000_059_001),
    driver: structure(536, 1_000_196_000),
    id: structure(64, 1_000_071_004),
    pci: structure(32, 1_000_212_000),
    memory: Buffer.alloc(memoryBytes),
  }
  chain.pci.writeUInt32LE(notFilled, 20)
  chain.properties.writeBigUInt64LE(addressOf(chain.driver), 8)
  chain.driver.writeBigUInt64LE(addressOf(chain.id), 8)
  chain.id.writeBigUInt64LE(addressOf(chain.pci), 8)
  return chain
}

/** VkApplicationInfo for Vulkan 1.2 and the VkInstanceCreateInfo that points at it. */
export function instanceInfo(addressOf: (bytes: Uint8Array) => bigint): { info: Buffer; application: Buffer } {
  const application = structure(48, 0)
  application.writeUInt32LE((1 << 22) | (2 << 12), 44)
  const info = structure(64, 1)
  info.writeBigUInt64LE(addressOf(application), 24)
  return { info, application }
}

const text = (bytes: Buffer, start: number, length: number): string => {
  const end = bytes.indexOf(0, start)
  return bytes.toString('utf8', start, end >= start && end < start + length ? end : start + length).trim()
}

const types: readonly AdapterType[] = ['other', 'integrated', 'discrete', 'virtual', 'cpu']

const vendors: Readonly<Record<number, string>> = {
  0x1002: 'AMD',
  0x106b: 'Apple',
  0x10de: 'NVIDIA',
  0x13b5: 'Arm',
  0x14e4: 'Broadcom',
  0x1ae0: 'Google',
  0x5143: 'Qualcomm',
  0x8086: 'Intel',
  0x10005: 'Mesa',
}

const version = (packed: number): string => `${(packed >>> 22) & 0x7f}.${(packed >>> 12) & 0x3ff}.${packed & 0xfff}`

/** NVIDIA packs its driver's version in its own way, 10.8.8.6 bits. */
const driverVersion = (packed: number, vendorId: number): string =>
  vendorId === 0x10de ? `${packed >>> 22}.${(packed >>> 14) & 0xff}.${(packed >>> 6) & 0xff}` : version(packed)

/** What a filled chain says of the adapter at `index`. */
export function readAdapter(index: number, { properties, driver, id, pci, memory }: PropertyChain): VulkanAdapter {
  const at = 16
  const vendorId = properties.readUInt32LE(at + 8)
  const uuid = id.subarray(16, 32)
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0')
  const [domain, bus, slot, fn] = [16, 20, 24, 28].map((offset) => pci.readUInt32LE(offset)) as [number, number, number, number]
  return {
    index,
    name: text(properties, at + 20, 256) || `adapter ${index}`,
    vendor: vendors[vendorId] ?? `0x${hex(vendorId, 4)}`,
    vendorId,
    deviceId: properties.readUInt32LE(at + 12),
    type: types[properties.readUInt32LE(at + 16)] ?? 'other',
    driver:
      [text(driver, 20, 256), text(driver, 276, 256)].filter(Boolean).join(' ') || driverVersion(properties.readUInt32LE(at + 4), vendorId),
    apiVersion: version(properties.readUInt32LE(at)),
    heaps: readHeaps(memory),
    uuid: uuid.some((byte) => byte !== 0) ? uuid.toString('hex') : null,
    pci: bus === notFilled ? null : `${hex(domain, 4)}:${hex(bus, 2)}:${hex(slot, 2)}.${fn}`,
  }
}

function readHeaps(memory: Buffer): VulkanAdapter['heaps'] {
  const count = Math.min(memory.readUInt32LE(260), maxHeaps)
  return Array.from({ length: count }, (_, heap) => ({
    bytes: Number(memory.readBigUInt64LE(264 + heap * 16)),
    deviceLocal: (memory.readUInt32LE(272 + heap * 16) & 1) === 1,
  }))
}
