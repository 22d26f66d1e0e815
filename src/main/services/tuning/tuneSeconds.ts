import { isSamTune, promptedMask, type TunePlan } from '../../../shared/model/samTune.ts'
import type { ProjectStore } from '../../db/store.ts'

const lookedAt = 8

/** How long a training takes, from what a step took in the newest run of the same kind of step; null where there was none. */
export async function knownSeconds(
  open: ProjectStore,
  { config, totalSteps }: Pick<TunePlan, 'config' | 'totalSteps'>,
): Promise<number | null> {
  const earlier = (await open.call('runs.list', {})).filter(({ taskId, step }) => taskId === promptedMask && step > 0)
  for (const run of earlier.sort((a, b) => b.number - a.number).slice(0, lookedAt)) {
    const { config: stored } = await open.call('runs.get', { runId: run.id })
    if (!isSamTune(stored) || stepKey(stored) !== stepKey(config)) continue
    const [facts] = await open.call('curves.summaries', { runs: [{ runId: run.id, spark: null }] })
    const stepMs = facts?.curves.find(({ split, name }) => split === 'train' && name === 'stepMs')
    if (stepMs) return (stepMs.last / 1000) * totalSteps
  }
  return null
}

/** What a step costs follows from these. */
const stepKey = ({ base, data: { size, batchSize, objects, rounds }, optimizer }: TunePlan['config']): string =>
  JSON.stringify([base.modelId, size, batchSize, objects, rounds, optimizer.accumulate])
