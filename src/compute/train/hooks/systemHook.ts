import { level, type Hook } from '../hook.ts'
import type { GpuMemory } from '../system/gpuMemory.ts'
import { processMemoryBytes } from '../system/processMemory.ts'

const split = 'system'
const megabytes = (bytes: number): number => Math.round(bytes / 1e5) / 10

export interface SystemWatch {
  /** Pictures of one step. */
  readonly pictures: number
  /** Null where the run does not compute on a GPU. */
  readonly gpuMemory: (() => Promise<GpuMemory>) | null
  /** The first point comes earlier than the others, so that short runs have one too. */
  readonly firstMs?: number
  readonly everyMs?: number
}

/**
 * What the machine does, every few seconds: pictures per second of training, the shares of the time that went into waiting for data, computing, and
 * all else (validation, checkpoints, logs), processor cores kept busy, and memory, of
 * all replicas together. A GPU is asked beside the training, never waited for.
 */
export function systemHook({ pictures, gpuMemory, firstMs = 1_000, everyMs = 5_000 }: SystemWatch): Hook {
  let since = performance.now()
  let processor = process.cpuUsage()
  let othersMs: number | null = null
  let [steps, dataMs, stepMs] = [0, 0, 0]
  let told = false
  let used: GpuMemory = []
  let asking = false
  const ask = async (): Promise<void> => {
    if (!gpuMemory || asking) return
    asking = true
    used = await gpuMemory().catch(() => [])
    asking = false
  }
  return {
    name: 'system',
    // Last of all, so that validations and checkpoints are in the time they belong to.
    level: level.lowest,
    async begin(_, voice) {
      await ask()
      if (gpuMemory && used.length === 0)
        voice.say('the memory of the GPU cannot be read here: neither nvidia-smi nor the amdgpu driver tells it')
      since = performance.now()
      processor = process.cpuUsage()
    },
    afterStep(state, voice, facts) {
      if (!facts) return
      othersMs ??= state.others.cpuMs
      steps++
      dataMs += facts.dataMs
      stepMs += facts.stepMs
      const now = performance.now()
      const wallMs = now - since
      if (wallMs < (told ? everyMs : firstMs) && state.step !== state.table.totalSteps) return
      const cpu = process.cpuUsage(processor)
      const { memoryBytes, cpuMs } = state.others
      const cpuOfOthers = cpuMs - othersMs
      voice.metrics(
        Object.entries({
          imagesPerSecond: (1000 * steps * pictures) / (dataMs + stepMs),
          computeShare: stepMs / wallMs,
          dataShare: dataMs / wallMs,
          otherShare: Math.max(0, 1 - (stepMs + dataMs) / wallMs),
          coresBusy: ((cpu.user + cpu.system) / 1000 + cpuOfOthers) / wallMs,
          memoryMb: megabytes(processMemoryBytes() + memoryBytes),
          ...Object.fromEntries(used.map((bytes, i) => [used.length > 1 ? `gpu${i}MemoryMb` : 'gpuMemoryMb', megabytes(bytes)])),
        }).map(([name, value]) => ({ split, name, value })),
      )
      void ask()
      told = true
      since = now
      processor = process.cpuUsage()
      othersMs = cpuMs
      ;[steps, dataMs, stepMs] = [0, 0, 0]
    },
  }
}
