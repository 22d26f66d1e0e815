import type { TrainEvent } from '../../shared/api/compute/contract.ts'
import { AppError } from '../../shared/errors.ts'
import { joinLocal } from '../collective/local.ts'
import { aloneInTheWorld, type World } from '../world.ts'
import { EventChannel } from './eventChannel.ts'
import { RunLog } from './runLog.ts'
import { runAttempt } from './attempt.ts'
import type { TrainRunOptions } from './attempt.ts'
import { runTuneAttempt } from './tune/tuneAttempt.ts'
import { isTuneRun } from './tune/tuneInputs.ts'

/**
 * One attempt of a training in its folder. It begins at once; `events` is what it says, `done` settles when the folder is at rest. Resuming
 * continues the same loss curve to the last bit on the CPU, because everything random is keyed by (seed, step) or (seed, epoch, item).
 * With `replica` it is one of several processes that train the run together: the first of them speaks and writes for all.
 * Errors (from the events): run/*, config/*, checkpoint/*, device/*, file/*, voc/*, disk/*, process/gone (another replica ended).
 */
export class TrainRun {
  readonly events = new EventChannel()
  readonly done: Promise<void>
  readonly #options: TrainRunOptions
  readonly #stop = new AbortController()

  constructor(options: TrainRunOptions) {
    this.#options = options
    this.done = this.#run()
  }

  /** Ends the training after the step in progress, with a checkpoint. */
  stop(): void {
    this.#stop.abort()
  }

  async #run(): Promise<void> {
    const { replica } = this.#options
    let log: RunLog | null = null
    let world: World = aloneInTheWorld
    const emit = (event: TrainEvent, logged: boolean): void => {
      // One of the replicas speaks for all.
      if (world.rank > 0) return
      if (logged) log?.write(event)
      this.events.push(event)
    }
    try {
      world = replica ? await joinLocal(replica, this.#stop.signal, () => this.stop()) : aloneInTheWorld
      if (world.rank === 0) log = new RunLog(this.#options.runFolder, this.#options.attempt)
      const run = (await isTuneRun(this.#options.runFolder)) ? runTuneAttempt : runAttempt
      await run(this.#options, world, this.#stop.signal, { emit, syncLog: () => log?.sync() })
      this.events.end()
    } catch (error) {
      const line = `${endOf(error)}${error instanceof Error ? error.message : String(error)}`
      try {
        emit({ type: 'log', line }, true)
      } catch {
        // The disk that failed the run cannot take its last line either; the error itself reaches whoever listens.
      }
      this.events.fail(error)
    } finally {
      world.collective.close()
      log?.close()
    }
  }
}

/** 'paused: run/unhealthy: ', 'failed: file/truncated: ', 'failed: '. */
function endOf(error: unknown): string {
  if (!(error instanceof AppError)) return 'failed: '
  const paused = error.code === 'run/unhealthy' || error.code === 'run/diverged'
  return `${paused ? 'paused' : 'failed'}: ${error.code}: `
}
