import type { Run } from '../../../shared/model/run.ts'
import { pageClient } from '../../stores/link.ts'
import type { Config } from './configPath.ts'
import { isTuning } from './runTask.ts'

/** The schema of the configs of a task. */
export const configSchemaOf = async (run: Pick<Run, 'taskId'>): Promise<Config> =>
  (await (isTuning(run) ? pageClient().tuning.schema({}) : pageClient().runs.schema({}))).schema

/** One for each of several runs; every task is asked for once. */
export async function configSchemasOf(runs: readonly { readonly run: Pick<Run, 'taskId'> }[]): Promise<Config[]> {
  const answers = new Map<string, Promise<Config>>()
  for (const { run } of runs) if (!answers.has(run.taskId)) answers.set(run.taskId, configSchemaOf(run))
  return Promise.all(runs.map(({ run }) => answers.get(run.taskId)!))
}
