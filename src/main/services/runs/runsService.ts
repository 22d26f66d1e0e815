import path from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import type { RunEvent } from '../../../shared/api/page/runs.ts'
import type { TfjsChoice } from '../../../shared/model/device.ts'
import { isLive, type Run } from '../../../shared/model/run.ts'
import { makeTimetable } from '../../../shared/model/timetable.ts'
import { trainConfigJsonSchema } from '../../../shared/model/trainConfig.ts'
import { isSamTune, promptedMask } from '../../../shared/model/samTune.ts'
import { orThrow } from '../../../shared/model/trainConfigParse.ts'
import { conflate } from '../../jobs/conflate.ts'
import type { JobContext } from '../../jobs/jobQueue.ts'
import type { ProjectStore } from '../../db/store.ts'
import type { Host } from '../host.ts'
import type { AreaService, Call } from '../service.ts'
import type { FreezeSnapshot } from '../snapshot/freeze.ts'
import type { RefuseChanged } from '../snapshot/frozenPictures.ts'
import type { TuneRuns } from '../tuning/tuneRuns.ts'
import { adoptRun, packRun } from './pack/runPacks.ts'
import { startPreview } from './augmentationPreview.ts'
import type { MemoryPlanner } from './memoryPlan.ts'
import { memoryWarnings, preflight, requireTrainable, tfjsWarnings } from './preflight.ts'
import { readPresetTexts } from './presets.ts'
import { presetOf } from './runPreset.ts'
import { checkGiven, readPresets } from './givenConfig.ts'
import { listCheckpoints, readConfigRecord, readStartWeights, runFolderOf, tailLog } from './runFolder.ts'
import { createRunFeed, mergeRunEvents, runEventKey } from './runFeed.ts'
import { listSampleSheets } from './sampleSheets.ts'
import { checkWeights, requireWeights, type WeightsOfRuns } from './runWeights.ts'
import { purgeRun, requirePurgeable, sweepRemoved } from './runTrash.ts'
import { createTrainings } from './trainings.ts'
import { newId } from '../../newId.ts'

export interface Runs {
  readonly service: AreaService<'runs'>
  /** Resolves when the run is at rest. */
  wait(runId: string): Promise<Run>
  busy(): boolean
  /** Resolves when nothing trains or waits to. */
  idle(): Promise<void>
}

/** Who answers what a training of a config would do. */
export interface Inquiries {
  readonly weights: WeightsOfRuns
  readonly memory: MemoryPlanner
  readonly tuneRuns: TuneRuns
  readonly tfjs: (signal: AbortSignal | undefined) => Promise<TfjsChoice>
}

export function createRuns(
  host: Host,
  { freeze, refuseChanged }: { freeze: FreezeSnapshot; refuseChanged: RefuseChanged },
  { weights, memory, tfjs, tuneRuns }: Inquiries,
): Runs {
  const feed = createRunFeed()
  const trainings = createTrainings(host, { freeze, refuseChanged, tuneRuns }, feed)
  /** Records of runs that changed since the project was opened. */
  const latest = new Map<string, Run>()
  feed.subscribe((event) => event.type === 'run' && latest.set(event.run.id, event.run))
  const store = () => host.slot.require().store

  host.slot.onOpen(async (open) => {
    await sweepRemoved(open.store)
    const close = await trainings.opened(open.store)
    return async () => {
      await close()
      latest.clear()
    }
  })

  /** The record as it is now: what the database knows lags a little behind. */
  const fresh = (run: Run): Run => latest.get(run.id) ?? run
  async function launch({ datasetId, name, priority, ...given }: Parameters<AreaService<'runs'>['launch']>[0], call: Call): Promise<Run> {
    const open = store()
    if (isSamTune(given.config)) return launchTune(open, { datasetId, name, priority, config: given.config })
    const { checked, sources } = await checkGiven(host.installFolder, given)
    const { config: wanted, origins } = orThrow(checked)
    const config = await requireWeights(weights, { open, datasetId, config: wanted }, call)
    const trainItems = await requireTrainable(open, datasetId, config)
    const table = makeTimetable(trainItems, config.data.batchSize, config.optimizer.accumulate, config.loop)
    const run = {
      id: newId(),
      name: name ?? null,
      taskId: 'semanticSegmentation',
      datasetId,
      snapshotHash: '',
      totalSteps: table.totalSteps,
      totalEpochs: table.totalEpochs,
      config,
      priority,
    }
    return trainings.begin(open, run, config, { origins, sources: [...sources] })
  }

  async function launchTune(
    open: ProjectStore,
    {
      datasetId,
      name,
      priority,
      config: given,
    }: { datasetId: string; name: string | undefined; priority: number; config: Record<string, unknown> },
  ): Promise<Run> {
    const { config, totalSteps, stepsPerEpoch } = await tuneRuns.require(open, datasetId, given)
    const length = { totalSteps, totalEpochs: totalSteps / stepsPerEpoch }
    const run = { id: newId(), name: name ?? null, taskId: promptedMask, datasetId, snapshotHash: '', ...length, config, priority }
    return trainings.begin(open, run, config, { origins: {}, sources: [] })
  }

  /** Their records as they are now. Errors: run/not-found. */
  const requireRuns = (runIds: readonly string[]): Promise<Run[]> =>
    Promise.all(runIds.map(async (runId) => fresh((await store().call('runs.get', { runId })).run)))

  const flushAll = async (runIds: readonly string[]): Promise<void> => {
    await Promise.all(runIds.map((runId) => trainings.flush(runId)))
  }

  const service: AreaService<'runs'> = {
    schema: () => ({ schema: trainConfigJsonSchema() }),
    presets: () => readPresets(host.installFolder),
    presetTexts: async () => (await readPresetTexts(host.installFolder)).map(({ name, text }) => ({ from: 'preset' as const, name, text })),
    async preflight({ datasetId, ...given }, call) {
      const open = store()
      if (isSamTune(given.config)) return tuneRuns.preflight(open, datasetId, given.config, call.signal)
      const { checked } = await checkGiven(host.installFolder, given)
      const answer = await preflight(open, datasetId, checked)
      if (!checked.config || answer.problems.length > 0) return answer
      const { config } = checked
      const [weightsCheck, plan, ofTfjs] = await Promise.all([
        checkWeights(weights, { open, datasetId, config }, call),
        memory.plan(open, datasetId, config, call.signal),
        tfjsWarnings(config, () => tfjs(call.signal)),
      ])
      return { ...answer, warnings: [...answer.warnings, ...memoryWarnings(config, plan), ...ofTfjs], weights: weightsCheck, memory: plan }
    },
    async previewAugmentation({ datasetId, epoch, count, ...given }) {
      const open = store()
      const { config } = orThrow((await checkGiven(host.installFolder, given)).checked)
      await requireTrainable(open, datasetId, config)
      return { jobId: startPreview(host, freeze, open, { datasetId, config, epoch, count }) }
    },
    launch,
    list: async () => (await store().call('runs.list', {})).map(fresh),
    async get({ runId }) {
      const { run, config, classTable, findings } = await store().call('runs.get', { runId })
      const folder = runFolderOf(store().folder, runId)
      const [checkpoints, record, start] = await Promise.all([listCheckpoints(folder), readConfigRecord(folder), readStartWeights(folder)])
      return {
        run: fresh(run),
        config,
        record,
        preset: record && (await presetOf(record)),
        classTable,
        findings,
        weights: start,
        checkpoints: checkpoints.map(({ name, step, best }) => ({ name, step, best })),
      }
    },
    async metrics({ runId, maxPoints }) {
      await trainings.flush(runId)
      return store().call('metrics.list', { runId, maxPoints })
    },
    async curves(input) {
      await flushAll(input.runIds)
      return store().call('curves.drawn', input)
    },
    async summaries(input) {
      await flushAll(input.runs.map(({ runId }) => runId))
      return store().call('curves.summaries', input)
    },
    async points(input) {
      await store().call('runs.get', { runId: input.runId })
      await trainings.flush(input.runId)
      return store().call('curves.points', input)
    },
    async watch({ runId }, { signal }) {
      const known = runId === null ? await service.list({}, undefined as never) : [(await service.get({ runId }, undefined as never)).run]
      return conflate<RunEvent>({
        signal,
        subscribe(push) {
          for (const run of known) push(`run ${run.id}`, { type: 'run', run: fresh(run) })
          return feed.subscribe((event) => {
            const id = event.type === 'run' ? event.run.id : event.runId
            if (runId === null ? event.type === 'run' || event.type === 'runGone' : id === runId)
              push(runEventKey(event), event, mergeRunEvents)
          })
        },
      })
    },
    async samples({ runId }) {
      await store().call('runs.get', { runId })
      return listSampleSheets(store().folder, runId)
    },
    async log({ runId, tail }) {
      await store().call('runs.get', { runId })
      return tailLog(runFolderOf(store().folder, runId), tail)
    },
    async stop({ runId }) {
      await store().call('runs.get', { runId })
      await trainings.stop(store(), runId)
      return {}
    },
    resume: ({ runId, set }) => trainings.resume(store(), runId, set),
    update: async ({ runId, ...patch }) => {
      await store().call('runs.get', { runId })
      return trainings.change(store(), runId, patch)
    },
    async trash({ runIds }) {
      const runs = await requireRuns(runIds)
      const live = runs.find(isLive)
      if (live) throw new AppError('run/busy', `run #${live.number} is still training`, { id: live.id, number: live.number })
      return Promise.all(runs.map((run) => trainings.trash(store(), run.id)))
    },
    async restore({ runIds }) {
      const runs = await requireRuns(runIds)
      return Promise.all(runs.map((run) => trainings.change(store(), run.id, { trashedAt: null })))
    },
    async purge({ runIds }) {
      const runs = await requireRuns([...new Set(runIds)])
      // All or none: what was refused for one run must not have deleted another.
      for (const run of runs) requirePurgeable(run)
      for (const run of runs) {
        await purgeRun(store(), run)
        latest.delete(run.id)
        feed.emit({ type: 'runGone', runId: run.id })
        host.events.emit({ type: 'runs', runId: run.id })
      }
      return {}
    },
    async exportPack({ runId, folderId, name }) {
      const folder = await host.folders.resolve(folderId)
      const run = (await store().call('runs.get', { runId })).run
      const work = ({ signal, report }: JobContext) =>
        packRun(
          store(),
          runId,
          { folder, name, studio: host.version },
          { signal, onProgress: (done, total) => report({ phase: 'write', done, total }) },
        )
      return { jobId: host.jobs.start({ kind: 'packRun', subject: run.name, run: work }) }
    },
    async importPack({ folderId, name }) {
      const file = path.join(await host.folders.resolve(folderId), name)
      const work = async ({ signal, report }: JobContext) => {
        const adopted = await adoptRun(store(), file, { signal, onProgress: (done, total) => report({ phase: 'read', done, total }) })
        host.events.emit({ type: 'runs', runId: adopted.runId })
        return adopted
      }
      return { jobId: host.jobs.start({ kind: 'adoptRun', subject: name, run: work }) }
    },
  }
  return {
    service,
    busy: () => trainings.busy(),
    idle: () => trainings.idle(),
    wait: (runId) => trainings.wait(store(), runId),
  }
}
