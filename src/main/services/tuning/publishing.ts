import { rm } from 'node:fs/promises'
import { totalmem } from 'node:os'
import path from 'node:path'
import { CancelledError } from '../../../shared/errors.ts'
import { startCompute } from '../../jobs/computeProcess.ts'
import type { JobContext } from '../../jobs/jobQueue.ts'
import { newId } from '../../newId.ts'
import { madeModelsFolder, type AssistModels } from '../assist/assistModels.ts'
import type { Host } from '../host.ts'
import { requireRoom } from '../../media/freeSpace.ts'
import { listCheckpoints } from '../runs/runFolder.ts'
import { encoderSource } from './encoderSource.ts'

const stopGraceMs = 2_000

interface Published {
  readonly modelId: string
  /** Otherwise it was in the list before, and is as it was. */
  readonly isNew: boolean
}

interface Wanted {
  readonly runId: string
  readonly runFolder: string
  readonly checkpoint: 'best' | 'last'
  readonly name: string
}

/** What a training has learnt becomes a model of the list, once. */
export function createPublishing({ host, models }: { host: Host; models: AssistModels }) {
  async function write(outFolder: string, { runFolder, checkpoint }: Wanted, signal: AbortSignal) {
    const { encoderFile, bytes } = await encoderSource(models, runFolder, host.stateFolder)
    await requireRoom(host.stateFolder, bytes)
    const compute = startCompute(host.supervisor, { name: 'export', memoryLimitBytes: Math.round(totalmem() * 0.8) })
    const stop = (): void => void compute.supervised.stop(stopGraceMs)
    signal.addEventListener('abort', stop, { once: true })
    try {
      const written = await compute.client.tuning.exportTuned({ runFolder, checkpoint, outFolder, encoderFile })
      if (signal.aborted) throw new CancelledError()
      return written
    } finally {
      signal.removeEventListener('abort', stop)
      await compute.supervised.stop(stopGraceMs)
    }
  }

  return {
    /** Errors: checkpoint/*, model/parity-failed, assist/*, disk/*, process/gone, cancelled. */
    async publish(wanted: Wanted, { report, signal }: Pick<JobContext, 'report' | 'signal'>): Promise<Published> {
      if (signal.aborted) throw new CancelledError()
      const { runId, runFolder, checkpoint, name } = wanted
      const present = await checkpointOf(runFolder, checkpoint)
      const known = present && (await models.tunedFrom({ runId, checkpoint: present }))
      if (known) return { modelId: known.id, isNew: false }
      report({ phase: 'exporting', done: 0, total: null })
      const outFolder = path.join(madeModelsFolder(host.stateFolder), newId())
      try {
        const written = await write(outFolder, wanted, signal)
        const files = written.files.slice(0, 2).map((file) => path.join(outFolder, file.name))
        const added = await models.add({ files, name, origin: 'made', tuned: { runId, checkpoint: written.checkpoint } })
        return { modelId: added.id, isNew: true }
      } catch (error) {
        await rm(outFolder, { recursive: true, force: true })
        throw error
      }
    },
  }
}

/** The name of a checkpoint as things are now; the last one where none is the best. Null: there is none. */
async function checkpointOf(runFolder: string, wanted: 'best' | 'last'): Promise<string | null> {
  const all = await listCheckpoints(runFolder)
  const best = wanted === 'best' ? all.find((each) => each.best) : undefined
  return (best ?? all.at(-1))?.name ?? null
}
