import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { AppError } from '../../shared/errors.ts'
import { autoBecause, chooseAuto, type Candidate } from '../../shared/model/autoDevice.ts'
import type { ProbeAnswer, Provider, VulkanAdapter } from '../../shared/model/device.ts'
import { GraphBuilder } from '../graph/builder.ts'
import { encodeModel } from '../graph/codec.ts'
import { onnxTypeCode } from '../tensor/dtype.ts'
import { createExecutor } from './createExecutor.ts'
import { chooseTfjsBackend, explainTfjs } from './tfjs/backend.ts'
import { dawnChoice, selectAdapter } from './adapters.ts'
import { isInstalled } from './installed.ts'
import { findVulkanAdapters } from './native/vulkan.ts'
import { Session, hostData, hostTensor } from './session.ts'

/** `half`: whether it multiplies float16 matrices is tried too, unless this is false. */
export interface ProbeOptions {
  readonly adapter?: number | null
  readonly half?: boolean
}

/** Starts a provider on a tiny graph: it must add two numbers without falling back to the CPU. `adapter`: see `SessionOptions`. */
export async function probeProvider(provider: Provider, { adapter: index = null, half = false }: ProbeOptions = {}): Promise<ProbeAnswer> {
  let known: { adapter: string | null; software: boolean } = { adapter: null, software: false }
  try {
    known = await selected(provider, index)
    const b = new GraphBuilder('probe')
    const x = b.input('x', 'float32', [2])
    b.output('y', b.node1('Add', [x, x], x))
    const start = performance.now()
    const executor = await createExecutor(b.graph(), { provider, adapter: index, threads: 1 })
    const { y } = await executor.run({ x: hostTensor(Float32Array.of(1, 2), [2]) })
    const startMs = performance.now() - start
    const [first, second] = hostData(y!)
    await executor.dispose()
    if (first !== 2 || second !== 4) throw new Error(`1 + 1 = ${first}, 2 + 2 = ${second}`)
    return { usable: true, ...known, error: null, startMs, half: half ? (await halfProblem(provider, index)) === null : null }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const missing = provider === 'webgpu' && !hasVulkanLoader()
    return { usable: false, ...known, error: missing ? noVulkanLoader : reason, startMs: null, half: null }
  }
}

/** Makes the process compute on that adapter, and says what is known of it. */
async function selected(provider: Provider, index: number | null): Promise<Pick<ProbeAnswer, 'adapter' | 'software'>> {
  if (provider === 'tfjs') {
    const { backend } = await chooseTfjsBackend()
    return { adapter: backend, software: backend === 'cpu' }
  }
  const adapter = selectAdapter(provider, index)
  return provider === 'webgpu' ? webgpuAdapter() : { adapter, software: false }
}

const noVulkanLoader = 'the Vulkan loader libvulkan.so.1 is not installed (on Debian: apt-get install libvulkan1)'

/** On Linux Dawn loads libvulkan.so.1 itself, and says only that there is no adapter where it finds none. */
export function hasVulkanLoader(
  platform = process.platform,
  env: Readonly<Record<string, string | undefined>> = process.env,
  exists: (file: string) => boolean = existsSync,
): boolean {
  if (platform !== 'linux') return true
  const own = (env['LD_LIBRARY_PATH'] ?? '').split(':').filter(Boolean)
  const system = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib', '/usr/local/lib', '/lib64', '/lib']
  return [...own, ...system].some((folder) => exists(join(folder, 'libvulkan.so.1')))
}

/**
 * Dawn does not say through ONNX Runtime which adapter it took: on Linux it is the one it prefers of what the Vulkan loader shows. Where nothing can be
 * listed it is software when the environment names a software driver, or when there is no device file of a GPU at all; Windows and macOS always
 * bring a hardware one.
 */
export function webgpuAdapter(
  platform = process.platform,
  env: Readonly<Record<string, string | undefined>> = process.env,
  hasGpuFile = gpuFile,
  list: () => readonly VulkanAdapter[] = () => findVulkanAdapters().adapters,
): { adapter: string | null; software: boolean } {
  if (platform !== 'linux') return { adapter: null, software: false }
  const drivers = env['VK_DRIVER_FILES'] ?? env['VK_ICD_FILENAMES'] ?? ''
  const seen = drivers !== '' || hasGpuFile() ? dawnChoice(list()) : null
  if (seen) return { adapter: seen.name, software: seen.type === 'cpu' }
  const adapter = drivers === '' ? null : basename(drivers).replace(/\.json$/, '')
  return { adapter, software: /swiftshader|lavapipe|lvp|llvmpipe/i.test(drivers) || !hasGpuFile() }
}

function gpuFile(): boolean {
  const render = existsSync('/dev/dri') && readdirSync('/dev/dri').some((name) => name.startsWith('renderD'))
  return render || existsSync('/dev/nvidia0') || existsSync('/dev/dxg')
}

export interface ProviderChoice {
  readonly provider: Provider
  /** As the run shows it. */
  readonly name: string
  readonly because: string
  /** What else the log has to say about it. */
  readonly notes: readonly string[]
  /** What `SessionOptions.adapter` must be; null: the provider's first. */
  readonly adapter: number | null
}

/** TensorFlow.js computes somewhere always; where matters. */
async function tfjsChoice(index: number | null): Promise<ProviderChoice> {
  const found = await chooseTfjsBackend()
  const plain = found.backend === 'cpu'
  return {
    provider: 'tfjs',
    name: `tfjs (${found.backend})`,
    because: `tfjs (${found.backend}), as configured`,
    adapter: null,
    notes: [
      plain
        ? `warning: TensorFlow.js computes in plain JavaScript, in one thread and many times slower than cpu, because ${explainTfjs(found)}`
        : explainTfjs(found),
      'validation and sample pictures are computed by ONNX Runtime on the cpu, with the weights of the moment',
      ...(index === null ? [] : ['device.adapters is not used: TensorFlow.js takes the first card that CUDA_VISIBLE_DEVICES shows it']),
    ],
  }
}

/**
 * The provider a training uses, and why; `adapter` is an index of its adapters, null: the first. 'auto' takes a GPU that really starts, otherwise the
 * CPU. Call it before the first session of the process. Errors: device/not-available for a provider or an adapter asked for.
 */
export async function chooseProvider(asked: Provider | 'auto', adapter: number | null = null): Promise<ProviderChoice> {
  if (asked === 'tfjs') return tfjsChoice(adapter)
  if (asked === 'cpu') return choice('cpu', 'cpu, as configured', adapter)
  if (asked === 'auto') {
    const auto = await chooseAuto((provider) => look(provider, adapter))
    return choice(auto.provider, `${auto.provider}: ${autoBecause(auto)}`, adapter)
  }
  if (adapter !== null) selectAdapter(asked, adapter)
  const probe = await probeProvider(asked, { adapter })
  if (!probe.usable)
    throw new AppError('device/not-available', `${asked} does not work here: ${probe.error ?? 'unknown'}`, {
      provider: asked,
      ...(probe.error === noVulkanLoader ? { why: 'noDriver' as const } : { why: 'runtimeRefuses' as const, reason: probe.error }),
    })
  const on = probe.adapter === null ? '' : ` on ${probe.adapter}`
  return choice(asked, `${asked}${on}, as configured${probe.software ? ' (a software adapter)' : ''}`, adapter)
}

/** The CPU has no adapters: that it was given some is said, and forgotten. */
function choice(provider: Provider, because: string, adapter: number | null): ProviderChoice {
  const onCpu = provider === 'cpu'
  const notes = onCpu && adapter !== null ? ['device.adapters names graphics cards; this run computes on the CPU and uses none'] : []
  return { provider, name: provider, because, notes, adapter: onCpu ? null : adapter }
}

/** What 'auto' needs to know, found here; software is not even started: that takes seconds and the answer is known. */
async function look(provider: Provider, adapter: number | null): Promise<Candidate> {
  const nothing = { usable: false, software: false, adapter: null, error: null }
  if (!isInstalled(provider)) return { ...nothing, bundled: false }
  if (provider === 'webgpu' && adapter === null) {
    const known = webgpuAdapter()
    if (known.software) return { ...nothing, ...known, bundled: true }
  } else if (adapter !== null && (provider !== 'webgpu' || !webgpuAdapter().software)) selectAdapter(provider, adapter)
  return { ...(await probeProvider(provider, { adapter })), bundled: true }
}

export interface PrecisionChoice {
  readonly precision: 'fp32' | 'fp16'
  /** What there is to say about it. */
  readonly because: string | null
}

/**
 * The precision a training computes in: float16 only where it was asked for and the provider has it (webgpu with shader-f16, cuda); everywhere
 * else float32, which is said.
 */
export async function choosePrecision(asked: 'fp32' | 'fp16', provider: Provider, adapter: number | null = null): Promise<PrecisionChoice> {
  if (asked === 'fp32') return { precision: 'fp32', because: null }
  const reason = await halfProblem(provider, adapter)
  return reason === null
    ? { precision: 'fp16', because: `products in float16 on ${provider}, with dynamic loss scaling` }
    : { precision: 'fp32', because: `warning: float16 was asked for, but ${reason}; this run computes in float32` }
}

/** Why a provider cannot train in float16, null when it can: it must multiply two float16 matrices without falling back to the CPU. */
async function halfProblem(provider: Provider, adapter: number | null): Promise<string | null> {
  if (provider !== 'webgpu' && provider !== 'cuda') return `${provider} has no float16 arithmetic`
  try {
    const b = new GraphBuilder('half')
    const x = b.input('x', 'float32', [2, 2])
    const half = { dtype: 'float16', shape: [2, 2] } as const
    const cast = b.node1('Cast', [x], half, { to: onnxTypeCode.float16 })
    b.output('y', b.node1('Cast', [b.node1('MatMul', [cast, cast], half)], x, { to: onnxTypeCode.float32 }))
    const session = await Session.create(encodeModel(b.graph()), { provider, adapter, threads: 1 })
    const { y } = await session.run({ x: hostTensor(Float32Array.of(1, 2, 3, 4), [2, 2]) })
    const product = [...(hostData(y!) as Float32Array)].join()
    await session.dispose()
    return product === '7,10,15,22' ? null : `${provider} multiplies float16 wrongly (${product})`
  } catch (error) {
    return `${provider} cannot compute in float16 here (${error instanceof Error ? error.message : String(error)})`
  }
}
