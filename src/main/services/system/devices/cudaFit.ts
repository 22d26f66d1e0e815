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
  const least = oldestDriver
  if (driverCuda === null) missing.push({ key: 'driver', data: { least } })
  else if (olderThan(driverCuda, '12.0')) missing.push({ key: 'driverCuda', data: { cuda: driverCuda, least } })
  else if (driver !== null && olderThan(driver, oldestDriver)) missing.push({ key: 'driverOld', data: { driver, least } })
  else if (error !== null) missing.push({ key: 'driverBroken', data: { reason: error } })
  if (!providerFetched) missing.push({ key: 'provider', data: {} })
  for (const { file, path } of libraries)
    if (path === null)
      missing.push({ key: 'library', data: { file, package: packages.find(([start]) => file.startsWith(start))?.[1] ?? file } })
  return missing
}

/** Compares dotted versions by their numbers. */
export function olderThan(version: string, least: string): boolean {
  const [a, b] = [version, least].map((text) => text.split('.').map(Number)) as [number[], number[]]
  for (let i = 0; i < Math.max(a.length, b.length); i++) if ((a[i] ?? 0) !== (b[i] ?? 0)) return (a[i] ?? 0) < (b[i] ?? 0)
  return false
}
