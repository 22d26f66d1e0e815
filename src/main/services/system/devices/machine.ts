import { accessSync, constants, readdirSync, readFileSync } from 'node:fs'
import { cpus, freemem, totalmem } from 'node:os'
import path from 'node:path'
import type { DeviceReport, SystemGpu } from '../../../../shared/model/device.ts'
import { ask } from './ask.ts'
import { containerLimits, type ContainerLimits } from './cgroup.ts'
import { parseCpuinfo, parseSysctl, type CpuFacts } from './cpuInfo.ts'
import { readNvidiaSmi } from './nvidiaSmi.ts'
import { parseMacGpus, parseWindowsGpus, windowsQuery } from './systemGpus.ts'

const askTimeoutMs = 4_000

/** The processor and its memory, from what this platform gives. */
export async function describeCpu(): Promise<DeviceReport['cpu']> {
  const processors = cpus()
  const { features, physicalCores } = await cpuFacts()
  return {
    model: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    physicalCores,
    features,
    memoryBytes: totalmem(),
    freeBytes: freemem(),
  }
}

async function cpuFacts(): Promise<CpuFacts> {
  if (process.platform === 'linux') return parseCpuinfo(readText('/proc/cpuinfo') ?? '')
  const answer = process.platform === 'darwin' ? await ask('sysctl', ['-a'], askTimeoutMs) : null
  return answer?.kind === 'text' ? parseSysctl(answer.text) : { features: null, physicalCores: null }
}

export const describeContainer = (): ContainerLimits =>
  process.platform === 'linux' ? containerLimits(readText) : { cpus: null, memoryBytes: null }

export const askNvidia = async (): Promise<DeviceReport['nvidia']> => readNvidiaSmi(await ask('nvidia-smi', ['-q', '-x'], askTimeoutMs))

/** The cards as Windows and macOS list them. */
export async function listGpus(): Promise<SystemGpu[]> {
  if (process.platform === 'win32') {
    const answer = await ask('powershell.exe', windowsQuery, askTimeoutMs)
    return answer.kind === 'text' ? parseWindowsGpus(answer.text) : []
  }
  if (process.platform !== 'darwin') return []
  const answer = await ask('system_profiler', ['SPDisplaysDataType', '-json'], askTimeoutMs)
  return answer.kind === 'text' ? parseMacGpus(answer.text) : []
}

/** Device files of graphics cards that exist but that this user may not open (Linux). */
export function closedGpuFiles(folder = '/dev/dri'): string[] {
  let names: string[]
  try {
    names = readdirSync(folder).filter((name) => name.startsWith('renderD'))
  } catch {
    return []
  }
  return names
    .map((name) => path.join(folder, name))
    .filter((file) => {
      try {
        accessSync(file, constants.R_OK | constants.W_OK)
        return false
      } catch {
        return true
      }
    })
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
