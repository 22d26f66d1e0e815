import { InferenceSession, Tensor, listSupportedBackends } from 'onnxruntime-node'
import { AppError, invariant } from '../../shared/errors.ts'
import type { Provider } from '../../shared/model/device.ts'
import type { DType, TensorData } from '../tensor/dtype.ts'
import { runtimeFailure } from './failure.ts'

/** A value of ONNX Runtime: host memory (typed array) or a buffer of the device. Never call getData() on a device value: it aborts the process; use `downloadTensors`. */
export type RuntimeTensor = Tensor

export interface SessionOptions {
  provider: Provider
  /** Index of the provider's adapter (cuda, dml); null or absent: its first. webgpu takes what `selectAdapter` showed to this process. */
  adapter?: number | null
  /** Threads of one operator; always explicit, because the default takes every core. */
  threads: number
  /** Waiting threads spin: a little faster alone, starves data workers that share the cores. Default false. */
  spinning?: boolean
  /** Outputs that stay on the device and can be fed back; 'all' or names. Ignored by cpu. */
  onDevice?: 'all' | readonly string[]
  /** Fail at creation when a node would fall back to the CPU. Default true for every device provider. */
  strict?: boolean
  /** Writes ORT's profile as `<prefix>_<time>.json` on dispose. */
  profilePrefix?: string
  /** Writes the optimised graph there, for reading. */
  optimizedModelPath?: string
}

/** Providers compiled into the addon on this platform, cpu included. */
export function bundledProviders(): { name: string; bundled: boolean }[] {
  return listSupportedBackends().map((b) => ({ name: b.name, bundled: b.bundled }))
}

const dtypeOfArray = new Map<unknown, DType>([
  [Float32Array, 'float32'],
  [Int32Array, 'int32'],
  [BigInt64Array, 'int64'],
  [Uint8Array, 'uint8'],
  [Uint16Array, 'float16'],
])

/** Wraps a typed array without a copy; a Uint8Array is uint8 unless `dtype` says bool, a Uint16Array is float16. */
export function hostTensor(data: TensorData, dims: readonly number[], dtype?: DType): RuntimeTensor {
  const type = dtype ?? dtypeOfArray.get(data.constructor)
  invariant(type, 'a tensor needs one of the known typed arrays')
  const tensor = new Tensor(type, data as Float32Array, dims)
  // Where the engine knows Float16Array, Tensor makes one of it, which the addon of 1.30 takes for empty: it wants the bits.
  if (type === 'float16') Object.assign(tensor, { cpuData: data })
  return tensor
}

/** The host memory of a tensor that lies on the host. */
export function hostData(tensor: RuntimeTensor): TensorData {
  invariant(tensor.location === 'cpu', 'a device tensor is downloaded by a session, not read')
  return tensor.data as TensorData
}

export function isOnDevice(tensor: RuntimeTensor): boolean {
  return tensor.location !== 'cpu'
}

/** One loaded ONNX graph. `run` blocks the calling thread while it computes. */
export class Session {
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  readonly provider: Provider
  readonly #inner: InferenceSession
  readonly #profiling: boolean

  private constructor(inner: InferenceSession, options: SessionOptions) {
    this.#inner = inner
    this.#profiling = options.profilePrefix !== undefined
    this.provider = options.provider
    this.inputNames = inner.inputNames
    this.outputNames = inner.outputNames
  }

  /** Loads ONNX bytes (or a file with external data). Errors: device/not-available, device/failed, device/out-of-memory. */
  static async create(model: Uint8Array | string, options: SessionOptions): Promise<Session> {
    requireBundled(options.provider)
    try {
      const inner =
        typeof model === 'string'
          ? await InferenceSession.create(model, nativeOptions(options))
          : await InferenceSession.create(model, nativeOptions(options))
      return new Session(inner, options)
    } catch (cause) {
      throw runtimeFailure(options.provider, 'could not load the graph', cause)
    }
  }

  /** Feeds by name; results land in `into` where given (host typed arrays are filled in place), otherwise in fresh tensors. `only` limits what is fetched. Errors: device/failed, device/out-of-memory. */
  async run(
    feeds: Readonly<Record<string, RuntimeTensor>>,
    into?: Readonly<Record<string, RuntimeTensor | null>>,
  ): Promise<Record<string, RuntimeTensor>> {
    try {
      return into ? await this.#inner.run(feeds, into) : await this.#inner.run(feeds)
    } catch (cause) {
      throw runtimeFailure(this.provider, 'failed while running', cause)
    }
  }

  async dispose(): Promise<void> {
    if (this.#profiling) this.#inner.endProfiling()
    await this.#inner.release()
  }
}

/** Errors: device/not-available. */
function requireBundled(provider: Provider): void {
  if (bundledProviders().some((b) => b.name === provider)) return
  throw new AppError('device/not-available', `this build of onnxruntime-node has no ${provider} provider`, { provider })
}

function providerOption({ provider, adapter }: SessionOptions): InferenceSession.ExecutionProviderConfig {
  if (adapter === undefined || adapter === null || (provider !== 'cuda' && provider !== 'dml')) return provider
  return { name: provider, deviceId: adapter }
}

function nativeOptions(options: SessionOptions): InferenceSession.SessionOptions {
  const device = options.provider !== 'cpu'
  const strict = device && (options.strict ?? true)
  const locations =
    options.onDevice === 'all'
      ? ('gpu-buffer' as const)
      : options.onDevice
        ? Object.fromEntries(options.onDevice.map((name) => [name, 'gpu-buffer' as const]))
        : undefined
  return {
    executionProviders: [providerOption(options)],
    intraOpNumThreads: options.threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    // A pattern is a second copy of the memory that the arena of the first run keeps; steps take as long without it.
    enableMemPattern: false,
    ...(device && locations ? { preferredOutputLocation: locations } : {}),
    ...(options.profilePrefix === undefined ? {} : { enableProfiling: true, profileFilePrefix: options.profilePrefix }),
    ...(options.optimizedModelPath === undefined ? {} : { optimizedModelFilePath: options.optimizedModelPath }),
    extra: {
      session: {
        intra_op: { allow_spinning: options.spinning ? '1' : '0' },
        ...(strict ? { disable_cpu_ep_fallback: '1' } : {}),
      },
    },
  }
}
