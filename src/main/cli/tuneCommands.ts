import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { PageClient } from '../../shared/api/page/contract.ts'
import { AppError } from '../../shared/errors.ts'
import { assign } from '../../shared/model/config/assign.ts'
import { jsonOf, nodeOf } from '../../shared/model/config/node.ts'
import { nowhere } from '../../shared/model/config/origin.ts'
import type { AssistModel } from '../../shared/model/assist.ts'
import { isSamTune, promptedMask, samScoreNames, type TunePlan, type TuneScores } from '../../shared/model/samTune.ts'
import type { Command } from './commands.ts'
import { followJob, followRun } from './follow.ts'
import { given } from './givenOptions.ts'
import { findDataset, findRun } from './lookup.ts'
import { duration, table } from './output.ts'
import { copyToWorkDir, requireWorkDir } from './workDir.ts'

export interface TuneOptions {
  dataset?: string
  model?: string
  set: string[]
  name?: string
  priority?: number
  publish?: boolean
  default?: boolean
  workDir?: string
}

/** Whether a config, given as a file, trains a SAM on a dataset. */
export async function isTuneConfig(config: string | undefined): Promise<boolean> {
  if (!config?.endsWith('.json')) return false
  try {
    return isSamTune(JSON.parse(await readFile(config, 'utf8')) as object)
  } catch {
    // What is wrong with the file is told by whoever reads it in earnest.
    return false
  }
}

/** Trains a SAM on the masks of a dataset, follows it to its end and says what it was before and after. Errors: those of `tuning.plan` and of the run. */
export async function tuneCommand(command: Command, file: string | undefined, options: TuneOptions): Promise<void> {
  const { session, output, signal } = command
  const { client } = session
  if (options.workDir !== undefined) await requireWorkDir(options.workDir)
  const written = file === undefined ? { task: promptedMask } : await readConfig(file)
  const base = options.model === undefined ? null : await findBase(client, options.model)
  const node = options.set.reduce(assign, nodeOf(base ? { ...written, base: { modelId: base } } : written, nowhere('page')))
  const config = jsonOf(node) as Record<string, unknown>
  const dataset = await findDataset(client, options.dataset)
  const plan = await client.tuning.plan({ datasetId: dataset.id, config })
  if (plan.problems.length === 0) {
    for (const line of planLines(plan)) output.say(line)
    for (const line of planNotes(plan)) output.note(line)
  }
  const run = await client.runs.launch({ datasetId: dataset.id, config, ...given({ name: options.name, priority: options.priority }) })
  output.say(`run #${run.number} on ${dataset.name}: ${run.totalSteps} steps`)
  const ended = await followRun(client, run.id, output, signal)
  if (options.workDir !== undefined) output.note(`copied to ${await copyToWorkDir(session.folder, ended, options.workDir)}`)
  const tuned = await client.tuning.scores({ runId: run.id })
  const model =
    options.publish && ended.status === 'finished'
      ? await publish(command, run.id, given({ name: options.name, makeDefault: options.default }))
      : null
  output.result({ run: ended, tuned, model }, () => [
    `run #${ended.number} ${ended.status} at step ${ended.step} of ${ended.totalSteps}${ended.startedAt && ended.endedAt ? ` after ${duration((ended.endedAt - ended.startedAt) / 1000)}` : ''}`,
    ...scoreLines(tuned),
    ...(model ? [`it is used as ${model.name}`] : []),
  ])
  if (ended.error)
    throw new AppError(ended.error.code === 'cancelled' ? 'bug/unexpected' : ended.error.code, ended.error.message, ended.error.data)
}

export interface PublishOptions {
  checkpoint: 'best' | 'last'
  name?: string
  default?: boolean
}

/** Puts what a run has learnt among the models that segment by clicks. Errors: run/not-found, checkpoint/*, disk/*. */
export async function publishCommand(command: Command, wanted: string, options: PublishOptions): Promise<void> {
  const run = await findRun(command.session.client, wanted)
  const { checkpoint, name } = options
  const model = await publish(command, run.id, { checkpoint, ...given({ name, makeDefault: options.default }) })
  command.output.result(model, ({ name: title }) => [`run #${run.number} is used as ${title}`])
}

type Publishing = Omit<Parameters<PageClient['tuning']['publish']>[0], 'runId'>

async function publish({ session: { client }, output, signal }: Command, runId: string, how: Publishing): Promise<AssistModel> {
  const { jobId } = await client.tuning.publish({ runId, ...how })
  const { modelId } = (await followJob(client, jobId, 'publish', output, signal)) as { modelId: string }
  return (await client.assist.models({})).models.find(({ id }) => id === modelId)!
}

/** Errors: file/not-found, config/invalid. */
async function readConfig(file: string): Promise<Record<string, unknown>> {
  const text = await readFile(path.resolve(file), 'utf8').catch((cause: unknown) => {
    throw new AppError('file/not-found', `${file} cannot be read`, { file }, { cause })
  })
  try {
    return { task: promptedMask, ...(JSON.parse(text) as Record<string, unknown>) }
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new AppError('config/invalid', `${file}: ${message}`, { path: file, message }, { cause })
  }
}

async function findBase(client: PageClient, wanted: string): Promise<string> {
  const bases = await client.tuning.bases({})
  const found = bases.find(({ modelId, name }) => modelId === wanted || name === wanted)
  if (found) return found.modelId
  const there = bases.map(({ name }) => name).join(', ')
  throw new AppError('assist/model-not-found', `there is no model ${wanted} that can be trained; there is ${there || 'none'}`, {
    id: wanted,
  })
}

function planLines({ train, val, config, embeddings, siblings, trainingSeconds }: TunePlan): string[] {
  const missing = embeddings ? embeddings.needed - embeddings.cached : 0
  return [
    `${config.base.name} (${config.base.kind === 'small' ? 'whole network' : 'decoder only'}): ${train.objects} objects in ${train.pictures} pictures; held out: ${val.objects} in ${val.pictures}`,
    ...(siblings > 0 ? [`${siblings} pictures are left out: parts of the same source pictures are held out`] : []),
    ...(missing > 0 ? [`${missing} embeddings are computed first`] : []),
    ...(trainingSeconds === null ? [] : [`about ${duration(trainingSeconds)}`]),
  ]
}

function planNotes({ warnings }: TunePlan): string[] {
  return warnings.flatMap(({ key, data: { needed, there, parts, limit, limitGb } }) => {
    if (key === 'memoryParts')
      return [`about ${needed} GB of memory are needed, ${there} GB are there; --set device.batchParts=${parts} should fit`]
    if (key === 'memoryNever') return [`about ${needed} GB of memory are needed, ${there} GB are there; a smaller data.size needs less`]
    if (key !== 'embeddingsOverLimit') return []
    return [`its embeddings take ${needed} GB; after the training only ${limit} GB are kept, unless the settings allow ${limitGb} GB`]
  })
}

function scoreLines({ before, best, last }: TuneScores): string[] {
  const columns = [
    ['before', before],
    ['best', best],
    ['last', last],
  ] as const
  const there = columns.flatMap(([name, scores]) => (scores ? [{ name: `${name} (step ${scores.step})`, scores: scores.scores }] : []))
  if (there.length === 0) return ['nothing was held out to compare by']
  return table(
    ['', ...there.map(({ name }) => name)],
    samScoreNames.map((score) => [score, ...there.map(({ scores }) => scores[score]?.toFixed(3) ?? '–')]),
  )
}
