import { mkdir, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Evaluation } from '../../shared/api/page/models.ts'
import type { PageClient } from '../../shared/api/page/contract.ts'
import { AppError } from '../../shared/errors.ts'
import type { ExportReport, ImportReport } from '../../shared/model/dataset.ts'
import type { ModelRecord } from '../../shared/model/modelRecord.ts'
import type { ClassTable, Run } from '../../shared/model/run.ts'
import type { Inference } from '../../shared/model/train/inference.ts'
import type { Core } from '../core.ts'
import { resolveConfig } from './configFiles.ts'
import { followJob, followRun } from './follow.ts'
import { given } from './givenOptions.ts'
import { inferenceOf, type InferenceOptions } from './inferenceOptions.ts'
import { findDataset, findModel, findRun } from './lookup.ts'
import { duration, table, type Output } from './output.ts'
import { folderId, type Session } from './session.ts'
import { withWeightsPath } from './weightsPath.ts'
import { copyToWorkDir, requireWorkDir } from './workDir.ts'

export interface Command {
  readonly session: Session
  readonly output: Output
  readonly signal: AbortSignal
}

export async function importCommand({ session, output, signal }: Command, folder: string, options: { name?: string }): Promise<void> {
  const { client } = session
  const { jobId } = await client.datasets.import({
    folderId: await folderId(client, folder),
    ...(options.name ? { name: options.name } : {}),
  })
  const report = (await followJob(client, jobId, 'import', output, signal)) as ImportReport
  output.result(report, importLines)
  if (report.datasetId === null) throw new AppError('dataset/empty', 'nothing could be imported')
}

export function importLines(report: ImportReport): string[] {
  const refused = report.problems.filter((problem) => problem.severity === 'refused')
  const shown = report.problems
    .slice(0, 20)
    .map(({ file, line, code, message }) => `  ${file}${line === null ? '' : `:${line}`}  ${code}  ${message}`)
  return [
    `${report.items} pictures, ${report.annotations} annotations, ${report.classes.length} classes; ${report.splits.map(({ name, items }) => `${name} ${items}`).join(', ')}`,
    ...(report.problems.length ? [`${report.problems.length} remarks, ${refused.length} files refused:`, ...shown] : []),
    ...(report.problems.length > shown.length ? [`  … and ${report.problems.length - shown.length} more (--json lists all)`] : []),
  ]
}

export async function exportCommand(
  { session, output, signal }: Command,
  folder: string,
  options: { dataset?: string; name?: string },
): Promise<void> {
  const { client } = session
  const dataset = await findDataset(client, options.dataset)
  const target = path.resolve(folder)
  await mkdir(path.dirname(target), { recursive: true }).catch((cause: unknown) => {
    throw new AppError('disk/failed', `the folder ${path.dirname(target)} cannot be made`, { folder: path.dirname(target) }, { cause })
  })
  const { jobId } = await client.datasets.export({
    datasetId: dataset.id,
    folderId: await folderId(client, path.dirname(target)),
    name: options.name ?? path.basename(target),
  })
  const report = (await followJob(client, jobId, 'export', output, signal)) as ExportReport
  output.result(report, ({ folder: where, filesUntouched, filesRewritten, losses }) => [
    `${where}: ${filesUntouched} files byte for byte as they were, ${filesRewritten} rewritten`,
    ...losses.map(({ file, code, message }) => `  ${file}  ${code}  ${message}`),
  ])
}

export interface TrainOptions {
  dataset?: string
  preset?: string
  set: string[]
  name?: string
  priority?: number
  processes?: number
  workDir?: string
}

const plainJavaScript = 'TensorFlow.js computes in plain JavaScript, in one thread and many times slower than cpu'
/** The words of a command line for what preflight says of TensorFlow.js and of several processes. */
const deviceNotes: Readonly<Record<string, (data: Readonly<Record<string, unknown>>) => string>> = {
  tfjsNative: () => "TensorFlow.js computes with TensorFlow's native library",
  tfjsNoPackage: () => `${plainJavaScript}: the optional package @tensorflow/tfjs-node-gpu is not installed`,
  tfjsNoLibrary: () => `${plainJavaScript}: TensorFlow's native library is not installed`,
  tfjsBroken: ({ detail }) => `${plainJavaScript}: TensorFlow's native library does not start (${String(detail)})`,
  batchNormProcesses: ({ size, processes }) =>
    `batch norm sees the ${String(size)} pictures of one process at a time; with model.headNorm=group ${String(processes)} processes train as one`,
  lossInPieces: ({ losses, size, pieces }) =>
    `${String(losses)} ranks ${String(size)} pictures at a time, as with a batch in ${String(pieces)} parts`,
}

export async function trainCommand(command: Command, file: string | undefined, options: TrainOptions): Promise<void> {
  const { client } = command.session
  if (options.workDir !== undefined) await requireWorkDir(options.workDir)
  const set = options.processes === undefined ? options.set : [...options.set, `device.processes=${options.processes}`]
  const { config: written, record } = await resolveConfig(client, { config: file, preset: options.preset, set })
  const config = withWeightsPath(written)
  const dataset = await findDataset(client, options.dataset)
  const { warnings } = await client.runs.preflight({ datasetId: dataset.id, config })
  const run = await client.runs.launch({
    datasetId: dataset.id,
    config,
    record,
    ...given({ name: options.name, priority: options.priority }),
  })
  command.output.say(`run #${run.number} on ${dataset.name}: ${run.totalSteps} steps`)
  const unvalidated = warnings.find(({ key }) => key === 'noValItems')
  const memory = warnings.find(({ key }) => key === 'memoryParts' || key === 'memoryNever')
  if (memory) {
    const { needed, there, parts } = memory.data
    const help = parts === undefined ? 'a smaller crop size or model needs less' : `--set device.batchParts=${parts} should fit`
    command.output.note(`about ${needed} GB of memory are needed, ${there} GB are there; ${help}`)
  }
  for (const { key, data } of warnings) if (key in deviceNotes) command.output.note(deviceNotes[key]!(data))
  if (unvalidated) command.output.note(`nothing is validated: no labelled picture is in the splits ${unvalidated.data['splits']}`)
  await follow(command, run, options.workDir)
}

export async function resumeCommand(
  command: Command,
  wanted: string | undefined,
  options: { set: string[]; workDir?: string },
): Promise<void> {
  const { client } = command.session
  if (options.workDir !== undefined) await requireWorkDir(options.workDir)
  const run = await client.runs.resume({ runId: (await findRun(client, wanted)).id, set: options.set })
  command.output.say(`run #${run.number}, attempt ${run.attempt}, from step ${run.step} of ${run.totalSteps}`)
  await follow(command, run, options.workDir)
}

/** To its end; a --work-dir gets its copy however the training ended. */
async function follow({ session: { client, folder }, output, signal }: Command, run: Run, workDir: string | undefined): Promise<void> {
  const ended = await followRun(client, run.id, output, signal)
  if (workDir !== undefined) output.note(`copied to ${await copyToWorkDir(folder, ended, workDir)}`)
  await endRun(client, ended, output)
}

/** Says how a training ended. Errors: the run's own. */
export async function endRun(client: PageClient, run: Run, output: Output): Promise<void> {
  const { classTable } = await client.runs.get({ runId: run.id })
  output.result({ run, classTable }, () => [
    `run #${run.number} ${run.status} at step ${run.step} of ${run.totalSteps}${run.startedAt && run.endedAt ? ` after ${duration((run.endedAt - run.startedAt) / 1000)}` : ''}${run.primary ? `; best ${run.primary.name} ${run.primary.best.toFixed(4)} at step ${run.primary.bestStep}` : ''}`,
    ...(classTable ? classTableLines(classTable) : []),
  ])
  if (run.error) throw new AppError(run.error.code === 'cancelled' ? 'bug/unexpected' : run.error.code, run.error.message, run.error.data)
}

export function classTableLines({ columns, rows }: ClassTable): string[] {
  // The last column counts what a class was scored on.
  const cell = (value: number | null, column: number) => (value === null || column === columns.length - 1 ? value : value.toFixed(4))
  return table(
    ['class', ...columns],
    rows.map(({ name, values }) => [name, ...values.map(cell)]),
  )
}

export interface EvalOptions extends InferenceOptions {
  run?: string
  model?: string
  dataset?: string
  checkpoint?: 'best' | 'last'
  splits: string[]
}

/** What was asked for; else the best one, which there is only where something was validated. */
const checkpointOf = (run: Run, wanted: 'best' | 'last' | undefined) => wanted ?? (run.primary ? 'best' : 'last')

export async function evalCommand({ session, output, signal }: Command, options: EvalOptions): Promise<void> {
  const { client } = session
  const ofModel = async (model: string) => ({
    kind: 'model' as const,
    modelId: (await findModel(client, model)).id,
    datasetId: (await findDataset(client, options.dataset)).id,
  })
  const ofRun = async (run: Run) => ({ kind: 'run' as const, runId: run.id, checkpoint: checkpointOf(run, options.checkpoint) })
  const source = options.model ? await ofModel(options.model) : await ofRun(await findRun(client, options.run))
  const inference = inferenceOf(options)
  const { jobId } = await client.models.evaluate({ source, splits: options.splits, ...(inference ? { inference } : {}) })
  const scores = (await followJob(client, jobId, 'evaluate', output, signal)) as Evaluation
  const show = (value: number | null) => (value === null ? '–' : value.toFixed(4))
  output.result(scores, ({ items, mIoU, mAcc, aAcc, table: classes }) => [
    `${items} pictures  mIoU ${show(mIoU)}  mAcc ${show(mAcc)}  aAcc ${show(aAcc)}`,
    ...classTableLines(classes),
  ])
}

export async function listModelsCommand({ session: { client }, output }: Command): Promise<void> {
  output.result(await client.models.list({}), (models) =>
    models.length === 0
      ? 'no model was exported yet'
      : table(
          ['name', 'precision', 'MB', 'metric', 'parity', 'id'],
          models.map((m) => [
            m.name,
            m.precision,
            (m.bytes / 1e6).toFixed(1),
            m.primary ? `${m.primary.name} ${m.primary.value.toFixed(4)}` : '–',
            m.parity.passed ? 'passed' : 'failed',
            m.id,
          ]),
        ),
  )
}

export async function exportModelCommand(
  { session: { client }, output, signal }: Command,
  wanted: string | undefined,
  options: { checkpoint?: 'best' | 'last'; precision: 'fp32' | 'fp16'; name?: string },
): Promise<void> {
  const run = await findRun(client, wanted)
  const { jobId } = await client.models.export({
    runId: run.id,
    checkpoint: checkpointOf(run, options.checkpoint),
    precision: options.precision,
    ...(options.name ? { name: options.name } : {}),
  })
  const { modelId } = (await followJob(client, jobId, 'export', output, signal)) as { modelId: string }
  output.result(await client.models.get({ modelId }), modelLines)
}

export function modelLines({ name, id, bytes, opset, precision, parity }: ModelRecord): string {
  const { images, maxAbsDiff, relativeL2, argmaxAgreement, bound } = parity
  const limit = `(bound ${bound.toExponential(1)})`
  // The bound of fp32 is one on the largest difference, that of fp16 on the relative L2 norm.
  const off =
    precision === 'fp32' ? `max |d| ${maxAbsDiff.toExponential(1)} ${limit}` : `relative L2 ${relativeL2.toExponential(1)} ${limit}`
  const file = `${name}: models/${id}.onnx, ${(bytes / 1e6).toFixed(1)} MB, opset ${opset}`
  return `${file}; against the training graph on ${images} pictures: ${off}, same class on ${(argmaxAgreement * 100).toFixed(3)} % of pixels`
}

export async function listRunsCommand({ session: { client }, output }: Command, trash: boolean): Promise<void> {
  const found = (await client.runs.list({})).filter(({ trashedAt }) => (trashedAt !== null) === trash)
  output.result(found, (runs) =>
    runs.length === 0
      ? trash
        ? 'the trash is empty'
        : 'no run yet'
      : table(
          ['run', 'name', 'status', 'step', 'of', 'metric', 'device', 'tags'],
          runs.map((r) => [
            `#${r.number}`,
            r.name,
            r.status,
            r.step,
            r.totalSteps,
            r.primary ? `${r.primary.name} ${r.primary.best.toFixed(4)}` : '–',
            r.device ?? '–',
            r.tags.join(', '),
          ]),
        ),
  )
}

/** `modelFile` is an ONNX file the studio wrote. Errors: model/bad-file, file/*. */
export async function predictFiles(
  core: Core,
  modelFile: string,
  images: readonly string[],
  out: string,
  output: Output,
  inference?: Inference,
): Promise<PredictedFile[]> {
  await mkdir(out, { recursive: true })
  const results: PredictedFile[] = []
  const taken = new Set<string>()
  for (const [index, image] of images.entries()) {
    output.progress('predict', { phase: path.basename(image), done: index, total: images.length, rate: null, leftSeconds: null })
    if (!(await stat(image).catch(() => null))) throw new AppError('file/not-found', `there is no picture ${image}`, { file: image })
    const prefix = path.join(out, freeName(path.parse(image).name, taken))
    const facts = await core.models.predictFile(modelFile, path.resolve(image), prefix, inference)
    results.push({ image, overlay: `${prefix}.overlay.png`, index: `${prefix}.index.png`, preview: `${prefix}.preview.png`, ...facts })
  }
  output.endProgress()
  return results
}

/** Pictures of the same name in different folders do not overwrite each other's results. */
function freeName(name: string, taken: Set<string>): string {
  let free = name
  for (let n = 2; taken.has(free); n++) free = `${name}-${n}`
  taken.add(free)
  return free
}

export interface PredictedFile extends Awaited<ReturnType<Core['models']['predictFile']>> {
  readonly image: string
  readonly overlay: string
  readonly index: string
  readonly preview: string
}

export const predictionLines = (results: readonly PredictedFile[]): string[] =>
  results.map(({ preview, inferMs, shares }) => {
    const seen = shares.filter(({ share }) => share >= 0.01).map(({ name, share }) => `${name} ${(share * 100).toFixed(0)} %`)
    return `${preview}  ${inferMs.toFixed(0)} ms  ${seen.join(', ')}`
  })
