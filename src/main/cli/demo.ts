import { existsSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { AppError, CancelledError } from '../../shared/errors.ts'
import type { ImportReport } from '../../shared/model/dataset.ts'
import type { Run } from '../../shared/model/run.ts'
import { generateDemoDataset } from '../services/demo/generate.ts'
import { nearestColourScores } from '../services/demo/nearestColour.ts'
import { classTableLines, importLines, modelLines, predictFiles, predictionLines } from './commands.ts'
import { resolveConfig } from './configFiles.ts'
import { followJob, followRun } from './follow.ts'
import { duration, type Output } from './output.ts'
import type { CliHost } from './cliHost.ts'
import { folderId, openSession, type Session } from './session.ts'

export interface DemoOptions {
  out: string
  seed: number
}

interface Demo {
  readonly session: Session
  readonly options: DemoOptions
  readonly output: Output
  readonly signal: AbortSignal
}

const preset = 'demo'
const pictures = 3

/** From nothing to a model that predicts, through the same services as the pages. Started again, it goes on where it was ended. */
export async function demoCommand(host: CliHost, options: DemoOptions, output: Output, signal: AbortSignal): Promise<void> {
  const started = Date.now()
  const folder = path.resolve(options.out)
  if (existsSync(folder) && !existsSync(path.join(folder, 'project.db')) && (await readdir(folder)).length > 0) {
    throw new AppError('project/not-empty', `${folder} is there already and is no project; choose another folder with --out`, { folder })
  }
  const session = await openSession(host.makeCore, folder, { create: true })
  const demo: Demo = { session, options, output, signal }
  try {
    const source = await makePictures(demo)
    const datasetId = await importPictures(demo, source)
    const run = await train(demo, datasetId)
    output.progress('baseline', { phase: 'nearest colour', done: 0, total: null, rate: null, leftSeconds: null })
    const baseline = await nearestColourScores(source, signal)
    output.endProgress()
    const { classTable } = await session.client.runs.get({ runId: run.id })
    const best = run.primary?.best ?? 0
    output.say(`val mIoU ${best.toFixed(4)}; a nearest-colour classifier reaches ${(baseline.mIoU ?? 0).toFixed(4)} on the same pictures`)
    if (classTable) for (const line of classTableLines(classTable)) output.say(line)
    const model = await exportModel(demo, run)
    const predictions = await predict(demo, source, model.id)
    const seconds = (Date.now() - started) / 1000
    output.result({ project: folder, run, mIoU: best, nearestColour: baseline.mIoU, classTable, model, predictions, seconds }, () => [
      '',
      `Done in ${duration(seconds)}. The project is ${folder}; open it with`,
      `  npm run serve -- ${path.relative(process.cwd(), folder) || '.'}`,
    ])
  } finally {
    await session.close()
  }
}

/** Made beside its name and renamed when whole, so a folder that is there is complete. */
async function makePictures({ session, options: { seed }, output, signal }: Demo): Promise<string> {
  const folder = path.join(session.folder, 'images', `demo-seed-${seed}`)
  if (existsSync(folder)) return folder
  const meter = performance.now()
  await generateDemoDataset({
    folder,
    seed,
    signal,
    onProgress(done, total) {
      const rate = done / ((performance.now() - meter) / 1000)
      output.progress('pictures', { phase: 'drawing', done, total, rate, leftSeconds: (total - done) / rate })
    },
  })
  output.endProgress()
  output.say(`pictures: ${folder}`)
  return folder
}

async function importPictures({ session: { client }, options: { seed }, output, signal }: Demo, source: string): Promise<string> {
  const name = `demo-seed-${seed}`
  const there = (await client.datasets.list({})).find((dataset) => dataset.name === name)
  if (there) return there.id
  const { jobId } = await client.datasets.import({ folderId: await folderId(client, source), name })
  const report = (await followJob(client, jobId, 'import', output, signal)) as ImportReport
  for (const line of importLines(report)) output.say(line)
  if (report.datasetId === null) throw new AppError('dataset/empty', 'the demo pictures could not be imported')
  return report.datasetId
}

/** Goes on with the demo's own run where that was ended before its time, else starts one. */
async function train({ session: { client }, options: { seed }, output, signal }: Demo, datasetId: string): Promise<Run> {
  if (signal.aborted) throw new CancelledError()
  const name = `demo, seed ${seed}`
  const { config, record } = await resolveConfig(client, { preset, set: [`seed=${seed}`] })
  const open = (await client.runs.list({})).find(
    (run) => run.datasetId === datasetId && run.name === name && (run.status === 'stopped' || run.status === 'interrupted'),
  )
  const run = open ? await client.runs.resume({ runId: open.id }) : await client.runs.launch({ datasetId, config, record, name })
  output.say(
    open
      ? `going on with run #${run.number} from step ${run.step} of ${run.totalSteps}`
      : `training run #${run.number}: ${run.totalSteps} steps`,
  )
  const ended = await followRun(client, run.id, output, signal)
  if (ended.error && ended.error.code !== 'cancelled') throw new AppError(ended.error.code, ended.error.message, ended.error.data)
  if (ended.status !== 'finished') throw new CancelledError('stopped; the same command goes on from here')
  const seconds = ended.startedAt && ended.endedAt ? `, ${duration((ended.endedAt - ended.startedAt) / 1000)}` : ''
  output.say(`trained ${ended.step} steps on ${ended.device ?? '?'}${seconds}`)
  return ended
}

async function exportModel({ session: { client }, options: { seed }, output, signal }: Demo, run: Run) {
  const { jobId } = await client.models.export({ runId: run.id, checkpoint: 'best', precision: 'fp32', name: `demo, seed ${seed}` })
  const { modelId } = (await followJob(client, jobId, 'export', output, signal)) as { modelId: string }
  const model = await client.models.get({ modelId })
  output.say(modelLines(model))
  return model
}

async function predict({ session, output }: Demo, source: string, modelId: string) {
  const folder = path.join(source, 'JPEGImages')
  // The last pictures are those of the validation split.
  const images = (await readdir(folder))
    .sort()
    .slice(-pictures)
    .map((name) => path.join(folder, name))
  const out = path.join(session.folder, 'predictions')
  await rm(out, { recursive: true, force: true })
  const results = await predictFiles(session.core, path.join(session.folder, 'models', `${modelId}.onnx`), images, out, output)
  for (const line of predictionLines(results)) output.say(line)
  return results
}
