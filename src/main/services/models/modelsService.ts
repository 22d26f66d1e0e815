import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { totalmem } from 'node:os'
import path from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import type { Prediction } from '../../../shared/model/modelRecord.ts'
import type { Run } from '../../../shared/model/run.ts'
import { promptedMask } from '../../../shared/model/samTune.ts'
import type { Inference } from '../../../shared/model/train/inference.ts'
import { parseTrainConfig } from '../../../shared/model/trainConfigParse.ts'
import type { ProjectStore } from '../../db/store.ts'
import { createOnDemandCompute } from '../../jobs/computeProcess.ts'
import type { AssetAnswer } from '../assets/assetAnswer.ts'
import type { Uploads } from '../assets/uploads.ts'
import type { Host } from '../host.ts'
import { readRunSnapshot } from '../runs/compare/seenData.ts'
import { runFolderOf } from '../runs/runFolder.ts'
import type { FreezeInput, FreezeSnapshot } from '../snapshot/freeze.ts'
import type { RefuseChanged } from '../snapshot/frozenPictures.ts'
import type { AreaService } from '../service.ts'
import { findCertainty, type CertaintyPorts } from './certaintyJob.ts'
import { modelFileOf } from './modelFiles.ts'
import { newId } from '../../newId.ts'

/** The picture of an item on the disk. Errors: item/not-found, file/not-found, file/path-escape. */
export type ImageFileOfItem = (store: ProjectStore, itemId: string) => Promise<string>

export interface Models {
  readonly service: AreaService<'models'>
  readonly modelAsset: (modelId: string) => Promise<AssetAnswer>
  readonly predictionAsset: (id: string) => Promise<AssetAnswer>
  /** The classes a model sees in a picture, as an index map in a file. Errors: model/not-found, item/not-found, file/*. */
  readonly predictItem: (modelId: string, itemId: string, signal: AbortSignal) => Promise<{ indexFile: string; classes: string[] }>
  /** Predicts a picture of this side and leaves `<prefix>.overlay.png`, `.index.png` and `.preview.png`; for the command line. */
  predictFile(
    modelFile: string,
    imageFile: string,
    outPrefix: string,
    inference?: Inference,
  ): Promise<Omit<Prediction, 'overlayAsset' | 'indexAsset' | 'imageAsset'>>
  close(): Promise<void>
}

export interface ModelsOptions {
  readonly host: Host
  readonly uploads: Uploads
  readonly imageFileOfItem: ImageFileOfItem
  readonly freeze: FreezeSnapshot
  readonly refuseChanged: RefuseChanged
}

/** Older predictions are removed; they can be made again. */
const keepPredictions = 200

const predictionFolder = (projectFolder: string) => path.join(projectFolder, 'cache', 'predictions')

export function createModels({ host, uploads, imageFileOfItem, freeze, refuseChanged }: ModelsOptions): Models {
  const memoryLimitBytes = Math.round(totalmem() * 0.8)
  const compute = createOnDemandCompute(host.supervisor, { name: 'prediction', memoryLimitBytes })
  const store = () => host.slot.require().store
  host.slot.onOpen(({ store: open }) => removePartials(path.join(open.folder, 'models')))

  async function requireModelFile(open: ProjectStore, modelId: string): Promise<string> {
    await open.call('models.get', { modelId })
    const file = modelFileOf(open.folder, modelId)
    if (!(await exists(file))) throw new AppError('model/not-found', 'the file of this model is gone', { id: modelId })
    return file
  }
  const service: AreaService<'models'> = {
    list: () => store().call('models.list', {}),
    get: ({ modelId }) => store().call('models.get', { modelId }),
    async export({ runId, checkpoint, precision, name }) {
      const open = store()
      const { run } = await open.call('runs.get', { runId })
      requireSegmentation(run)
      const title = name ?? `${run.name} ${checkpoint}`
      const jobId = host.jobs.start({
        kind: 'exportModel',
        subject: title,
        run: async ({ signal, report }) => {
          report({ phase: 'exporting', done: 0, total: null })
          const modelId = newId()
          const outFile = modelFileOf(open.folder, modelId)
          await mkdir(path.dirname(outFile), { recursive: true })
          const runFolder = runFolderOf(open.folder, runId)
          const facts = await compute.get().exportModel({ runFolder, checkpoint, precision, outFile, modelId, name: title }, { signal })
          await open.call('models.add', {
            model: { ...facts, id: modelId, name: title, runId, checkpoint, precision, createdAt: Date.now() },
          })
          host.events.emit({ type: 'models' })
          return { modelId }
        },
      })
      return { jobId }
    },
    async predict({ modelId, source }, { signal }) {
      const open = store()
      const modelFile = await requireModelFile(open, modelId)
      const imageFile = source.kind === 'item' ? await imageFileOfItem(open, source.itemId) : uploads.find(source.uploadId).file
      const folder = predictionFolder(open.folder)
      await mkdir(folder, { recursive: true })
      const id = randomUUID()
      const facts = await compute
        .get()
        .predict({ modelFile, imageFile, outPrefix: path.join(folder, id) }, { signal })
        .catch((error: unknown) => {
          throw source.kind === 'upload' ? withoutPath(error, imageFile) : error
        })
      await forgetOld(folder)
      const imageAsset = source.kind === 'item' ? source.itemId : source.uploadId
      return { ...facts, overlayAsset: `${id}.overlay`, indexAsset: `${id}.index`, imageAsset }
    },
    async evaluate({ source, splits, inference }) {
      const open = store()
      const subject =
        source.kind === 'run'
          ? requireSegmentation((await open.call('runs.get', { runId: source.runId })).run).name
          : (await open.call('models.get', source)).name
      const jobId = host.jobs.start({
        kind: 'evaluate',
        subject,
        run: async ({ signal, report }) => {
          if (source.kind === 'run') {
            report({ phase: 'evaluating', done: 0, total: null })
            const frozen = (await readRunSnapshot(open.folder, source.runId))?.items ?? []
            const scored = frozen.filter(({ split }) => split.some((name) => splits.includes(name)))
            await refuseChanged(open, scored, signal)
            const runFolder = runFolderOf(open.folder, source.runId)
            return compute
              .get()
              .evaluate({ source: { kind: 'checkpoint', runFolder, checkpoint: source.checkpoint }, splits, inference }, { signal })
          }
          const modelFile = await requireModelFile(open, source.modelId)
          const snapshot = await freeze(open, {
            datasetId: source.datasetId,
            splits,
            ...(await trainedClasses(open, source.modelId)),
            signal,
            onProgress: (done, total) => report({ phase: 'freezing', done, total }),
          })
          const snapshotFile = path.join(open.folder, 'cache', `evaluation-${randomUUID()}.json`)
          await writeFile(snapshotFile, JSON.stringify(snapshot))
          try {
            report({ phase: 'evaluating', done: 0, total: null })
            return await compute.get().evaluate({ source: { kind: 'model', modelFile, snapshotFile }, splits, inference }, { signal })
          } finally {
            await rm(snapshotFile, { force: true })
          }
        },
      })
      return { jobId }
    },
    async certainty(input) {
      const open = store()
      const { name } = await open.call('models.get', input)
      const dataset = await open.call('datasets.get', input)
      const modelFile = await requireModelFile(open, input.modelId)
      const jobId = host.jobs.start({
        kind: 'certainty',
        subject: `${name}: ${dataset.name}`,
        run: async (context) => {
          // A process of its own: pictures that end it are told one by one, and must not keep predictions from being made.
          const looking = createOnDemandCompute(host.supervisor, { name: 'certainty', memoryLimitBytes, countsCrashes: false })
          const ports: CertaintyPorts = {
            store: open,
            modelFile,
            compute: () => looking.get(),
            imageFileOf: (itemId) => imageFileOfItem(open, itemId),
            changed: () => host.events.emit({ type: 'items', datasetId: input.datasetId }),
          }
          return findCertainty(input, ports, context).finally(() => looking.close())
        },
      })
      return { jobId }
    },
    certaintyOf: (input) => store().call('certainty.ofDataset', input),
    async remove({ modelId }) {
      const open = store()
      await open.call('models.remove', { modelId })
      await rm(modelFileOf(open.folder, modelId), { force: true })
      host.events.emit({ type: 'models' })
      return {}
    },
  }
  return {
    service,
    async modelAsset(modelId) {
      const open = store()
      const { name } = await open.call('models.get', { modelId })
      return { type: 'application/octet-stream', body: { file: await requireModelFile(open, modelId) }, saveAs: `${name}.onnx` }
    },
    async predictItem(modelId, itemId, signal) {
      const open = store()
      const { classes } = await open.call('models.get', { modelId })
      const modelFile = await requireModelFile(open, modelId)
      const folder = predictionFolder(open.folder)
      await mkdir(folder, { recursive: true })
      const outPrefix = path.join(folder, randomUUID())
      await compute.get().predict({ modelFile, imageFile: await imageFileOfItem(open, itemId), outPrefix }, { signal })
      await forgetOld(folder)
      return { indexFile: `${outPrefix}.index.png`, classes: classes.map(({ name }) => name) }
    },
    async predictionAsset(id) {
      if (!/^[0-9a-f-]{36}\.(overlay|index|preview)$/.test(id)) throw new AppError('file/not-found', 'there is no such prediction', { id })
      return { type: 'image/png', body: { file: path.join(predictionFolder(store().folder), `${id}.png`) } }
    },
    predictFile: (modelFile, imageFile, outPrefix, inference) =>
      compute.get().predict({ modelFile, imageFile, outPrefix, preview: true, inference }),
    close: () => compute.close(),
  }
}

/** The class rules that a model was trained with, so that it is scored on the classes it knows; none where its run is gone. */
async function trainedClasses(store: ProjectStore, modelId: string): Promise<Pick<FreezeInput, 'classes'>> {
  const { runId } = await store.call('models.get', { modelId })
  const run = runId === null ? null : await store.call('runs.get', { runId }).catch(() => null)
  const { config } = run ? parseTrainConfig(run.config) : { config: null }
  return config ? { classes: config.data.classes } : {}
}

/** Where the host keeps a picture that was sent is no page's business. */
function withoutPath(error: unknown, file: string): unknown {
  if (!(error instanceof AppError)) return error
  const data = Object.fromEntries(Object.entries(error.data).filter(([, value]) => value !== file))
  return new AppError(error.code, error.message.replaceAll(file, 'the picture'), data, { cause: error })
}

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  )

/** What exports left behind when they were killed; whoever opens a project is the only one in it. */
async function removePartials(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  await Promise.all(names.filter((name) => name.endsWith('.partial')).map((name) => rm(path.join(folder, name), { force: true })))
}

async function forgetOld(folder: string): Promise<void> {
  const files = await Promise.all(
    (await readdir(folder)).map(async (name) => ({ name, at: (await stat(path.join(folder, name))).mtimeMs })),
  )
  const old = files.sort((a, b) => b.at - a.at).slice(keepPredictions * 2)
  await Promise.all(old.map(({ name }) => rm(path.join(folder, name), { force: true })))
}

/** A SAM becomes a model by `tuning.publish`, and is scored by clicks. Errors: model/unsupported. */
function requireSegmentation(run: Run): Run {
  if (run.taskId !== promptedMask) return run
  throw new AppError('model/unsupported', `run #${run.number} trained a SAM: publish it among the models that segment by clicks`, {
    model: run.taskId,
    data: 'semanticSegmentation',
  })
}
