import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { AppError } from '../../shared/errors.ts'
import type { Provider } from '../../shared/model/device.ts'
import { GraphBuilder } from '../graph/builder.ts'
import { encodeModel } from '../graph/codec.ts'
import { onnxTypeCode } from '../tensor/dtype.ts'
import { createExecutor } from './createExecutor.ts'
import { chooseTfjsBackend, explainTfjs } from './tfjs/backend.ts'
import { Session, hostData, hostTensor } from './session.ts'

export interface ProbeResult {
  usable: boolean
  /** What is known of the adapter: the Vulkan driver that the environment names. */
  adapter: string | null
  /** The provider would compute on the CPU in disguise; 'auto' never takes it. */
  software: boolean
  error: string | null
}

/** Starts a provider on a tiny graph: it must add two numbers without falling back to the CPU. */
export async function probeProvider(provider: Provider): Promise<ProbeResult> {
  const { adapter, software } = await adapterOf(provider)
  try {
    const b = new GraphBuilder('probe')
    const x = b.input('x', 'float32', [2])
    b.output('y', b.node1('Add', [x, x], x))
    const executor = await createExecutor(b.graph(), { provider, threads: 1 })
    const { y } = await executor.run({ x: hostTensor(Float32Array.of(1, 2), [2]) })
    const [first, second] = hostData(y!)
    await executor.dispose()
    if (first !== 2 || second !== 4) throw new Error(`1 + 1 = ${first}, 2 + 2 = ${second}`)
    return { usable: true, adapter, software, error: null }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const missing = provider === 'webgpu' && !hasVulkanLoader()
    return { usable: false, adapter, software, error: missing ? noVulkanLoader : reason }
  }
}

async function adapterOf(provider: Provider): Promise<Pick<ProbeResult, 'adapter' | 'software'>> {
  if (provider === 'webgpu') return webgpuAdapter()
  if (provider !== 'tfjs') return { adapter: null, software: false }
  const { backend } = await chooseTfjsBackend()
  return { adapter: backend, software: backend === 'cpu' }
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
 * Dawn does not say through ONNX Runtime which adapter it took. On Linux it is software when the environment names a software driver, or when
 * there is no device file of a GPU at all; Windows and macOS always bring a hardware one.
 */
export function webgpuAdapter(
  platform = process.platform,
  env: Readonly<Record<string, string | undefined>> = process.env,
  hasGpuFile = gpuFile,
): { adapter: string | null; software: boolean } {
  if (platform !== 'linux') return { adapter: null, software: false }
  const drivers = env['VK_DRIVER_FILES'] ?? env['VK_ICD_FILENAMES'] ?? ''
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
}

const choice = (provider: Provider, because: string): ProviderChoice => ({ provider, name: provider, because, notes: [] })

/** TensorFlow.js computes somewhere always; where matters. */
async function tfjsChoice(): Promise<ProviderChoice> {
  const found = await chooseTfjsBackend()
  const plain = found.backend === 'cpu'
  return {
    provider: 'tfjs',
    name: `tfjs (${found.backend})`,
    because: `tfjs (${found.backend}), as configured`,
    notes: [
      plain
        ? `warning: TensorFlow.js computes in plain JavaScript, in one thread and many times slower than cpu, because ${explainTfjs(found)}`
        : explainTfjs(found),
      'validation and sample pictures are computed by ONNX Runtime on the cpu, with the weights of the moment',
    ],
  }
}

/** The provider a training uses, and why. 'auto' takes a GPU that really starts, otherwise the CPU. Errors: device/not-available for one asked for by name. */
export async function chooseProvider(asked: Provider | 'auto'): Promise<ProviderChoice> {
  if (asked === 'cpu') return choice('cpu', 'cpu, as configured')
  if (asked === 'tfjs') return tfjsChoice()
  const wanted = asked === 'auto' ? 'webgpu' : asked
  // Not even started when it would be software: that takes seconds and the answer is known.
  if (asked === 'auto' && webgpuAdapter().software) return choice('cpu', 'cpu: no GPU was found')
  const probe = await probeProvider(wanted)
  if (probe.usable)
    return choice(
      wanted,
      asked === 'auto' ? `${wanted}: a GPU was found` : `${wanted}, as configured${probe.software ? ' (a software adapter)' : ''}`,
    )
  if (asked === 'auto') return choice('cpu', `cpu: webgpu did not start (${probe.error ?? 'unknown'})`)
  throw new AppError('device/not-available', `${asked} does not work here: ${probe.error ?? 'unknown'}`, {
    provider: asked,
    reason: probe.error,
  })
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
export async function choosePrecision(asked: 'fp32' | 'fp16', provider: Provider): Promise<PrecisionChoice> {
  if (asked === 'fp32') return { precision: 'fp32', because: null }
  const reason = await halfProblem(provider)
  return reason === null
    ? { precision: 'fp16', because: `products in float16 on ${provider}, with dynamic loss scaling` }
    : { precision: 'fp32', because: `warning: float16 was asked for, but ${reason}; this run computes in float32` }
}

/** Why a provider cannot train in float16, null when it can: it must multiply two float16 matrices without falling back to the CPU. */
async function halfProblem(provider: Provider): Promise<string | null> {
  if (provider !== 'webgpu' && provider !== 'cuda') return `${provider} has no float16 arithmetic`
  try {
    const b = new GraphBuilder('half')
    const x = b.input('x', 'float32', [2, 2])
    const half = { dtype: 'float16', shape: [2, 2] } as const
    const cast = b.node1('Cast', [x], half, { to: onnxTypeCode.float16 })
    b.output('y', b.node1('Cast', [b.node1('MatMul', [cast, cast], half)], x, { to: onnxTypeCode.float32 }))
    const session = await Session.create(encodeModel(b.graph()), { provider, threads: 1 })
    const { y } = await session.run({ x: hostTensor(Float32Array.of(1, 2, 3, 4), [2, 2]) })
    const product = [...(hostData(y!) as Float32Array)].join()
    await session.dispose()
    return product === '7,10,15,22' ? null : `${provider} multiplies float16 wrongly (${product})`
  } catch (error) {
    return `${provider} cannot compute in float16 here (${error instanceof Error ? error.message : String(error)})`
  }
}
