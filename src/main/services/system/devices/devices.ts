import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { entryHref } from '../../../../shared/entries.ts'
import { autoBecause, chooseAuto, isBundled } from '../../../../shared/model/autoDevice.ts'
import {
  providerSchema,
  type AdapterChoice,
  type DeviceReport,
  type Hardware,
  type Provider,
  type ProviderReport,
} from '../../../../shared/model/device.ts'
import { startCompute } from '../../../jobs/computeProcess.ts'
import type { Supervised, Supervisor } from '../../../jobs/supervisor.ts'
import { missingForCuda } from './cudaFit.ts'
import { askNvidia, closedGpuFiles, describeContainer, describeCpu, listGpus } from './machine.ts'
import { adviceOf, warningsOf } from './warnings.ts'

const load = createRequire(import.meta.url)

export interface DeviceFinderOptions {
  /** A provider that has not answered by then is said to hang. */
  readonly probeTimeoutMs?: number
}

/** What this machine has: every provider that is there is really started, each in a process of its own. */
async function findDevices(
  supervisor: Supervisor,
  version: string,
  { probeTimeoutMs = 30_000 }: DeviceFinderOptions,
): Promise<DeviceReport> {
  const start = { supervisor, probeTimeoutMs }
  const others = Promise.all([askHardware(start), askNvidia(), listGpus(), describeCpu(), probeTfjs(start), probe(start, 'tfjs')])
  const probes: Omit<ProviderReport, 'adapters'>[] = []
  // Awaited below; what fails before that must not end the studio.
  others.catch(() => undefined)
  // One after the other: two providers that start at once disturb each other's timing and memory.
  for (const name of providerSchema.options) if (name !== 'tfjs') probes.push(await probe(start, name))
  const [hardware, nvidia, gpus, cpu, tfjs, tfjsProvider] = await others
  const providers = [...probes, tfjsProvider].map((report) => ({ ...report, adapters: adaptersOf(report.name, hardware) }))
  const auto = await chooseAuto((name) => providers.find((provider) => provider.name === name)!)
  const facts = {
    platform: process.platform,
    cpu,
    container: describeContainer(),
    hardware,
    gpus,
    nvidia,
    cudaMissing: process.platform === 'linux' ? missingForCuda(nvidia, hardware.cuda, cudaFetched()) : [],
    providers,
    auto: { ...auto, because: autoBecause(auto) },
  }
  const told = { ...facts, closedGpuFiles: process.platform === 'linux' ? closedGpuFiles() : [] }
  return { ...facts, advice: adviceOf(told), warnings: warningsOf(told), tfjs, electron: electronState(), versions: versions(version) }
}

/** The report is made once and kept until it is asked for afresh. */
export interface DeviceFinder {
  find(fresh: boolean): Promise<DeviceReport>
  /** What is known without starting anything. */
  known(): DeviceReport | null
}

export function createDeviceFinder(supervisor: Supervisor, version: string, options: DeviceFinderOptions = {}): DeviceFinder {
  let searching: Promise<DeviceReport> | null = null
  let latest: DeviceReport | null = null
  return {
    known: () => latest,
    async find(fresh) {
      if (latest !== null && !fresh) return latest
      // Who asks while a search is under way gets that one.
      searching ??= findDevices(supervisor, version, options).finally(() => (searching = null))
      return (latest = await searching)
    },
  }
}

interface ProbeStart {
  readonly supervisor: Supervisor
  readonly probeTimeoutMs: number
}

/** The CUDA part of ONNX Runtime was fetched. */
const cudaFetched = (): boolean =>
  existsSync(
    path.join(
      packageFolder('onnxruntime-node') ?? '',
      'bin',
      'napi-v6',
      process.platform,
      process.arch,
      'libonnxruntime_providers_cuda.so',
    ),
  )

/** What a config may name in `device.adapters`. Windows lists cards in another order than DirectML, so those have numbers only. */
function adaptersOf(name: Provider, { vulkan, cuda }: Hardware): AdapterChoice[] {
  if (name === 'webgpu')
    return vulkan.adapters.map((adapter) => ({ index: adapter.index, name: adapter.name, software: adapter.type === 'cpu' }))
  return name === 'cuda' ? cuda.devices.map((device) => ({ index: device.index, name: device.name, software: false })) : []
}

async function probe(start: ProbeStart, name: Provider): Promise<Omit<ProviderReport, 'adapters'>> {
  const nothing = { name, usable: false, software: false, adapter: null, startMs: null, half: null }
  if (!isBundled(name, process.platform, process.arch, cudaFetched())) {
    const fetchable = name === 'cuda' && process.platform === 'linux' && process.arch === 'x64'
    return {
      ...nothing,
      bundled: false,
      error: fetchable ? 'the CUDA provider was not downloaded' : `not available on ${process.platform}`,
    }
  }
  try {
    return { name, bundled: true, ...(await inProcess(start, name, (client, signal) => client.probe({ provider: name }, { signal }))) }
  } catch (error) {
    return { ...nothing, bundled: true, error: reasonOf(error) }
  }
}

async function askHardware(start: ProbeStart): Promise<Hardware> {
  try {
    return await inProcess(start, 'hardware', (client, signal) => client.hardware({}, { signal }))
  } catch (error) {
    const reason = reasonOf(error)
    return {
      vulkan: { loader: 'unknown', error: reason, adapters: [] },
      cuda: { driverCuda: null, error: reason, devices: [], libraries: [] },
    }
  }
}

/** Asks a compute process that is started for this one question. */
async function inProcess<T>(
  { supervisor, probeTimeoutMs }: ProbeStart,
  what: string,
  question: (client: ReturnType<typeof startCompute>['client'], signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const compute = startCompute(supervisor, { name: `probe of ${what}` })
  const signal = AbortSignal.timeout(probeTimeoutMs)
  try {
    return await question(compute.client, signal)
  } catch (error) {
    if (signal.aborted) throw new Error(`it did not answer within ${probeTimeoutMs / 1000} s and was ended`, { cause: error })
    throw error
  } finally {
    await compute.supervised.stop(1_000)
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message || 'it did not answer' : String(error))

const tfjsAnswerSchema = z.object({ loads: z.boolean(), state: z.string() })

/** The optional TensorFlow package is loaded in a process of its own, because it may end it. */
async function probeTfjs({ supervisor, probeTimeoutMs }: ProbeStart): Promise<DeviceReport['tfjs']> {
  if (packageFolder('@tensorflow/tfjs-node-gpu') === null) return { installed: false, loads: false, state: 'not installed (optional)' }
  let supervised: Supervised
  try {
    supervised = supervisor.spawn(fileURLToPath(entryHref('tfjsProbe', import.meta.url)), { name: 'probe of tfjs' })
  } catch (error) {
    // It crashed too often a moment ago.
    return { installed: true, loads: false, state: reasonOf(error) }
  }
  const { child, ended } = supervised
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
