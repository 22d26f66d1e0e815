import type { AutoChoice, ProbeAnswer, Provider } from './device.ts'

/** What 'auto' needs to know of a provider; `bundled`: its part of the runtime is there. */
export type Candidate = Pick<ProbeAnswer, 'usable' | 'software' | 'adapter' | 'error'> & { readonly bundled: boolean }

/**
 * The order in which 'auto' looks. CUDA's part was fetched on purpose and is the fastest; every operation was compared with the CPU on webgpu and
 * on nothing else, so it comes before dml; coreml is taken only by name, because it leaves much of a training graph to the CPU.
 */
export const autoOrder = ['cuda', 'webgpu', 'dml'] as const satisfies readonly Provider[]

/** The one rule of 'auto', for the report and for a training: the first GPU provider that really starts and is not software, else the CPU. */
export async function chooseAuto(look: (provider: Provider) => Candidate | Promise<Candidate>): Promise<AutoChoice> {
  const passed: AutoChoice['passed'] = []
  for (const provider of autoOrder) {
    const { bundled, usable, software, adapter, error } = await look(provider)
    if (!bundled) passed.push({ provider, why: 'absent', detail: null })
    else if (software) passed.push({ provider, why: 'software', detail: adapter })
    else if (!usable) passed.push({ provider, why: 'failed', detail: error })
    else return { provider, adapter, passed }
  }
  return { provider: 'cpu', adapter: null, passed }
}

/** The reason in one English sentence, for logs and command lines; pages build theirs from the choice. */
export function autoBecause({ provider, adapter, passed }: AutoChoice): string {
  if (provider !== 'cpu') {
    const skipped = passed.filter(({ why }) => why === 'failed').map((p) => `; ${p.provider} did not start (${p.detail ?? 'unknown'})`)
    return `a GPU was found and really started${adapter === null ? '' : ` (${adapter})`}${skipped.join('')}`
  }
  const failed = passed.find(({ why }) => why === 'failed')
  if (failed) return `${failed.provider} did not start (${failed.detail ?? 'unknown'})`
  const software = passed.find(({ why }) => why === 'software')
  if (software?.detail) return `the only adapter, ${software.detail}, computes in software, which is slower than the CPU itself`
  return 'no GPU was found'
}

/** What the runtime carries on a platform; CUDA counts once its library was fetched. */
export function isBundled(name: Provider, platform: string, arch: string, cudaFetched: boolean): boolean {
  if (name === 'cpu' || name === 'tfjs') return true
  if (name === 'webgpu') return platform === 'win32' || platform === 'darwin' || (platform === 'linux' && arch === 'x64')
  if (name === 'dml') return platform === 'win32'
  if (name === 'coreml') return platform === 'darwin'
  return platform === 'linux' && arch === 'x64' && cudaFetched
}
