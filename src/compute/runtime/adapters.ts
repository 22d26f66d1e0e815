import { existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { AppError, type ErrorData } from '../../shared/errors.ts'
import type { AdapterType, Provider, VulkanAdapter } from '../../shared/model/device.ts'
import { findCuda } from './native/cuda.ts'
import { findVulkanAdapters } from './native/vulkan.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Dawn's order when it is asked for speed, as ONNX Runtime asks; of two alike the loader's first. It knows no virtual cards and puts them last. */
const rank: Readonly<Record<AdapterType, number>> = { discrete: 0, integrated: 1, cpu: 2, virtual: 3, other: 3 }

/** The adapter that webgpu computes on when it sees these; null when it sees none. */
export function dawnChoice(adapters: readonly VulkanAdapter[]): VulkanAdapter | null {
  return [...adapters].sort((a, b) => rank[a.type] - rank[b.type] || a.index - b.index)[0] ?? null
}

const sameCard = (a: VulkanAdapter, b: VulkanAdapter): boolean =>
  a.vendorId === b.vendorId && a.deviceId === b.deviceId && a.name === b.name && a.uuid === b.uuid && a.pci === b.pci

/**
 * Variables by which the Vulkan loader (filters: 1.3.3xx and later; order: earlier) and Mesa's device-select layer show one card alone or first.
 * `driverFile` limits the loader to one driver.
 */
export function isolation({ vendorId, deviceId, pci }: VulkanAdapter, driverFile: string | null): Record<string, string> {
  const hex = (value: number) => value.toString(16).padStart(4, '0')
  const card = `${hex(vendorId)}:${hex(deviceId)}`
  return {
    VK_LOADER_VENDOR_ID_FILTER: `0x${hex(vendorId)}`,
    VK_LOADER_DEVICE_ID_FILTER: `0x${hex(deviceId)}`,
    VK_LOADER_DEVICE_SELECT: card,
    MESA_VK_DEVICE_SELECT: card,
    ...(pci === null ? {} : { DRI_PRIME: `pci-${pci.replace(/[:.]/g, '_')}` }),
    ...(driverFile === null ? {} : { VK_DRIVER_FILES: driverFile }),
  }
}

/** The driver manifests that the Vulkan loader reads on Linux, in its order. */
export function driverFiles(env: Environment = process.env, list: (folder: string) => readonly string[] = listFolder): string[] {
  const named = env['VK_DRIVER_FILES'] ?? env['VK_ICD_FILENAMES']
  const split = (text: string | undefined) => (text ?? '').split(':').filter(Boolean)
  if (named) return split(named)
  const home = env['HOME'] ?? homedir()
  const roots = [
    env['XDG_CONFIG_HOME'] ?? join(home, '.config'),
    ...split(env['XDG_CONFIG_DIRS'] ?? '/etc/xdg'),
    '/etc',
    env['XDG_DATA_HOME'] ?? join(home, '.local/share'),
    ...split(env['XDG_DATA_DIRS'] ?? '/usr/local/share:/usr/share'),
  ]
  return roots.flatMap((root) => {
    const folder = join(root, 'vulkan/icd.d')
    return list(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => join(folder, name))
  })
}

const listFolder = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder).sort() : [])

/**
 * Makes this process compute on the adapter of that index, null: the one the provider takes by itself. Answers with its name where that is known.
 * For webgpu before its first session. Errors: device/not-available with the adapters that were found.
 */
export function selectAdapter(provider: Provider, index: number | null): string | null {
  if (provider === 'webgpu') return index === null ? null : selectWebgpu(index)
  if (provider === 'cuda') {
    const { devices } = findCuda()
    // Without the driver's library the session says itself what is wrong.
    if (index !== null && devices.length > 0) requireListed(provider, index, devices)
    return devices[index ?? 0]?.name ?? null
  }
  if (provider === 'coreml' && index !== null && index > 0) throw notThere(provider, index, 'it has one adapter, 0')
  return null
}

function selectWebgpu(index: number): string | null {
  // Dawn uses Direct3D and Metal there, and ONNX Runtime hands no choice of adapter on to it.
  if (process.platform !== 'linux') {
    if (index === 0) return null
    throw notThere('webgpu', index, `on ${process.platform} webgpu always takes the adapter that the system prefers`)
  }
  const { adapters, error } = findVulkanAdapters()
  if (error !== null) throw notThere('webgpu', index, error)
  requireListed('webgpu', index, adapters)
  const wanted = adapters[index]!
  if (dawnChoice(adapters) === wanted) return wanted.name
  const twins = adapters.filter((adapter) => sameCard(adapter, wanted)).length > 1
  if (!twins && isolate(wanted)) return wanted.name
  const taken = dawnChoice(adapters)!
  throw notThere(
    'webgpu',
    index,
    `this Vulkan loader cannot show ${wanted.name} alone, and webgpu would take adapter ${taken.index} (${taken.name}); choose the provider cuda, or set VK_DRIVER_FILES`,
  )
}

/** Tries the ways to show one card alone and keeps the first that is seen to work. */
function isolate(wanted: VulkanAdapter): boolean {
  for (const driverFile of [null, ...driverFiles()]) {
    const added = isolation(wanted, driverFile)
    const before = Object.fromEntries(Object.keys(added).map((name) => [name, process.env[name]]))
    Object.assign(process.env, added)
    const seen = dawnChoice(findVulkanAdapters().adapters)
    if (seen && sameCard(seen, wanted)) return true
    for (const [name, value] of Object.entries(before))
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
  }
  return false
}

function requireListed(provider: Provider, index: number, found: readonly { index: number; name: string }[]): void {
  if (found.some((adapter) => adapter.index === index)) return
  const list = found.map((adapter) => `${adapter.index} = ${adapter.name}`).join(', ')
  throw list === ''
    ? notThere(provider, index, 'no adapter was found', { why: 'noAdapter' })
    : notThere(provider, index, `found ${list}`, { why: 'otherAdapters', found: list })
}

const notThere = (provider: Provider, index: number, reason: string, data: ErrorData = {}): AppError =>
  new AppError('device/not-available', `${provider} cannot use adapter ${index}: ${reason}`, { provider, adapter: index, reason, ...data })
