import type { DeviceReport, DeviceWarning } from '../../../../shared/model/device.ts'
import { gigabytes } from '../../../../shared/text/gigabytes.ts'

/** What the sentences of a report are made from. */
export type Facts = Pick<
  DeviceReport,
  'platform' | 'cpu' | 'container' | 'hardware' | 'gpus' | 'nvidia' | 'cudaMissing' | 'providers' | 'auto'
> & {
  /** Device files of graphics cards that this user may not open. */
  readonly closedGpuFiles: readonly string[]
}

/** What a user should know before the first training, the most important first. */
export function warningsOf(facts: Facts): DeviceWarning[] {
  const { platform, cpu, container, hardware, nvidia, cudaMissing, closedGpuFiles } = facts
  const { vulkan } = hardware
  const warnings: DeviceWarning[] = []
  const warn = (key: DeviceWarning['key'], data: DeviceWarning['data'] = {}) => warnings.push({ key, data })
  const webgpu = facts.providers.find(({ name }) => name === 'webgpu')
  const hardwareAdapter = vulkan.adapters.some(({ type }) => type !== 'cpu')

  if (container.memoryBytes !== null && container.memoryBytes < cpu.memoryBytes)
    warn('containerMemory', { limit: gigabytes(container.memoryBytes), machine: gigabytes(cpu.memoryBytes) })
  if (container.cpus !== null && container.cpus < cpu.cores)
    warn('containerCpus', { limit: Number(container.cpus.toFixed(2)), machine: cpu.cores })
  if (closedGpuFiles.length > 0) warn('noGpuAccess', { files: closedGpuFiles.join(', ') })
  if (nvidia?.error) warn('nvidiaSmi', { reason: nvidia.error })
  if (cudaMissing.length > 0) warn('cudaMissing', { count: cudaMissing.length })
  if (platform === 'linux' && webgpu?.bundled) {
    if (vulkan.error !== null && vulkan.loader !== null) warn('vulkanCrashed', { reason: vulkan.error })
    else if (vulkan.error?.includes('koffi')) warn('noNativeCalls', { reason: vulkan.error })
    else if (vulkan.loader === null) warn('noVulkanLoader')
    else if (vulkan.adapters.length === 0) warn('noVulkanDriver')
    else if (!hardwareAdapter) warn('softwareOnly', { name: vulkan.adapters[0]!.name })
  }
  if (cpu.features !== null && process64(cpu.features) && !cpu.features.includes('AVX2')) warn('noAvx2')
  return warnings
}

/** An x86 processor: those of Arm never have AVX2 and need none. */
const process64 = (features: readonly string[]): boolean => features.some((name) => name.startsWith('SSE'))

/** The next step for someone who has never trained before. */
export function adviceOf({ auto, hardware, nvidia, gpus }: Facts): DeviceReport['advice'] {
  if (auto.provider !== 'cpu') return 'gpuReady'
  const real = hardware.vulkan.adapters.some(({ type }) => type !== 'cpu') || hardware.cuda.devices.length > 0
  if (real || (nvidia?.gpus.length ?? 0) > 0 || gpus.length > 0) return 'gpuNeedsSetup'
  return hardware.vulkan.adapters.length > 0 ? 'softwareOnly' : 'cpuOnly'
}
