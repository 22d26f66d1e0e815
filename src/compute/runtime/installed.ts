import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { isBundled } from '../../shared/model/autoDevice.ts'
import type { Provider } from '../../shared/model/device.ts'

/** The provider is in this installation of onnxruntime-node. */
export function isInstalled(provider: Provider): boolean {
  const entry = createRequire(import.meta.url).resolve('onnxruntime-node')
  const folder = join(dirname(entry), '..', 'bin', 'napi-v6', process.platform, process.arch)
  return isBundled(provider, process.platform, process.arch, existsSync(join(folder, 'libonnxruntime_providers_cuda.so')))
}
