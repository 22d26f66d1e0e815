import { randomUUID } from 'node:crypto'
import { homedir, tmpdir, totalmem } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PageClient } from '../shared/api/page/contract.ts'
import { installHref } from '../shared/entries.ts'
import { createOnDemandCompute } from './jobs/computeProcess.ts'
import type { SpawnChild } from './jobs/child.ts'
import { createJobQueue } from './jobs/jobQueue.ts'
import { createSupervisor, reapLeftovers } from './jobs/supervisor.ts'
import type { Logger } from './log.ts'
import { createMedia } from './media/pools.ts'
import { insideRoot } from './media/safeFiles.ts'
import { createAnnotationsService } from './services/annotations/annotationsService.ts'
import type { AssetSources, UploadSink } from './services/assets/assetAnswer.ts'
import { createAssist, type Assist } from './services/assist/assistService.ts'
import { embeddingLimitOf } from './services/assist/looks.ts'
import { createUploads } from './services/assets/uploads.ts'
import { createCommentsService } from './services/comments/commentsService.ts'
import { createDatasetsService } from './services/datasets/datasetsService.ts'
import { createEventHub } from './services/eventHub.ts'
import { createFolders, createFoldersService } from './services/folders/folders.ts'
import type { Host } from './services/host.ts'
import { createItemsService } from './services/items/itemsService.ts'
import { createOriginals } from './services/items/originals.ts'
import { createPictureAssets } from './services/items/pictureAssets.ts'
import { createJobsService } from './services/jobs/jobsService.ts'
import { listenLocally, newSocketAddress } from './services/localSocket.ts'
import { createModels, type Models } from './services/models/modelsService.ts'
import { createStaticPages, type StaticPages } from './services/pages/staticFiles.ts'
import { createPictureGuard } from './services/items/pictureGuard.ts'
import { createTiledPictures } from './services/items/tiledPictures.ts'
import { createProjectSlot } from './services/projectSlot.ts'
import { createProjectsService } from './services/projects/projectsService.ts'
import { createPageRouter } from './services/router.ts'
import { createRpcServer, type RpcServer } from './services/rpcServer.ts'
import { comparisonAsset, createComparisons } from './services/runs/compare/comparisonsService.ts'
import { previewAsset } from './services/runs/augmentationPreview.ts'
import { createMemoryPlanner } from './services/runs/memoryPlan.ts'
import { reportAsset } from './services/runs/report/reports.ts'
import { createRuns } from './services/runs/runsService.ts'
import { sampleAsset } from './services/runs/sampleSheets.ts'
import type { Connection } from './services/service.ts'
import { createFreeze } from './services/snapshot/freeze.ts'
import { createRefuseChanged } from './services/snapshot/frozenPictures.ts'
import { createClosing, type Closing } from './services/system/closing.ts'
import { createDeviceFinder } from './services/system/devices/devices.ts'
import { createSystemService } from './services/system/systemService.ts'
import { createUserSettings } from './services/system/userSettings.ts'
import { createTuneRuns } from './services/tuning/tuneRuns.ts'
import { createTuning } from './services/tuning/tuningService.ts'
import { createWeights, type Weights } from './services/weights/weightsService.ts'

export interface CoreOptions {
  readonly shell: Host['shell']
  readonly version: string
  readonly spawnChild: SpawnChild
  /** Folders that pages may browse. */
  readonly roots: readonly string[]
  readonly log: Logger
  readonly stateFolder?: string
  /** Another file for the threads of the database, as `spawnChild` may start other files. */
  readonly databaseFile?: string
}

/** The studio without a shell: every service, one router, and the ways in. */
export interface Core {
  readonly host: Host
  readonly rpc: RpcServer
  readonly assets: AssetSources
  readonly upload: UploadSink
  readonly pages: StaticPages
  readonly models: Models
  readonly weights: Weights
  readonly assist: Assist
  /** What becomes of a training when the user leaves a desktop shell. */
  readonly closing: Closing
  connect(shell: Connection['shell'], gone: AbortSignal): Connection
  /** The contract for a command line in this process. */
  cliClient(): PageClient
  /** Who gives out start addresses, once the browser shell is up. */
  setStartUrl(make: () => string): void
  /** A training is under way. */
  busy(): boolean
  /** Ends what runs (trainings with a checkpoint), closes the project, leaves no child. */
  close(): Promise<void>
}

/** Where this user's settings, recent projects and keys lie (XDG on Linux). */
export function defaultStateFolder(): string {
  const named = process.env['MASKWRIGHT_STATE']
  if (named) return path.resolve(named)
  if (process.platform === 'win32') return path.join(process.env['APPDATA'] ?? homedir(), 'Maskwright')
  if (process.platform === 'darwin') return path.join(homedir(), 'Library', 'Application Support', 'Maskwright')
  return path.join(process.env['XDG_STATE_HOME'] ?? path.join(homedir(), '.local', 'state'), 'maskwright')
}

export async function createCore(options: CoreOptions): Promise<Core> {
  const stateFolder = options.stateFolder ?? defaultStateFolder()
  const pidFolder = path.join(stateFolder, 'children')
  const reaped = await reapLeftovers(pidFolder)
  if (reaped.length > 0) options.log.warn({ reaped }, 'ended processes that a killed host left behind')
  const supervisor = createSupervisor({ spawnChild: options.spawnChild, pidFolder, log: options.log })
  const events = createEventHub()
  const socket = newSocketAddress()
  const host: Host = {
    version: options.version,
    shell: options.shell,
    slot: createProjectSlot({ events, socket, databaseFile: options.databaseFile }),
    jobs: createJobQueue({ onUnexpected: (error, job) => options.log.error({ err: error, job: job.kind }, 'unexpected error in a job') }),
    events,
    folders: createFolders(options.roots),
    supervisor,
    devices: createDeviceFinder(supervisor, options.version),
    log: options.log,
    stateFolder,
    installFolder: fileURLToPath(installHref(import.meta.url)),
  }
  // They end before the project is closed on which they work.
  host.slot.onOpen(() => Promise.resolve(() => host.jobs.closeProject()))
  const media = createMedia(options.spawnChild)
  const guard = createPictureGuard(host.slot, events, media)
  const originals = createOriginals(media, guard)
  const tiled = createTiledPictures({ slot: host.slot, jobs: host.jobs, media, guard, originals })
  const settings = createUserSettings(stateFolder)
  const uploads = createUploads(path.join(tmpdir(), `maskwright-uploads-${randomUUID()}`))
  const freeze = createFreeze(media, originals)
  const refuseChanged = createRefuseChanged(originals)
  // Answers questions about networks and weights files without running anything.
  const inquiry = createOnDemandCompute(supervisor, { name: 'inquiry', memoryLimitBytes: Math.round(totalmem() * 0.8) })
  const weights = createWeights(host, inquiry)
  const models = createModels({
    host,
    uploads,
    freeze,
    refuseChanged,
    imageFileOfItem: async (store, itemId) => {
      const files = await store.call('items.files', { itemId })
      await originals.refuseReplaced(files)
      return insideRoot(files.rootPath, files.relPath)
    },
  })
  const assist = createAssist({
    host,
    media,
    tiled,
    settings,
    predictItem: models.predictItem,
    scratchFolder: path.join(tmpdir(), `maskwright-assist-${randomUUID()}`),
  })
  const memory = createMemoryPlanner(inquiry)
  const tuneRuns = createTuneRuns({
    models: assist.models,
    memory,
    originals,
    cacheLimit: () => embeddingLimitOf(settings),
    encodeMs: assist.encodeMs,
  })
  const runs = createRuns(
    host,
    { freeze, refuseChanged },
    {
      weights,
      memory,
      tuneRuns,
      tfjs: (signal) => inquiry.get().tfjsBackend({}, { signal }),
    },
  )
  const closing = createClosing(runs)
  let startUrl: (() => string) | null = null
  const rpc = createRpcServer(
    createPageRouter({
      system: createSystemService(host, { settings, closing, startUrl: () => startUrl?.() ?? null }),
      projects: createProjectsService(host, media),
      folders: createFoldersService(host.folders),
      datasets: createDatasetsService(host, media, settings),
      items: createItemsService(host, settings, tiled, originals),
      annotations: createAnnotationsService(host, settings),
      assist: assist.service,
      comments: createCommentsService(host, settings),
      jobs: createJobsService(host.jobs),
      runs: runs.service,
      comparisons: createComparisons(host, refuseChanged),
      models: models.service,
      tuning: createTuning({ host, models: assist.models, tuneRuns }),
      weights: weights.service,
    }),
    options.log,
  )
  const connect: Core['connect'] = (shell, gone) => ({ id: randomUUID(), shell, gone })
  const local = await listenLocally(socket, rpc, (gone) => connect('cli', gone))
  const alive = new AbortController()
  let closed: Promise<void> | null = null
  return {
    host,
    rpc,
    models,
    weights,
    assist,
    closing,
    connect,
    upload: (body, type) => assist.uploads.take(body, type) ?? uploads.take(body, type),
    pages: createStaticPages(path.join(host.installFolder, 'out', 'renderer'), () => settings.read()),
    assets: {
      ...createPictureAssets(host.slot, media, tiled, guard),
      model: models.modelAsset,
      prediction: models.predictionAsset,
      sample: async (id) => sampleAsset(host.slot.require().store.folder, id),
      comparison: async (id) => comparisonAsset(host.slot.require().store.folder, id),
      report: async (id) => reportAsset(host.slot.require().store.folder, id),
      preview: async (id) => previewAsset(host.slot.require().store.folder, id),
      upload: async (id) => {
        const { file, type } = uploads.find(id)
        return { type, body: { file } }
      },
    },
    cliClient: () => rpc.localClient(connect('cli', alive.signal)),
    setStartUrl: (make) => void (startUrl = make),
    busy: () => runs.busy(),
    close: () =>
      (closed ??= (async () => {
        alive.abort()
        await local.close()
        await host.jobs.close()
        await host.slot.close()
        await Promise.all([models.close(), assist.close(), inquiry.close(), media.close(), uploads.clear()])
        await host.supervisor.close()
      })()),
  }
}
