import path from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import type { ConfigRecord } from '../../../shared/model/config/origin.ts'
import { byTurn, isLive, type Run } from '../../../shared/model/run.ts'
import { requireRunConfig, type RunConfig } from '../../../shared/model/runConfig.ts'
import { isSamTune } from '../../../shared/model/samTune.ts'
import type { NewRun, ProjectStore, RunPatch } from '../../db/store.ts'
import type { Host } from '../host.ts'
import { dataOf, pinLabels, type FreezeSnapshot } from '../snapshot/freeze.ts'
import type { RefuseChanged } from '../snapshot/frozenPictures.ts'
import type { TuneRuns } from '../tuning/tuneRuns.ts'
import { readRunSnapshot } from './compare/seenData.ts'
import { describeEnvironment } from './environment.ts'
import { changedForResume } from './givenConfig.ts'
import { recoverRuns } from './recovery.ts'
import {
  hasRunInputs,
  listCheckpoints,
  readConfigRecord,
  runFolderOf,
  writeEnvironment,
  writeRunConfig,
  writeRunInputs,
} from './runFolder.ts'
import type { RunFeed } from './runFeed.ts'
import { RunQueue } from './runQueue.ts'
import { Trainer } from './trainer.ts'

const resumable: ReadonlySet<Run['status']> = new Set(['stopped', 'paused', 'interrupted', 'failed', 'created'])
const closeGraceMs = 60_000

/** The trainings of the open project: the one that trains, and those that wait for it. */
export interface Trainings {
  /** Brings runs that a killed host left behind to rest; those that waited go on waiting where a studio is open. Ends with the answer. */
  opened(open: ProjectStore): Promise<() => Promise<void>>
  begin(open: ProjectStore, run: NewRun & { priority: number }, config: RunConfig, record: ConfigRecord): Promise<Run>
  /** Errors: run/not-resumable, run/busy (it trains or waits), config/*. */
  resume(open: ProjectStore, runId: string, set: readonly string[]): Promise<Run>
  /** Also of a run that waits in the project while nothing here trains. Errors: run/not-found. */
  stop(open: ProjectStore, runId: string): Promise<void>
  /** Puts a run into the trash, unless it was resumed meanwhile. Errors: run/not-found, run/busy. */
  trash(open: ProjectStore, runId: string): Promise<Run>
  /** Changes what a user may write on a run, live or not. */
  change(open: ProjectStore, runId: string, patch: RunPatch): Promise<Run>
  /** Everything a live run said is in the database when it resolves. */
  flush(runId: string): Promise<void>
  /** Resolves when the run is at rest. */
  wait(open: ProjectStore, runId: string): Promise<Run>
  busy(): boolean
  /** Resolves when none trains or waits to, those included that were begun meanwhile. */
  idle(): Promise<void>
}

export function createTrainings(
  host: Host,
  { freeze, refuseChanged, tuneRuns }: { freeze: FreezeSnapshot; refuseChanged: RefuseChanged; tuneRuns: TuneRuns },
  feed: RunFeed,
): Trainings {
  const queue = new RunQueue()
  const trainers = new Map<string, Trainer>()

  function start(run: Run, open: ProjectStore, config: RunConfig, record: ConfigRecord, note: string | null = null): Run {
    const folder = runFolderOf(open.folder, run.id)
    const trainer = new Trainer({
      run,
      store: open,
      feed,
      host,
      queue,
      async prepare(signal, recorder) {
        const say = (line: string) => recorder.take({ type: 'log', line })
        if (note !== null) say(note)
        if (await hasRunInputs(folder)) return refuseChanged(open, (await readRunSnapshot(open.folder, run.id))?.items ?? [], signal)
        say('freezing the data')
        const onProgress = () => recorder.change({ status: 'preparing', leftSeconds: null })
        const snapshot = isSamTune(config)
          ? await tuneRuns.freeze(open, { datasetId: run.datasetId, config, folder, signal })
          : await pinLabels(await freeze(open, { ...dataOf(config, run.datasetId), signal, onProgress }), path.join(folder, 'labels'))
        recorder.change({ snapshotHash: snapshot.hash })
        await writeRunInputs(folder, config, record, snapshot)
        await writeEnvironment(folder, await describeEnvironment(host, host.devices.known()))
      },
    })
    trainers.set(run.id, trainer)
    void trainer.done.then(() => {
      if (trainers.get(run.id) === trainer) trainers.delete(run.id)
    })
    return trainer.recorder.run
  }

  async function requireRest(runId: string): Promise<void> {
    const trainer = trainers.get(runId)
    if (!trainer) return
    const { id, number } = trainer.recorder.run
    if (!trainer.atRest) throw new AppError('run/busy', `run #${number} is still training`, { id, number })
    await trainer.done
  }

  async function resume(open: ProjectStore, runId: string, set: readonly string[]): Promise<Run> {
    await open.call('runs.get', { runId })
    await requireRest(runId)
    const stored = await open.call('runs.get', { runId })
    const { run } = stored
    const folder = runFolderOf(open.folder, runId)
    const newest = (await listCheckpoints(folder)).at(-1)
    const refuse = (why: string) => new AppError('run/not-resumable', `run #${run.number} ${why}`, { id: runId, status: run.status })
    if (run.trashedAt !== null) throw refuse('lies in the trash; restore it first')
    const { config, origins } =
      set.length > 0 ? changedForResume(stored.config, set) : { config: requireRunConfig(stored.config), origins: {} }
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
    } else if (run.status === 'queued') return start(run, open, config, record)
    else if (!resumable.has(run.status)) throw refuse(`is ${run.status}; there is nothing to go on with`)
    const attempt = await open.call('runs.startAttempt', { runId, fromStep: newest?.step ?? 0, at: Date.now() })
    const note =
      set.length > 0
        ? `changed for this attempt: ${set.join(', ')}; the learning rate follows the length of ${attempt.totalSteps} steps from here`
        : null
    return start(attempt, open, config, record, note)
  }
  async function change(open: ProjectStore, runId: string, patch: RunPatch): Promise<Run> {
    const trainer = trainers.get(runId)
    if (patch.priority !== undefined) queue.setPriority(runId, patch.priority)
    if (trainer && !trainer.atRest) {
      trainer.recorder.change(patch)
      await trainer.recorder.flush()
      return trainer.recorder.run
    }
    await trainer?.done
    const run = await open.call('runs.update', { runId, patch })
    feed.emit({ type: 'run', run })
    host.events.emit({ type: 'runs', runId })
    return run
  }
  /** One resume, stop or trashing at a time, so that two cannot both find the run at rest. */
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = turn.then(work, work)
    turn = result.catch(() => undefined)
    return result
  }

  return {
    async opened(open) {
      await recoverRuns(open)
      // A command line that passes by does not take up what others left waiting.
      if (host.shell !== 'cli')
        for (const run of await waitingRuns(open)) {
          const { config } = await open.call('runs.get', { runId: run.id })
          const record = (await readConfigRecord(runFolderOf(open.folder, run.id))) ?? { origins: {}, sources: [] }
          start(run, open, requireRunConfig(config), record)
        }
      return async () => {
        const all = [...trainers.values()]
        for (const trainer of all) trainer.leave()
        const late = setTimeout(() => void host.supervisor.close(0), closeGraceMs)
        await Promise.all(all.map(({ done }) => done))
        clearTimeout(late)
      }
    },
    async begin(open, { priority, ...wanted }, config, record) {
      const run = await open.call('runs.create', wanted)
      const patched = priority === 0 ? run : await open.call('runs.update', { runId: run.id, patch: { priority } })
      return start(await open.call('runs.startAttempt', { runId: patched.id, fromStep: 0, at: Date.now() }), open, config, record)
    },
    resume: (open, runId, set) => inTurn(() => resume(open, runId, set)),
    stop: (open, runId) =>
      inTurn(async () => {
        const trainer = trainers.get(runId)
        if (trainer) return trainer.stop()
        const { run } = await open.call('runs.get', { runId })
        if (run.status === 'queued') await change(open, runId, { status: 'stopped', queuedAt: null, endedAt: Date.now() })
      }),
    trash: (open, runId) =>
      inTurn(async () => {
        await requireRest(runId)
        const { run } = await open.call('runs.get', { runId })
        if (isLive(run)) throw new AppError('run/busy', `run #${run.number} is still training`, { id: runId, number: run.number })
        return change(open, runId, { trashedAt: run.trashedAt ?? Date.now() })
      }),
    change,
    flush: async (runId) => trainers.get(runId)?.recorder.flush(),
    wait: async (open, runId) => trainers.get(runId)?.done ?? (await open.call('runs.get', { runId })).run,
    busy: () => [...trainers.values()].some((trainer) => !trainer.atRest),
    async idle() {
      for (;;) {
        const live = [...trainers.values()].filter((trainer) => !trainer.atRest)
        if (live.length === 0) return
        await Promise.all(live.map(({ done }) => done))
      }
    },
  }
}

/** In the order in which they will train. */
async function waitingRuns(open: ProjectStore): Promise<Run[]> {
  const waiting = (await open.call('runs.list', {})).filter((run) => run.status === 'queued')
  return waiting.sort(byTurn)
}
