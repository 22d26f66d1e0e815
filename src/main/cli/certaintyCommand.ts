import type { CertaintyReport } from '../../shared/model/certainty.ts'
import type { Command } from './commands.ts'
import { followJob } from './follow.ts'
import { findDataset, findModel } from './lookup.ts'

export interface CertaintyOptions {
  readonly dataset?: string
  readonly split?: string
  readonly again?: true
}

const mostShown = 10

/** Asks a model how sure it is of each picture, keeps that, and names the pictures it is least sure of. */
export async function certaintyCommand(
  { session: { client }, output, signal }: Command,
  wanted: string,
  options: CertaintyOptions,
): Promise<void> {
  const { id: modelId } = await findModel(client, wanted)
  const { id: datasetId } = await findDataset(client, options.dataset)
  const filter = { split: options.split ?? null, classId: null, status: null, text: '' }
  const { jobId } = await client.models.certainty({ modelId, datasetId, filter, again: options.again ?? false })
  const report = (await followJob(client, jobId, 'certainty', output, signal)) as CertaintyReport
  const models = await client.models.certaintyOf({ datasetId })
  const least = await client.items.leastCertain({ datasetId, filter, limit: mostShown })
  output.result({ ...report, models, least }, () => [
    `${report.scored} pictures looked at, ${report.known} known, ${report.failed} failed`,
    ...report.problems.map(({ item, error }) => `${item}: ${error.message}`),
    ...(report.failed > report.problems.length ? [`and ${report.failed - report.problems.length} more`] : []),
    ...least.map(({ name, score }) => `${score.toFixed(3)}  ${name}`),
  ])
}
