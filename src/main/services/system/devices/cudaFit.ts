import type { Hardware, MissingPiece, NvidiaFacts } from '../../../../shared/model/device.ts'

/** The oldest driver on Linux that runs CUDA 12. */
const oldestDriver = '525.60.13'

/** Where NVIDIA's package repository has each library; the versions of CUDA 12 are interchangeable. */
const packages: readonly (readonly [start: string, install: string])[] = [
  ['libcudart', 'cuda-cudart-12-8'],
  ['libcublas', 'libcublas-12-8'],
  ['libcurand', 'libcurand-12-8'],
  ['libcufft', 'libcufft-12-8'],
  ['libcudnn', 'libcudnn9-cuda-12'],
]

/** What stands between this machine and the CUDA provider of ONNX Runtime, piece by piece; empty when nothing is missing or there is no NVIDIA card at all. */
export function missingForCuda(
  nvidia: NvidiaFacts | null,
  { driverCuda, devices, libraries, error }: Hardware['cuda'],
  providerFetched: boolean,
): MissingPiece[] {
  if (devices.length === 0 && (nvidia?.gpus.length ?? 0) === 0 && !providerFetched) return []
  const missing: MissingPiece[] = []
  const driver = nvidia?.driver ?? null
  if (driverCuda === null)
    missing.push({
      piece: 'the NVIDIA driver (libcuda.so.1)',
      install: `driver ${oldestDriver} or newer; in a container: start it with --gpus all`,
    })
  else if (olderThan(driverCuda, '12.0'))
    missing.push({ piece: `a driver for CUDA 12 (this one runs CUDA ${driverCuda})`, install: `driver ${oldestDriver} or newer` })
  else if (driver !== null && olderThan(driver, oldestDriver))
    missing.push({ piece: `a newer NVIDIA driver (this is ${driver})`, install: `driver ${oldestDriver} or newer` })
  else if (error !== null)
    missing.push({ piece: `a working NVIDIA driver: ${error}`, install: 'restart the machine or install the driver again' })
  if (!providerFetched) missing.push({ piece: 'the CUDA part of ONNX Runtime', install: 'maskwright doctor --install-gpu' })
  for (const { file, path } of libraries)
    if (path === null) {
      const name = packages.find(([start]) => file.startsWith(start))?.[1] ?? file
      missing.push({ piece: file, install: `apt-get install ${name} (from NVIDIA's repository for CUDA 12)` })
    }
  return missing
}

/** Compares dotted versions by their numbers. */
export function olderThan(version: string, least: string): boolean {
  const [a, b] = [version, least].map((text) => text.split('.').map(Number)) as [number[], number[]]
  for (let i = 0; i < Math.max(a.length, b.length); i++) if ((a[i] ?? 0) !== (b[i] ?? 0)) return (a[i] ?? 0) < (b[i] ?? 0)
  return false
}
