import { z } from 'zod'
import { runTitle } from '../../../shared/model/run.ts'
import { samScoreNames, samTuneConfigSchema, type SamScores, type TuneScores } from '../../../shared/model/samTune.ts'
import type { ProjectStore } from '../../db/store.ts'
import type { AssistModels } from '../assist/assistModels.ts'
import type { Host } from '../host.ts'
import { runFolderOf } from '../runs/runFolder.ts'
import type { AreaService } from '../service.ts'
import { createPublishing } from './publishing.ts'
import { listBases } from './tuneBases.ts'
import type { TuneRuns } from './tuneRuns.ts'

/** Training SAMs on the user's masks: what could be trained, what it would do, what came of it. */
export function createTuning({ host, models, tuneRuns }: { host: Host; models: AssistModels; tuneRuns: TuneRuns }): AreaService<'tuning'> {
  const store = () => host.slot.require().store
  const publishing = createPublishing({ host, models })
  let turn: Promise<unknown> = Promise.resolve()
  /** One after another: the second press of a button finds what the first one made. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = turn.then(work, work)
    turn = result.catch(() => undefined)
    return result
  }
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
        run: (context) =>
          inTurn(async () => {
            const published = await publishing.publish(
              { runId, runFolder: runFolderOf(open.folder, runId), checkpoint, name: title },
              context,
            )
            if (makeDefault) await models.change(published.modelId, { isDefault: true })
            host.events.emit({ type: 'assistModels' })
            return published
          }),
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
