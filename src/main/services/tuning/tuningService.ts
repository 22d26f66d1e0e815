import { rm } from 'node:fs/promises'
import { totalmem } from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { CancelledError } from '../../../shared/errors.ts'
import { runTitle } from '../../../shared/model/run.ts'
import { samScoreNames, samTuneConfigSchema, type SamScores, type TuneScores } from '../../../shared/model/samTune.ts'
import type { ProjectStore } from '../../db/store.ts'
import { startCompute } from '../../jobs/computeProcess.ts'
import { newId } from '../../newId.ts'
import { madeModelsFolder, type AssistModels } from '../assist/assistModels.ts'
import type { Host } from '../host.ts'
import { runFolderOf } from '../runs/runFolder.ts'
import type { AreaService } from '../service.ts'
import { listBases } from './tuneBases.ts'
import type { TuneRuns } from './tuneRuns.ts'

const stopGraceMs = 2_000

/** Training SAMs on the user's masks: what could be trained, what it would do, what came of it. */
export function createTuning({ host, models, tuneRuns }: { host: Host; models: AssistModels; tuneRuns: TuneRuns }): AreaService<'tuning'> {
  const store = () => host.slot.require().store
  return {
    bases: async () => (await listBases(models)).map(({ base }) => base),
    schema: () => ({ schema: z.toJSONSchema(samTuneConfigSchema, { io: 'input' }) }),
    plan: ({ datasetId, config }, { signal }) => tuneRuns.plan(store(), datasetId, config, signal),
    scores: ({ runId }) => scoresOf(store(), runId),
    async publish({ runId, checkpoint, name, makeDefault }) {
      const open = store()
      const { run } = await open.call('runs.get', { runId })
      const title = name ?? runTitle(run)
      const jobId = host.jobs.start({
        kind: 'publishSam',
        subject: title,
        async run({ report, signal }) {
          report({ phase: 'exporting', done: 0, total: null })
          const outFolder = path.join(madeModelsFolder(host.stateFolder), newId())
          const compute = startCompute(host.supervisor, { name: 'export', memoryLimitBytes: Math.round(totalmem() * 0.8) })
          const stop = (): void => void compute.supervised.stop(stopGraceMs)
          signal.addEventListener('abort', stop, { once: true })
          let isListed = false
          try {
            const runFolder = runFolderOf(open.folder, runId)
            const { files } = await compute.client.tuning.exportTuned({ runFolder, checkpoint, outFolder })
            if (signal.aborted) throw new CancelledError()
            const pair = files.slice(0, 2).map((file) => path.join(outFolder, file.name))
            const { id: modelId } = await models.add({ files: pair, name: title, origin: 'made' })
            isListed = true
            if (makeDefault) await models.change(modelId, { isDefault: true })
            host.events.emit({ type: 'assistModels' })
            return { modelId }
          } catch (error) {
            if (!isListed) await rm(outFolder, { recursive: true, force: true })
            throw error
          } finally {
            signal.removeEventListener('abort', stop)
            await compute.supervised.stop(stopGraceMs)
          }
        },
      })
      return { jobId }
    },
  }
}

/** Before the first step, the best checkpoint's, and the newest. Errors: run/not-found. */
async function scoresOf(store: ProjectStore, runId: string): Promise<TuneScores> {
  const { run } = await store.call('runs.get', { runId })
  const byStep = new Map<number, SamScores>()
  for (const name of samScoreNames)
    for (const { step, value } of await store.call('curves.points', { runId, split: 'val', name, after: -1, limit: 10_000 })) {
      if (value === null) continue
      const known = byStep.get(step) ?? { step, scores: {} }
      known.scores[name] = value
      byStep.set(step, known)
    }
  const steps = [...byStep.keys()].sort((a, b) => a - b)
  const at = (step: number | undefined): SamScores | null => (step === undefined ? null : (byStep.get(step) ?? null))
  return { before: at(0), best: at(run.primary?.bestStep), last: at(steps.at(-1)) }
}
