import path from 'node:path'
import { z } from 'zod'
import { isSamTune, promptedMask, type TunePlan } from '../../../shared/model/samTune.ts'
import type { ProjectStore } from '../../db/store.ts'
import { placeOf, tuneEmbeddings } from '../assist/trainingEmbeddings.ts'
import { readText, runFolderOf } from '../runs/runFolder.ts'

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

const encodedSchema = z.object({ pictures: z.int().min(1), seconds: z.number().positive() })

/** What a picture took in the newest training that encoded any with the encoder of this hash; null where none did. */
export async function encodingSeconds(open: ProjectStore, hash: string): Promise<number | null> {
  const earlier = (await open.call('runs.list', {})).filter(({ taskId }) => taskId === promptedMask)
  for (const { id } of earlier.sort((a, b) => b.number - a.number).slice(0, lookedAt)) {
    const folder = runFolderOf(open.folder, id)
    if (path.basename((await placeOf(folder)) ?? '') !== path.basename(tuneEmbeddings(open.folder, hash))) continue
    const encoded = encodedOf(await readText(path.join(folder, 'encoded.json')))
    if (encoded) return encoded.seconds / encoded.pictures
  }
  return null
}

function encodedOf(text: string): z.infer<typeof encodedSchema> | null {
  try {
    return encodedSchema.parse(JSON.parse(text))
  } catch {
    return null
  }
}

/** What a step costs follows from these. */
const stepKey = ({ base, data: { size, batchSize, objects, rounds }, optimizer }: TunePlan['config']): string =>
  JSON.stringify([base.modelId, size, batchSize, objects, rounds, optimizer.accumulate])
