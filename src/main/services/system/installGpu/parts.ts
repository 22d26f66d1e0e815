import type { PartReport } from '../../../../shared/model/gpuPart.ts'

/** An optional part that a package's own script fetches. Paths are relative to the package. */
export interface GpuPart {
  readonly id: PartReport['part']
  readonly package: string
  /** What its script needs of the package to run in a copy of it. */
  readonly copied: readonly string[]
  readonly script: readonly string[]
  readonly sources: readonly string[]
  /** Native libraries that must be there afterwards. */
  readonly files: readonly string[]
  /** What is put into the package: these files, or these folders as a whole. */
  readonly moved: readonly string[]
}

const cudaFolder = 'bin/napi-v6/linux/x64'
const cudaFiles = ['shared', 'cuda', 'tensorrt'].map((name) => `${cudaFolder}/libonnxruntime_providers_${name}.so`)

/** The parts there are for a platform; none: the package has nothing for it. `napi`: the newest Node-API of this Node. */
export function gpuParts(platform: string, arch: string, napi: string): GpuPart[] {
  const parts: GpuPart[] = []
  if (platform === 'linux' && arch === 'x64')
    parts.push({
      id: 'cuda',
      package: 'onnxruntime-node',
      copied: ['package.json', 'script', 'node_modules'],
      script: ['script/install.js', '--onnxruntime-node-install=cuda12'],
      sources: ['https://api.nuget.org/v3/index.json (Microsoft.ML.OnnxRuntime.Gpu.Linux 1.30.0)'],
      files: cudaFiles,
      moved: cudaFiles,
    })
  if ((platform === 'linux' || platform === 'win32') && arch === 'x64') {
    const addon = `lib/napi-v${Math.min(Number(napi), 8)}/tfjs_binding.node`
    const host = 'https://storage.googleapis.com'
    const [name, ending, library] =
      platform === 'linux' ? ['linux', 'tar.gz', 'deps/lib/libtensorflow.so.2.9.1'] : ['windows', 'zip', 'deps/lib/tensorflow.dll']
    parts.push({
      id: 'tensorflow',
      package: '@tensorflow/tfjs-node-gpu',
      copied: ['package.json', 'scripts', 'binding', 'binding.gyp', 'node_modules'],
      script: ['scripts/install.js', 'gpu', 'download'],
      sources: [
        `${host}/tensorflow/libtensorflow/libtensorflow-gpu-${name}-x86_64-2.9.1.${ending}`,
        `${host}/tf-builds/pre-built-binary/napi-v${Math.min(Number(napi), 8)}/4.22.0/GPU-${name}-4.22.0.${ending}`,
      ],
      files: [library, addon],
      moved: ['deps', 'lib'],
    })
  }
  return parts
}
