import { z } from 'zod'

export const providerSchema = z.enum(['cpu', 'webgpu', 'cuda', 'dml', 'coreml', 'tfjs'])
export type Provider = z.infer<typeof providerSchema>

/** What TensorFlow.js computes with here, and why: TensorFlow's native library where it starts, otherwise plain JavaScript. */
export const tfjsChoiceSchema = z.object({
  backend: z.enum(['tensorflow', 'cpu']),
  reason: z.enum(['starts', 'noPackage', 'noLibrary', 'broken']),
  /** What a library that does not start said; empty otherwise. */
  detail: z.string(),
})
export type TfjsChoice = z.infer<typeof tfjsChoiceSchema>

export const adapterTypeSchema = z.enum(['discrete', 'integrated', 'virtual', 'cpu', 'other'])
export type AdapterType = z.infer<typeof adapterTypeSchema>

const heapSchema = z.object({ bytes: z.number(), deviceLocal: z.boolean() })

/** A graphics adapter as the Vulkan loader tells of it. */
export const vulkanAdapterSchema = z.object({
  index: z.int(),
  name: z.string(),
  vendor: z.string(),
  vendorId: z.int(),
  deviceId: z.int(),
  type: adapterTypeSchema,
  /** Name and version of the driver in its own words, or its bare number. */
  driver: z.string(),
  apiVersion: z.string(),
  heaps: z.array(heapSchema),
  /** Tells two cards of one kind apart; null where the driver has none. */
  uuid: z.string().nullable(),
  /** domain:bus:device.function; null where the driver does not say. */
  pci: z.string().nullable(),
})
export type VulkanAdapter = z.infer<typeof vulkanAdapterSchema>

export const cudaLibrarySchema = z.object({
  file: z.string(),
  /** Where the dynamic loader found it; null when it did not. */
  path: z.string().nullable(),
  version: z.string().nullable(),
})
export type CudaLibrary = z.infer<typeof cudaLibrarySchema>

export const cudaDeviceSchema = z.object({ index: z.int(), name: z.string(), memoryBytes: z.number(), pci: z.string().nullable() })
export type CudaDevice = z.infer<typeof cudaDeviceSchema>

/** What only native calls can tell; asked in a process of its own, because drivers crash. */
export const hardwareSchema = z.object({
  vulkan: z.object({ loader: z.string().nullable(), error: z.string().nullable(), adapters: z.array(vulkanAdapterSchema) }),
  cuda: z.object({
    /** What libcuda says the driver supports, '12.8'; null without the driver's library. */
    driverCuda: z.string().nullable(),
    error: z.string().nullable(),
    devices: z.array(cudaDeviceSchema),
    libraries: z.array(cudaLibrarySchema),
  }),
})
export type Hardware = z.infer<typeof hardwareSchema>

/** One of the adapters that `device.adapters` of a config can name for a provider. */
export const adapterChoiceSchema = z.object({ index: z.int(), name: z.string(), software: z.boolean() })
export type AdapterChoice = z.infer<typeof adapterChoiceSchema>

/** How a provider did on a tiny graph. */
export const probeAnswerSchema = z.object({
  usable: z.boolean(),
  /** The adapter it computes on, where that is known. */
  adapter: z.string().nullable(),
  /** The provider would compute on the CPU in disguise; 'auto' never takes it. */
  software: z.boolean(),
  error: z.string().nullable(),
  /** Milliseconds from the bytes of the graph to its first result. */
  startMs: z.number().nullable(),
  /** It multiplies float16 matrices; null where that was not asked. */
  half: z.boolean().nullable(),
})
export type ProbeAnswer = z.infer<typeof probeAnswerSchema>

const providerReportSchema = probeAnswerSchema.extend({
  name: providerSchema,
  bundled: z.boolean(),
  adapters: z.array(adapterChoiceSchema),
})
export type ProviderReport = z.infer<typeof providerReportSchema>

/** Why 'auto' passed over a provider: it is not here, computes in software, or did not start. */
export const passedSchema = z.object({
  provider: providerSchema,
  why: z.enum(['absent', 'software', 'failed']),
  detail: z.string().nullable(),
})
export const autoChoiceSchema = z.object({
  provider: providerSchema,
  adapter: z.string().nullable(),
  passed: z.array(passedSchema),
})
export type AutoChoice = z.infer<typeof autoChoiceSchema>

const gpuSchema = z.object({
  name: z.string(),
  driver: z.string().nullable(),
  memoryBytes: z.number().nullable(),
  pci: z.string().nullable(),
})
export type SystemGpu = z.infer<typeof gpuSchema>

export const nvidiaSchema = z.object({
  driver: z.string().nullable(),
  /** The newest CUDA the driver runs. */
  cuda: z.string().nullable(),
  gpus: z.array(gpuSchema),
  /** Why nvidia-smi could not be asked. */
  error: z.string().nullable(),
})
export type NvidiaFacts = z.infer<typeof nvidiaSchema>

/** What keeps the CUDA provider from working, piece by piece. */
export const missingPieceSchema = z.object({
  key: z.enum(['driver', 'driverCuda', 'driverOld', 'driverBroken', 'provider', 'library']),
  data: z.record(z.string(), z.string()),
})
export type MissingPiece = z.infer<typeof missingPieceSchema>

export const deviceWarningSchema = z.object({
  key: z.enum([
    'containerMemory',
    'containerCpus',
    'noAvx2',
    'noNativeCalls',
    'noVulkanLoader',
    'noVulkanDriver',
    'softwareOnly',
    'noGpuAccess',
    'vulkanCrashed',
    'nvidiaSmi',
    'cudaMissing',
  ]),
  data: z.record(z.string(), z.union([z.string(), z.number()])),
})
export type DeviceWarning = z.infer<typeof deviceWarningSchema>

export const deviceReportSchema = z.object({
  platform: z.string(),
  cpu: z.object({
    model: z.string(),
    /** Logical processors. */
    cores: z.int(),
    physicalCores: z.int().nullable(),
    /** Instruction sets that matter here; null where the system does not tell. */
    features: z.array(z.string()).nullable(),
    memoryBytes: z.number(),
    freeBytes: z.number(),
  }),
  /** Limits of the container this runs in; null where there is none. */
  container: z.object({ cpus: z.number().nullable(), memoryBytes: z.number().nullable() }),
  hardware: hardwareSchema,
  /** Cards that the system lists itself (Windows, macOS). */
  gpus: z.array(gpuSchema),
  /** null where there is no nvidia-smi. */
  nvidia: nvidiaSchema.nullable(),
  cudaMissing: z.array(missingPieceSchema),
  providers: z.array(providerReportSchema),
  auto: autoChoiceSchema.extend({ because: z.string() }),
  /** What a newcomer should do next. */
  advice: z.enum(['gpuReady', 'gpuNeedsSetup', 'softwareOnly', 'cpuOnly']),
  warnings: z.array(deviceWarningSchema),
  tfjs: z.object({ installed: z.boolean(), loads: z.boolean(), state: z.string() }),
  electron: z.object({ installed: z.boolean(), state: z.string() }),
  versions: z.record(z.string(), z.string()),
})
export type DeviceReport = z.infer<typeof deviceReportSchema>
