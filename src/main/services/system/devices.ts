import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, totalmem } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { entryHref } from '../../../shared/entries.ts'
import type { DeviceReport, Provider } from '../../../shared/model/device.ts'
import { startCompute } from '../../jobs/computeProcess.ts'
import type { Supervisor } from '../../jobs/supervisor.ts'

type ProviderReport = DeviceReport['providers'][number]

const probeTimeoutMs = 60_000
const load = createRequire(import.meta.url)

/** What this machine has: every provider that is there is really started, each in a process of its own. */
async function findDevices(supervisor: Supervisor, version: string): Promise<DeviceReport> {
  const providers: ProviderReport[] = []
  // One after the other: two providers that start at once disturb each other's timing and memory.
  for (const name of ['cpu', 'webgpu', 'cuda', 'dml', 'coreml'] as const) providers.push(await probe(supervisor, name))
  const processors = cpus()
  return {
    cpu: { model: processors[0]?.model.trim() ?? 'unknown', cores: processors.length, memoryBytes: totalmem() },
    providers,
    auto: chooseAuto(providers),
    tfjs: await probeTfjs(supervisor),
    electron: electronState(),
    versions: versions(version),
  }
}

/** The report is made once and kept until it is asked for afresh. */
export interface DeviceFinder {
  find(fresh: boolean): Promise<DeviceReport>
  /** What is known without starting anything. */
  known(): DeviceReport | null
}

export function createDeviceFinder(supervisor: Supervisor, version: string): DeviceFinder {
  let report: Promise<DeviceReport> | null = null
  let latest: DeviceReport | null = null
  return {
    known: () => latest,
    async find(fresh) {
      if (fresh) report = null
      report ??= findDevices(supervisor, version)
      try {
        return (latest = await report)
      } catch (error) {
        report = null
        throw error
      }
    },
  }
}

/** What the installed runtime carries on this platform; CUDA counts once its provider library was fetched. */
export function isBundled(name: Provider, platform: string = process.platform, arch: string = process.arch): boolean {
  if (name === 'cpu') return true
  if (name === 'webgpu') return platform === 'win32' || platform === 'darwin' || (platform === 'linux' && arch === 'x64')
  if (name === 'dml') return platform === 'win32'
  if (name === 'coreml') return platform === 'darwin'
  return (
    platform === 'linux' &&
    existsSync(path.join(packageFolder('onnxruntime-node') ?? '', 'bin', 'napi-v6', platform, arch, 'libonnxruntime_providers_cuda.so'))
  )
}

async function probe(supervisor: Supervisor, name: Provider): Promise<ProviderReport> {
  if (!isBundled(name)) {
    const error = name === 'cuda' ? 'the CUDA provider was not downloaded' : `not available on ${process.platform}`
    return { name, bundled: false, usable: false, software: false, adapter: null, error }
  }
  const compute = startCompute(supervisor, { name: `probe of ${name}` })
  try {
    const answer = await compute.client.probe({ provider: name }, { signal: AbortSignal.timeout(probeTimeoutMs) })
    return { name, bundled: true, ...answer }
  } catch (error) {
    return {
      name,
      bundled: true,
      usable: false,
      software: false,
      adapter: null,
      error: error instanceof Error ? error.message || 'it did not answer' : String(error),
    }
  } finally {
    await compute.supervised.stop(1_000)
  }
}

/** The same rule as the training's: a GPU that really starts and is not software, else the CPU. */
export function chooseAuto(providers: readonly ProviderReport[]): DeviceReport['auto'] {
  const webgpu = providers.find((provider) => provider.name === 'webgpu')
  if (webgpu?.usable && !webgpu.software) return { provider: 'webgpu', because: 'a GPU was found' }
  if (webgpu?.software) return { provider: 'cpu', because: 'no GPU was found' }
  return { provider: 'cpu', because: webgpu?.error ?? 'webgpu is not bundled here' }
}

const tfjsAnswerSchema = z.object({ loads: z.boolean(), state: z.string() })

/** The optional TensorFlow package is loaded in a process of its own, because it may end it. */
async function probeTfjs(supervisor: Supervisor): Promise<DeviceReport['tfjs']> {
  if (packageFolder('@tensorflow/tfjs-node-gpu') === null) return { installed: false, loads: false, state: 'not installed (optional)' }
  const { child, ended } = supervisor.spawn(fileURLToPath(entryHref('tfjsProbe', import.meta.url)), { name: 'probe of tfjs' })
  const timer = setTimeout(() => child.kill('SIGKILL'), probeTimeoutMs)
  const { reason } = await ended
  clearTimeout(timer)
  // The child says it on its last line: native libraries write to the same place.
  const line = child
    .lastWords()
    .split('\n')
    .findLast((text) => text.startsWith('{"loads"'))
  const answer = line ? tfjsAnswerSchema.safeParse(JSON.parse(line)) : null
  return answer?.success ? { installed: true, ...answer.data } : { installed: true, loads: false, state: `its process ended: ${reason}` }
}

function electronState(): DeviceReport['electron'] {
  if (process.versions['electron']) return { installed: true, state: `running, ${process.versions['electron']}` }
  const folder = packageFolder('electron')
  if (folder === null) return { installed: false, state: 'package not installed' }
  const executable = process.platform === 'win32' ? 'electron.exe' : process.platform === 'darwin' ? 'Electron.app' : 'electron'
  return existsSync(path.join(folder, 'dist', executable))
    ? { installed: true, state: `runtime ${packageVersion('electron')}` }
    : { installed: false, state: 'runtime not downloaded; the studio runs in the browser instead' }
}

export function versions(studio: string): Record<string, string> {
  const packages = ['onnxruntime-node', 'better-sqlite3', 'sharp']
  return {
    studio,
    node: process.versions.node,
    v8: process.versions.v8,
    ...Object.fromEntries(packages.map((name) => [name, packageVersion(name)])),
  }
}

function packageFolder(name: string): string | null {
  for (const base of load.resolve.paths(name) ?? []) if (existsSync(path.join(base, name, 'package.json'))) return path.join(base, name)
  return null
}

function packageVersion(name: string): string {
  const folder = packageFolder(name)
  if (!folder) return 'not installed'
  return (JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as { version: string }).version
}
