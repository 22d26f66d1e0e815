import { hostname, release } from 'node:os'
import path from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import type { RunEvent } from '../../../shared/api/page/runs.ts'
import type { Run } from '../../../shared/model/run.ts'
import type { Snapshot } from '../../../shared/model/snapshot.ts'
import { makeTimetable } from '../../../shared/model/timetable.ts'
import { trainConfigJsonSchema, type TrainConfig } from '../../../shared/model/trainConfig.ts'
import { requireTrainConfig } from '../../../shared/model/trainConfigParse.ts'
import type { ProjectStore } from '../../db/store.ts'
import { conflate } from '../../jobs/conflate.ts'
import type { Host } from '../host.ts'
import type { AreaService } from '../service.ts'
import { pinLabels } from '../snapshot/freeze.ts'
import { preflight, requireTrainable } from './preflight.ts'
import { readPresets } from './presets.ts'
import { recoverRuns } from './recovery.ts'
import { hasRunInputs, listCheckpoints, runFolderOf, tailLog, writeEnvironment, writeRunInputs } from './runFolder.ts'
import { createRunFeed, mergeRunEvents, runEventKey } from './runFeed.ts'
import { listSampleSheets } from './sampleSheets.ts'
import { Trainer } from './trainer.ts'
import { newId } from '../../newId.ts'

/** Freezes what a run trains on: label maps rendered from the database, and the hash over content and revisions. */
export type FreezeSnapshot = (
  store: ProjectStore,
  input: { datasetId: string; splits: string[]; signal: AbortSignal; onProgress: (done: number, total: number) => void },
) => Promise<Snapshot>

export interface Runs {
  readonly service: AreaService<'runs'>
  /** Resolves when the run is at rest. */
  wait(runId: string): Promise<Run>
  busy(): boolean
}

const resumable: ReadonlySet<Run['status']> = new Set(['stopped', 'paused', 'interrupted', 'failed', 'created'])
const closeGraceMs = 60_000

export function createRuns(host: Host, freeze: FreezeSnapshot): Runs {
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
  function begin(run: Run, open: ProjectStore, config: TrainConfig): Run {
    const folder = runFolderOf(open.folder, run.id)
    const trainer = new Trainer({
      run,
      store: open,
      feed,
      host,
      async prepare(signal, recorder) {
        if (await hasRunInputs(folder)) return
        const splits = [...new Set([...config.data.trainSplits, ...config.data.valSplits])]
        const say = (line: string) => recorder.take({ type: 'log', line })
        say('freezing the data')
        const onProgress = (done: number, total: number) =>
          recorder.change({ status: 'preparing', leftSeconds: null, ...(done === total ? {} : {}) })
        const snapshot = await freeze(open, { datasetId: run.datasetId, splits, signal, onProgress })
        recorder.change({ snapshotHash: snapshot.hash })
        await writeRunInputs(folder, config, await pinLabels(snapshot, path.join(folder, 'labels')))
        await writeEnvironment(folder, {
          studio: host.version,
          node: process.version,
          platform: process.platform,
          release: release(),
          arch: process.arch,
          hostname: hostname(),
          startedAt: new Date().toISOString(),
        })
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
  async function launch({ datasetId, name, config: json }: Parameters<AreaService<'runs'>['launch']>[0]): Promise<Run> {
    const open = store()
    await requireIdle()
    const config = requireTrainConfig(json)
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
    return begin(await open.call('runs.startAttempt', { runId: run.id, fromStep: 0, at: Date.now() }), open, config)
  }
  async function resume(runId: string): Promise<Run> {
    const open = store()
    await open.call('runs.get', { runId })
    await requireIdle()
    const { run, config } = await open.call('runs.get', { runId })
    if (!resumable.has(run.status)) {
      const data = { id: runId, status: run.status }
      throw new AppError('run/not-resumable', `run #${run.number} is ${run.status}; there is nothing to go on with`, data)
    }
    const newest = (await listCheckpoints(runFolderOf(open.folder, runId))).at(-1)
    const attempt = await open.call('runs.startAttempt', { runId, fromStep: newest?.step ?? 0, at: Date.now() })
    return begin(attempt, open, requireTrainConfig(config))
  }

  const service: AreaService<'runs'> = {
    schema: () => ({ schema: trainConfigJsonSchema() }),
    presets: () => readPresets(host.installFolder),
    preflight: ({ datasetId, config }) => preflight(store(), datasetId, config),
    launch: (input) => inTurn(() => launch(input)),
    list: async () => (await store().call('runs.list', {})).map(fresh),
    async get({ runId }) {
      const { run, config, classTable, findings } = await store().call('runs.get', { runId })
      const checkpoints = await listCheckpoints(runFolderOf(store().folder, runId))
      return {
        run: fresh(run),
        config,
        classTable,
        findings,
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
    resume: ({ runId }) => inTurn(() => resume(runId)),
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
