import path from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import type { RunEvent } from '../../../shared/api/page/runs.ts'
import type { ConfigRecord } from '../../../shared/model/config/origin.ts'
import type { Run } from '../../../shared/model/run.ts'
import { makeTimetable } from '../../../shared/model/timetable.ts'
import { trainConfigJsonSchema, type TrainConfig } from '../../../shared/model/trainConfig.ts'
import { orThrow, requireTrainConfig } from '../../../shared/model/trainConfigParse.ts'
import type { ProjectStore } from '../../db/store.ts'
import { conflate } from '../../jobs/conflate.ts'
import type { JobContext } from '../../jobs/jobQueue.ts'
import type { Host } from '../host.ts'
import type { AreaService, Call } from '../service.ts'
import { dataOf, pinLabels, type FreezeSnapshot } from '../snapshot/freeze.ts'
import { describeEnvironment } from './environment.ts'
import { adoptRun, packRun } from './pack/runPacks.ts'
import { startPreview } from './augmentationPreview.ts'
import type { MemoryPlanner } from './memoryPlan.ts'
import { memoryWarnings, preflight, requireTrainable } from './preflight.ts'
import { readPresetTexts } from './presets.ts'
import { presetOf } from './runPreset.ts'
import { changedForResume, checkGiven, readPresets } from './givenConfig.ts'
import { recoverRuns } from './recovery.ts'
import {
  hasRunInputs,
  listCheckpoints,
  readConfigRecord,
  readStartWeights,
  runFolderOf,
  tailLog,
  writeEnvironment,
  writeRunConfig,
  writeRunInputs,
} from './runFolder.ts'
import { createRunFeed, mergeRunEvents, runEventKey } from './runFeed.ts'
import { listSampleSheets } from './sampleSheets.ts'
import { checkWeights, requireWeights, type WeightsOfRuns } from './runWeights.ts'
import { Trainer } from './trainer.ts'
import { newId } from '../../newId.ts'

export interface Runs {
  readonly service: AreaService<'runs'>
  /** Resolves when the run is at rest. */
  wait(runId: string): Promise<Run>
  busy(): boolean
}

const resumable: ReadonlySet<Run['status']> = new Set(['stopped', 'paused', 'interrupted', 'failed', 'created'])
const closeGraceMs = 60_000

/** Who answers what a training of a config would do. */
export interface Inquiries {
  readonly weights: WeightsOfRuns
  readonly memory: MemoryPlanner
}

export function createRuns(host: Host, freeze: FreezeSnapshot, { weights, memory }: Inquiries): Runs {
  const feed = createRunFeed()
  let active: Trainer | null = null
  /** Records of runs that changed since the project was opened. */
  const latest = new Map<string, Run>()
  feed.subscribe((event) => event.type === 'run' && latest.set(event.run.id, event.run))
  const store = () => host.slot.require().store

  host.slot.onOpen(async (open) => {
    await recoverRuns(open.store)
    return async () => {
      const trainer = active
      trainer?.stop()
      const late = setTimeout(() => void host.supervisor.close(0), closeGraceMs)
      await trainer?.done
      clearTimeout(late)
      latest.clear()
    }
  })

  async function requireIdle(): Promise<void> {
    if (!active) return
    const { id, number } = active.recorder.run
    if (!active.atRest) throw new AppError('run/busy', `run #${number} is still training`, { id, number })
    await active.done
  }
  function begin(run: Run, open: ProjectStore, config: TrainConfig, record: ConfigRecord, note: string | null = null): Run {
    const folder = runFolderOf(open.folder, run.id)
    const trainer = new Trainer({
      run,
      store: open,
      feed,
      host,
      async prepare(signal, recorder) {
        const say = (line: string) => recorder.take({ type: 'log', line })
        if (note !== null) say(note)
        if (await hasRunInputs(folder)) return
        say('freezing the data')
        const onProgress = () => recorder.change({ status: 'preparing', leftSeconds: null })
        const snapshot = await freeze(open, { ...dataOf(config, run.datasetId), signal, onProgress })
        recorder.change({ snapshotHash: snapshot.hash })
        await writeRunInputs(folder, config, record, await pinLabels(snapshot, path.join(folder, 'labels')))
        await writeEnvironment(folder, await describeEnvironment(host, host.devices.known()))
      },
    })
    active = trainer
    void trainer.done.then(() => {
      if (active === trainer) active = null
    })
    return trainer.recorder.run
  }
  /** The record as it is now: what the database knows lags a little behind. */
  const fresh = (run: Run): Run => latest.get(run.id) ?? run
  /** One launch or resume at a time, so that two cannot both find the place free. */
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = turn.then(work, work)
    turn = result.catch(() => undefined)
    return result
  }
  async function launch({ datasetId, name, ...given }: Parameters<AreaService<'runs'>['launch']>[0], call: Call): Promise<Run> {
    const open = store()
    await requireIdle()
    const { checked, sources } = await checkGiven(host.installFolder, given)
    const { config: wanted, origins } = orThrow(checked)
    const config = await requireWeights(weights, { open, datasetId, config: wanted }, call)
    const trainItems = await requireTrainable(open, datasetId, config)
    const table = makeTimetable(trainItems, config.data.batchSize, config.optimizer.accumulate, config.loop)
    const run = await open.call('runs.create', {
      id: newId(),
      name: name ?? null,
      taskId: 'semanticSegmentation',
      datasetId,
      snapshotHash: '',
      totalSteps: table.totalSteps,
      totalEpochs: table.totalEpochs,
      config,
    })
    return begin(await open.call('runs.startAttempt', { runId: run.id, fromStep: 0, at: Date.now() }), open, config, {
      origins,
      sources: [...sources],
    })
  }
  async function resume(runId: string, set: readonly string[]): Promise<Run> {
    const open = store()
    await open.call('runs.get', { runId })
    await requireIdle()
    const stored = await open.call('runs.get', { runId })
    const { run } = stored
    const folder = runFolderOf(open.folder, runId)
    const newest = (await listCheckpoints(folder)).at(-1)
    const refuse = (why: string) => new AppError('run/not-resumable', `run #${run.number} ${why}`, { id: runId, status: run.status })
    const { config, origins } =
      set.length > 0 ? changedForResume(stored.config, set) : { config: requireTrainConfig(stored.config), origins: {} }
    const record = (await readConfigRecord(folder)) ?? { origins: {}, sources: [] }
    if (set.length > 0) {
      // The data are frozen: the epochs of the run are as long as they were.
      const stepsPerEpoch = Math.max(1, Math.round(run.totalSteps / run.totalEpochs))
      const totalSteps = config.loop.steps ?? config.loop.epochs * stepsPerEpoch
      const length = { totalSteps, totalEpochs: totalSteps / stepsPerEpoch }
      const done = newest?.step ?? 0
      if (done >= length.totalSteps) throw refuse(`has done ${done} steps; ${length.totalSteps} leave nothing to go on with`)
      await open.call('runs.setConfig', { runId, config, ...length })
      Object.assign(record.origins, origins)
      if (await hasRunInputs(folder)) await writeRunConfig(folder, config, record)
    } else if (!resumable.has(run.status)) throw refuse(`is ${run.status}; there is nothing to go on with`)
    const attempt = await open.call('runs.startAttempt', { runId, fromStep: newest?.step ?? 0, at: Date.now() })
    const note =
      set.length > 0
        ? `changed for this attempt: ${set.join(', ')}; the learning rate follows the length of ${attempt.totalSteps} steps from here`
        : null
    return begin(attempt, open, config, record, note)
  }

  const service: AreaService<'runs'> = {
    schema: () => ({ schema: trainConfigJsonSchema() }),
    presets: () => readPresets(host.installFolder),
    presetTexts: async () => (await readPresetTexts(host.installFolder)).map(({ name, text }) => ({ from: 'preset' as const, name, text })),
    async preflight({ datasetId, ...given }, call) {
      const open = store()
      const { checked } = await checkGiven(host.installFolder, given)
      const answer = await preflight(open, datasetId, checked)
      if (!checked.config || answer.problems.length > 0) return answer
      const { config } = checked
      const [weightsCheck, plan] = await Promise.all([
        checkWeights(weights, { open, datasetId, config }, call),
        memory.plan(open, datasetId, config, call.signal),
      ])
      return { ...answer, warnings: [...answer.warnings, ...memoryWarnings(config, plan)], weights: weightsCheck, memory: plan }
    },
    async previewAugmentation({ datasetId, epoch, count, ...given }) {
      const open = store()
      const { config } = orThrow((await checkGiven(host.installFolder, given)).checked)
      await requireTrainable(open, datasetId, config)
      return { jobId: startPreview(host, freeze, open, { datasetId, config, epoch, count }) }
    },
    launch: (input, call) => inTurn(() => launch(input, call)),
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
      if (active?.recorder.run.id === runId) await active.recorder.flush()
      return store().call('metrics.list', { runId, maxPoints })
    },
    async watch({ runId }, { signal }) {
      const known = runId === null ? await service.list({}, undefined as never) : [(await service.get({ runId }, undefined as never)).run]
      return conflate<RunEvent>({
        signal,
        subscribe(push) {
          for (const run of known) push(`run ${run.id}`, { type: 'run', run: fresh(run) })
          return feed.subscribe((event) => {
            const id = event.type === 'run' ? event.run.id : event.runId
            if (runId === null ? event.type === 'run' : id === runId) push(runEventKey(event), event, mergeRunEvents)
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
      if (active?.recorder.run.id === runId) active.stop()
      return {}
    },
    resume: ({ runId, set }) => inTurn(() => resume(runId, set)),
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
    busy: () => active !== null && !active.atRest,
    async wait(runId) {
      if (active?.recorder.run.id === runId) return active.done
      return (await store().call('runs.get', { runId })).run
    },
  }
}
