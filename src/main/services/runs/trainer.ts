import type { MemoryRestart } from '../../../shared/api/compute/contract.ts'
import { CancelledError, errorToWire } from '../../../shared/errors.ts'
import type { Run } from '../../../shared/model/run.ts'
import { requireRunConfig } from '../../../shared/model/runConfig.ts'
import type { ProjectStore, RunPatch } from '../../db/store.ts'
import type { Host } from '../host.ts'
import { memoryLimitOf } from './memoryPlan.ts'
import { restartWithFinerParts } from './memoryRestart.ts'
import { replayLog } from './recovery.ts'
import { runFolderOf } from './runFolder.ts'
import type { Release, RunQueue } from './runQueue.ts'
import type { RunFeed } from './runFeed.ts'
import { RunRecorder } from './runRecorder.ts'
import { startTrainGroup, type TrainGroup } from './trainGroup.ts'

/** The studio closes, and the run waits on in the project. */
class LeftInQueue extends CancelledError {}

/** One attempt of one run, from frozen data to its end. */
export class Trainer {
  readonly recorder: RunRecorder
  /** Settles when the run is at rest and everything is in the database; never rejects. */
  readonly done: Promise<Run>
  readonly #store: ProjectStore
  readonly #host: Pick<Host, 'supervisor' | 'log'>
  readonly #queue: RunQueue
  readonly #abort = new AbortController()
  #group: TrainGroup | null = null
  #atRest = false

  constructor(options: {
    run: Run
    store: ProjectStore
    feed: RunFeed
    host: Host
    /** Freezes the data and writes the run's folder; nothing to do where it is there already. */
    prepare: (signal: AbortSignal, recorder: RunRecorder) => Promise<void>
    queue: RunQueue
  }) {
    this.#store = options.store
    this.#host = options.host
    this.recorder = new RunRecorder(options.run, options.store, options.feed, (run) =>
      options.host.events.emit({ type: 'runs', runId: run.id }),
    )
    this.#queue = options.queue
    this.done = this.#work(options.prepare)
  }

  /** Nothing of it runs any more; what is left is to write that down. */
  get atRest(): boolean {
    return this.#atRest
  }

  /** As stop, but a run that waits for its turn stays one that waits. */
  leave(): void {
    this.stop(this.recorder.run.status === 'queued' ? new LeftInQueue() : undefined)
  }

  /** Ends after the step in progress, with a checkpoint; before the training has begun, at once. */
  stop(reason: CancelledError = new CancelledError()): void {
    const first = !this.#abort.signal.aborted
    this.#abort.abort(reason)
    if (!first || !this.#group) return
    this.recorder.change({ status: 'stopping' })
    this.#group.stop(this.recorder.run.id)
  }

  async #work(prepare: (signal: AbortSignal, recorder: RunRecorder) => Promise<void>): Promise<Run> {
    const { recorder } = this
    const { queuedAt } = recorder.run
    recorder.change({ status: 'preparing', endedAt: null, error: null })
    let end: RunPatch
    let release: Release | null = null
    try {
      await prepare(this.#abort.signal, recorder)
      release = await this.#turn(queuedAt ?? Date.now())
      end = { status: await this.#trainInMemory() }
    } catch (error) {
      end = error instanceof LeftInQueue ? { status: 'queued' } : await this.#failure(error)
    }
    this.#atRest = true
    const waits = end.status === 'queued'
    recorder.change({ ...end, ...(waits ? {} : { queuedAt: null, endedAt: Date.now() }), leftSeconds: null })
    release?.()
    await recorder
      .flush()
      .catch((error: unknown) => this.#host.log.error({ err: error, run: recorder.run.id }, 'the end of a run could not be stored'))
    // Its curves are packed now, so that no page waits for that; who needs them earlier packs them himself.
    if (!waits) void this.#store.call('curves.summaries', { runs: [{ runId: recorder.run.id, spark: null }] }).catch(() => undefined)
    return recorder.run
  }

  /** Waits until it may train, and says so where it has to. */
  async #turn(since: number): Promise<Release> {
    const { recorder } = this
    const { id: runId, priority } = recorder.run
    if (this.#queue.full) recorder.change({ status: 'queued', queuedAt: since })
    const release = await this.#queue.turn({ runId, priority, since }, this.#abort.signal)
    recorder.change({ status: 'preparing', queuedAt: null, startedAt: recorder.run.startedAt ?? Date.now() })
    return release
  }

  /** Trains; where memory runs out, goes on with smaller parts of a batch until a part is one picture. */
  async #trainInMemory(restart?: MemoryRestart): Promise<'finished' | 'stopped'> {
    this.#abort.signal.throwIfAborted()
    try {
      return await this.#train(restart)
    } catch (error) {
      const { recorder } = this
      await recorder.flush()
      const next = await restartWithFinerParts(this.#store, recorder.run, error)
      if (!next) throw error
      this.#host.log.warn({ run: recorder.run.id, ...next.restart }, 'a training ran out of memory and goes on with smaller parts')
      await recorder.goOn({ ...next.run, status: 'preparing' })
      return this.#trainInMemory(next.restart)
    }
  }

  /** Its last status is told only when its processes are gone, so that who hears of it may start the next one. */
  async #train(restart?: MemoryRestart): Promise<'finished' | 'stopped'> {
    const { id: runId, attempt } = this.recorder.run
    const { device } = requireRunConfig((await this.#store.call('runs.get', { runId })).config)
    const group = startTrainGroup(this.#host.supervisor, { size: device.processes, memoryLimitBytes: memoryLimitOf(device) })
    this.#group = group
    try {
      let end: 'finished' | 'stopped' = 'stopped'
      let heard = false
      for await (const event of group.train({ runId, runFolder: runFolderOf(this.#store.folder, runId), attempt, restart })) {
        // A stop that came before the training could hear it.
        if (!heard && this.#abort.signal.aborted) group.stop(runId)
        heard = true
        const last = event.type === 'state' && (event.status === 'finished' || event.status === 'stopped')
        if (last && event.status === 'finished') end = 'finished'
        this.recorder.take(last ? { ...event, status: 'saving' } : event)
      }
      return end
    } finally {
      this.#group = null
    }
  }

  /** A process that was killed leaves a run that resumes, with everything its log knows; one that the health watch ended is paused; any other failure is the run's. */
  async #failure(error: unknown): Promise<RunPatch> {
    const { recorder } = this
    const wire = errorToWire(error)
    if (wire.code === 'cancelled') return { status: 'stopped' }
    if (wire.code === 'bug/unexpected') this.#host.log.error({ err: error, run: recorder.run.id }, 'unexpected error in a run')
    const gone = wire.code === 'process/gone' || wire.code === 'process/out-of-memory'
    const last = gone ? await replayLog(this.#store, recorder.run).catch(() => null) : null
    const paused = wire.code === 'run/unhealthy' || wire.code === 'run/diverged'
    return { ...last?.patch, status: wire.code === 'process/gone' ? 'interrupted' : paused ? 'paused' : 'failed', error: wire }
  }
}
