import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { PageClient } from '../../shared/api/page/contract.ts'
import { AppError } from '../../shared/errors.ts'
import { assign } from '../../shared/model/config/assign.ts'
import { jsonOf, nodeOf } from '../../shared/model/config/node.ts'
import { nowhere } from '../../shared/model/config/origin.ts'
import type { AssistModel } from '../../shared/model/assist.ts'
import type { Run } from '../../shared/model/run.ts'
import { isFewerBetter, isSamTune, promptedMask, samScoreNames, type TunePlan, type TuneScores } from '../../shared/model/samTune.ts'
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
  force?: boolean
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
  const model = options.publish && ended.status === 'finished' ? await publish(command, ended, { checkpoint: 'best', ...options }) : null
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
  force?: boolean
}

/** Puts what a run has learnt among the models that segment by clicks. Errors: run/not-found, checkpoint/*, disk/*. */
export async function publishCommand(command: Command, wanted: string, options: PublishOptions): Promise<void> {
  const run = await findRun(command.session.client, wanted)
  const model = await publish(command, run, options)
  command.output.result(model, ({ name }) => [`run #${run.number} is used as ${name}`])
}

async function publish({ session: { client }, output, signal }: Command, run: Run, options: PublishOptions): Promise<AssistModel> {
  const { checkpoint, name } = options
  const kept = options.default && !options.force ? whyNoDefault(run, checkpoint, await client.tuning.scores({ runId: run.id })) : null
  const makeDefault = options.default === true && kept === null
  const { jobId } = await client.tuning.publish({ runId: run.id, checkpoint, makeDefault, ...given({ name }) })
  const { modelId, isNew } = (await followJob(client, jobId, 'publish', output, signal)) as { modelId: string; isNew: boolean }
  const { models, defaultId } = await client.assist.models({})
  const nameOf = (id: string | null): string => models.find((each) => each.id === id)?.name ?? 'none'
  if (!isNew) output.note(`this checkpoint is in the list already, as ${nameOf(modelId)}`)
  if (kept !== null) output.note(`${kept}: the default is ${nameOf(defaultId)} as before; --force makes it this one`)
  return models.find(({ id }) => id === modelId)!
}

/** Why a checkpoint should not answer wherever no model is named; null where it was measured and is better than what the training began with. */
function whyNoDefault({ primary }: Run, checkpoint: PublishOptions['checkpoint'], { before, best, last }: TuneScores): string | null {
  const after = checkpoint === 'best' ? best : last
  const metric = samScoreNames.find((name) => name === primary?.name)
  const [was, is] = [before, after].map((found) => (metric ? found?.scores[metric] : undefined))
  if (was === undefined || is === undefined) return 'nothing was held out to measure by'
  if (isFewerBetter(metric!) ? is < was : is > was) return null
  return `it is no better than what the training began with (${metric} ${is.toFixed(3)}, before ${was.toFixed(3)})`
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
    ...(missing > 0
      ? [`${missing} embeddings are computed first${embeddings?.seconds ? `, about ${duration(embeddings.seconds)}` : ''}`]
      : []),
    ...(trainingSeconds === null ? [] : [`about ${duration(trainingSeconds)}`]),
  ]
}

function planNotes({ warnings }: TunePlan): string[] {
  return warnings.flatMap(({ key, data: { needed, there, parts, limit, limitGb } }) => {
    if (key === 'memoryParts')
      return [`about ${needed} GB of memory are needed, ${there} GB are there; --set device.batchParts=${parts} should fit`]
    if (key === 'memoryNever') return [`about ${needed} GB of memory are needed, ${there} GB are there; a smaller data.size needs less`]
    if (key !== 'embeddingsOverLimit') return []
    return [
      `its embeddings take ${needed} GB; after the training only ${limit} GB are kept; maskwright assist cache --limit ${limitGb} keeps all`,
    ]
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
