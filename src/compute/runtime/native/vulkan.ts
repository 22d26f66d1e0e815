import type { Hardware, VulkanAdapter } from '../../../shared/model/device.ts'
import { addressOf, nativeCallsProblem, openLibrary, type NativeLibrary } from './koffi.ts'
import { instanceInfo, propertyChain, readAdapter } from './vulkanStructs.ts'

const loaders: Partial<Record<NodeJS.Platform, readonly string[]>> = { linux: ['libvulkan.so.1'], win32: ['vulkan-1.dll'] }
const maxAdapters = 64
const incompatibleDriver = -9

/**
 * Asks the Vulkan loader for its adapters, in its order. Reads the environment as it is now (VK_DRIVER_FILES and the like). A broken driver ends
 * the process.
 */
export function findVulkanAdapters(platform: NodeJS.Platform = process.platform): Hardware['vulkan'] {
  const files = loaders[platform]
  if (!files) return { loader: null, error: null, adapters: [] }
  const problem = nativeCallsProblem()
  if (problem !== null) return { loader: null, error: problem, adapters: [] }
  let library: NativeLibrary
  try {
    library = openLibrary(files)
  } catch (error) {
    return { loader: null, error: error instanceof Error ? error.message : String(error), adapters: [] }
  }
  try {
    return { loader: library.file, error: null, adapters: enumerate(library) }
  } catch (error) {
    return { loader: library.file, error: error instanceof Error ? error.message : String(error), adapters: [] }
  }
}

type Call = (...args: (bigint | Buffer | null)[]) => number

function required(library: NativeLibrary, declaration: string): Call {
  const call = library.find<Call>(declaration)
  if (!call) throw new Error(`${library.file} is no Vulkan loader of version 1.1 or later`)
  return call
}

function enumerate(library: NativeLibrary): VulkanAdapter[] {
  const create = required(library, 'int32_t vkCreateInstance(void *info, void *allocator, void *instance)')
  const destroy = required(library, 'void vkDestroyInstance(uint64_t instance, void *allocator)')
  const list = required(library, 'int32_t vkEnumeratePhysicalDevices(uint64_t instance, void *count, void *devices)')
  const properties = required(library, 'void vkGetPhysicalDeviceProperties2(uint64_t device, void *properties)')
  const memory = required(library, 'void vkGetPhysicalDeviceMemoryProperties(uint64_t device, void *memory)')
  const { info, application } = instanceInfo(addressOf)
  const handle = Buffer.alloc(8)
  const created = create(info, null, handle)
  // The structure that `info` points at lives at least until here.
  if (created === incompatibleDriver || application.length === 0) return []
  if (created !== 0) throw new Error(`vkCreateInstance answers ${created}`)
  const instance = handle.readBigUInt64LE()
  try {
    const count = Buffer.alloc(4)
    count.writeUInt32LE(maxAdapters)
    const devices = Buffer.alloc(8 * maxAdapters)
    const listed = list(instance, count, devices)
    if (listed < 0) throw new Error(`vkEnumeratePhysicalDevices answers ${listed}`)
    return Array.from({ length: Math.min(count.readUInt32LE(), maxAdapters) }, (_, index) => {
      const device = devices.readBigUInt64LE(8 * index)
      const chain = propertyChain(addressOf)
      properties(device, chain.properties)
      memory(device, chain.memory)
      return readAdapter(index, chain)
    })
  } finally {
    destroy(instance, null)
  }
}
