import { readFileSync, realpathSync } from 'node:fs'
import type { CudaDevice, CudaLibrary, Hardware } from '../../../shared/model/device.ts'
import { nativeCallsProblem, openLibrary, type NativeLibrary } from './koffi.ts'

/** What the CUDA provider of onnxruntime-node 1.30 (CUDA 12, cuDNN 9) is linked against. */
const needed = ['libcudart.so.12', 'libcublas.so.12', 'libcublasLt.so.12', 'libcurand.so.10', 'libcufft.so.11', 'libcudnn.so.9'] as const
const busIdBytes = 32

type Call = (...args: (bigint | number | Buffer | null)[]) => number

/** The NVIDIA driver's own library, the cards it shows to this process, and the libraries of CUDA that the dynamic loader finds (Linux). */
export function findCuda(platform: NodeJS.Platform = process.platform): Hardware['cuda'] {
  const nothing = { driverCuda: null, devices: [], libraries: [] }
  const driverFile = platform === 'linux' ? 'libcuda.so.1' : platform === 'win32' ? 'nvcuda.dll' : null
  if (driverFile === null) return { ...nothing, error: null }
  const problem = nativeCallsProblem()
  if (problem !== null) return { ...nothing, error: problem }
  const libraries = platform === 'linux' ? needed.map(findLibrary) : []
  try {
    return { ...askDriver(openLibrary([driverFile])), libraries }
  } catch (error) {
    return { ...nothing, error: error instanceof Error ? error.message : String(error), libraries }
  }
}

function findLibrary(file: string): CudaLibrary {
  try {
    const library = openLibrary([file])
    const path = mappedFile(file)
    return { file, path, version: askedVersion(library) ?? fileVersion(path) }
  } catch {
    return { file, path: null, version: null }
  }
}

/** Where the library that was just loaded lies, with links followed; its bare name where that cannot be read. */
function mappedFile(file: string): string {
  try {
    const line = readFileSync('/proc/self/maps', 'utf8')
      .split('\n')
      .find((text) => text.includes(`/${file.replace(/\.so.*/, '.so')}`))
    return line ? realpathSync(line.slice(line.indexOf('/'))) : file
  } catch {
    return file
  }
}

const fileVersion = (path: string): string | null => /\.so\.([\d.]+)$/.exec(path)?.[1] ?? null

/** The version of the libraries that tell it without a device. */
function askedVersion(library: NativeLibrary): string | null {
  const runtime = library.find<Call>('int cudaRuntimeGetVersion(void *version)')
  if (runtime) {
    const out = Buffer.alloc(4)
    return runtime(out) === 0 ? cudaVersion(out.readInt32LE()) : null
  }
  const cudnn = library.find<() => number | bigint>('size_t cudnnGetVersion()')
  return cudnn ? cudnnVersion(Number(cudnn())) : null
}

/** 12080 -> 12.8 */
export const cudaVersion = (packed: number): string => `${Math.floor(packed / 1000)}.${Math.floor((packed % 1000) / 10)}`

/** 90701 -> 9.7.1; cuDNN 8 and older packed with hundreds: 8907 -> 8.9.7. */
export const cudnnVersion = (packed: number): string =>
  packed >= 90_000
    ? `${Math.floor(packed / 10_000)}.${Math.floor((packed % 10_000) / 100)}.${packed % 100}`
    : `${Math.floor(packed / 1000)}.${Math.floor((packed % 1000) / 100)}.${packed % 100}`

function askDriver(library: NativeLibrary): Omit<Hardware['cuda'], 'libraries'> {
  const call = (declaration: string): Call => {
    const found = library.find<Call>(declaration)
    if (!found) throw new Error(`${library.file} has no ${declaration}`)
    return found
  }
  const out = Buffer.alloc(8)
  const versionCode = call('int cuDriverGetVersion(void *version)')(out)
  const driverCuda = versionCode === 0 ? cudaVersion(out.readInt32LE()) : null
  const started = call('int cuInit(unsigned int flags)')(0)
  if (started !== 0)
    return {
      driverCuda,
      error: `the NVIDIA driver does not start (cuInit answers ${started}: ${initErrors[started] ?? 'unknown'})`,
      devices: [],
    }
  call('int cuDeviceGetCount(void *count)')(out)
  const devices = Array.from({ length: out.readInt32LE() }, (_, index) => readDevice(call, index))
  return { driverCuda, error: null, devices }
}

/** What cuInit answers most often when it fails. */
const initErrors: Readonly<Record<number, string>> = {
  100: 'no card is visible to this process',
  803: 'the driver and its library are of different versions; restart the machine',
  804: 'the card is too old for this driver',
  999: 'unknown error; the kernel module may not be loaded',
}

function readDevice(call: (declaration: string) => Call, index: number): CudaDevice {
  const handle = Buffer.alloc(4)
  call('int cuDeviceGet(void *device, int ordinal)')(handle, index)
  const device = handle.readInt32LE()
  const name = Buffer.alloc(256)
  call('int cuDeviceGetName(void *name, int length, int device)')(name, name.length, device)
  const memory = Buffer.alloc(8)
  call('int cuDeviceTotalMem_v2(void *bytes, int device)')(memory, device)
  const pci = Buffer.alloc(busIdBytes)
  const pciCode = call('int cuDeviceGetPCIBusId(void *text, int length, int device)')(pci, pci.length, device)
  const text = (bytes: Buffer) => bytes.toString('utf8', 0, Math.max(0, bytes.indexOf(0)))
  return { index, name: text(name), memoryBytes: Number(memory.readBigUInt64LE()), pci: pciCode === 0 ? text(pci) : null }
}
