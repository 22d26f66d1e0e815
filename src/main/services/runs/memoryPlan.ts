import { totalmem } from 'node:os'
import { AppError } from '../../../shared/errors.ts'
import { planClasses } from '../../../shared/model/classPlan.ts'
import type { MemoryEstimate, MemoryPlan } from '../../../shared/model/memory.ts'
import type { SamTuneConfig } from '../../../shared/model/samTune.ts'
import { finerParts, shareSizeOf, type BatchDivision } from '../../../shared/model/train/batchParts.ts'
import type { TrainConfig } from '../../../shared/model/trainConfig.ts'
import { gigabytes } from '../../../shared/text/gigabytes.ts'
import type { ProjectStore } from '../../db/store.ts'
import type { OnDemandCompute } from '../../jobs/computeProcess.ts'

/** What a training may take of the memory there is. */
const share = 0.92
/** Estimates that are kept: the launch form asks again after every change. */
const keepEstimates = 32

/** Memory of this machine, or of the container the studio runs in, in bytes. */
const machineBytes = (): number => Math.min(totalmem(), process.constrainedMemory() || Infinity)

/** Resident memory at which a training is ended before it takes the machine down, in bytes. */
export const memoryLimitOf = ({ memoryGb }: Pick<TrainConfig['device'], 'memoryGb'>): number =>
  Math.round(memoryGb === null ? machineBytes() * share : memoryGb * 1e9)

type MemoryNote = { key: 'memoryNever' | 'memoryParts'; data: Record<string, string | number> }

/** What is to be said of a training that needs more memory than there is. */
export function memoryNotes(plan: MemoryPlan | null): MemoryNote[] {
  if (!plan) return []
  const { estimatedBytes, limitBytes, freeBytes, fitsWithParts } = plan
  const there = Math.min(limitBytes, freeBytes)
  if (estimatedBytes <= there) return []
  const data = { needed: gigabytes(estimatedBytes), there: gigabytes(there) }
  return [fitsWithParts === null ? { key: 'memoryNever', data } : { key: 'memoryParts', data: { ...data, parts: fitsWithParts } }]
}

export interface MemoryPlanner {
  /** Null where the graphs of a config cannot be built. */
  plan(open: ProjectStore, datasetId: string, config: TrainConfig, signal?: AbortSignal): Promise<MemoryPlan | null>
  /** Of a training of the SAM with this encoder. */
  planTune(config: SamTuneConfig, encoderFile: string, signal?: AbortSignal): Promise<MemoryPlan | null>
}

export function createMemoryPlanner(compute: OnDemandCompute): MemoryPlanner {
  const known = new Map<string, MemoryEstimate>()
  async function estimate(config: TrainConfig, classes: number, signal?: AbortSignal): Promise<MemoryEstimate> {
    const { model, loss, optimizer, ema, data, device } = config
    const { batchSize, cropSize } = data
    const asked = {
      model,
      loss,
      optimizer,
      ema,
      data: { batchSize, cropSize },
      device: { batchParts: device.batchParts, processes: device.processes },
    }
    return remembered(JSON.stringify([asked, classes]), () => compute.get().estimateMemory({ config: asked, classes }, { signal }))
  }
  async function remembered(key: string, ask: () => Promise<MemoryEstimate>): Promise<MemoryEstimate> {
    const found = known.get(key) ?? (await ask())
    known.delete(key)
    known.set(key, found)
    for (const old of [...known.keys()].slice(0, -keepEstimates)) known.delete(old)
    return found
  }
  return {
    async plan(open, datasetId, config, signal) {
      const classes = await open.call('classes.list', { datasetId })
      if (classes.length === 0) return null
      try {
        return planOf(config, await estimate(config, planClasses(classes, config.data.classes).classes.length, signal))
      } catch (error) {
        // What is wrong with the config is said where it is checked.
        if (error instanceof AppError && error.code.startsWith('config/')) return null
        throw error
      }
    },
    async planTune(config, encoderFile, signal) {
      const { data, optimizer, ema, device } = config
      const key = JSON.stringify([
        encoderFile,
        data.size,
        data.batchSize,
        data.objects,
        data.rounds,
        optimizer.type,
        ema.enabled,
        device.batchParts,
      ])
      try {
        return planOf(config, await remembered(key, () => compute.get().tuning.estimateMemory({ config, encoderFile }, { signal })))
      } catch (error) {
        // A file that is broken is told of when the training wants it.
        if (error instanceof AppError && (error.code.startsWith('weights/') || error.code.startsWith('file/'))) return null
        throw error
      }
    },
  }
}

function planOf(config: BatchDivision & { readonly device: Pick<TrainConfig['device'], 'memoryGb'> }, found: MemoryEstimate): MemoryPlan {
  const limitBytes = memoryLimitOf(config.device)
  const freeBytes = process.availableMemory()
  const there = Math.min(limitBytes, freeBytes)
  const estimatedBytes = found.bytes * config.device.processes
  return { estimatedBytes, limitBytes, freeBytes, fitsWithParts: partsThatFit(config, found, there) }
}

/** Activations shrink with the parts of a batch, the rest stays; every process needs the same. */
export function partsThatFit(config: BatchDivision, { bytes, activations }: MemoryEstimate, all: number): number | null {
  const { batchParts, processes } = config.device
  const share = shareSizeOf(config)
  const there = all / processes
  if (bytes <= there) return null
  for (let parts = finerParts(share, batchParts); parts !== null; parts = finerParts(share, parts))
    if (bytes - activations * (1 - batchParts / parts) <= there) return parts
  return null
}
