import type { MemoryRestart, TrainEvent } from '../../../shared/api/compute/contract.ts'
import { AppError, CancelledError } from '../../../shared/errors.ts'
import { startCompute, type ComputeProcess } from '../../jobs/computeProcess.ts'
import type { Supervisor } from '../../jobs/supervisor.ts'
import { fromDiskError } from '../../media/wholeFile.ts'
import { createMeetingPlace, type MeetingPlace } from './replicas.ts'

const stopGraceMs = 5_000
/** How long the others may take to notice that one of them failed; then they are ended. */
const noticeMs = 5_000

export interface GroupTraining {
  readonly runId: string
  readonly runFolder: string
  readonly attempt: number
  readonly restart?: MemoryRestart | undefined
}

/** The processes that train one run together; one of them alone is the ordinary case. */
export interface TrainGroup {
  /**
   * What the first process says. When it ends, however it ends, no process of the group is left. Errors: those of compute.train; of several
   * processes, the error of the one that failed by itself, with its number (`data.rank`, from 1) of `data.size`.
   */
  train(training: GroupTraining): AsyncGenerator<TrainEvent, void, void>
  /** Ends the training after the step in progress, with a checkpoint. */
  stop(runId: string): void
}

/** Memory is limited per process: each may take its share. Errors: process/gone (too many crashes). */
export function startTrainGroup(
  supervisor: Supervisor,
  { size, memoryLimitBytes }: { size: number; memoryLimitBytes: number },
): TrainGroup {
  const processes: ComputeProcess[] = []
  try {
    for (let rank = 0; rank < size; rank++)
      processes.push(startCompute(supervisor, { name: 'training', memoryLimitBytes: Math.floor(memoryLimitBytes / size) }))
  } catch (error) {
    for (const { supervised } of processes) void supervised.stop(0)
    throw error
  }
  return {
    train: (training) => trainTogether(processes, training),
    stop(runId) {
      // A process that is gone meanwhile is told by its stream.
      for (const { client } of processes) void client.stop({ runId }).catch(() => undefined)
    },
  }
}

interface Failure {
  readonly rank: number
  readonly error: unknown
}

async function* trainTogether(processes: readonly ComputeProcess[], training: GroupTraining): AsyncGenerator<TrainEvent, void, void> {
  const size = processes.length
  const failures: Failure[] = []
  let ending = false
  let late: NodeJS.Timeout | undefined
  const fail = (rank: number, error: unknown): void => {
    if (!ending) failures.push({ rank, error })
  }
  const end = async (): Promise<void> => {
    ending = true
    await Promise.all(processes.map(({ supervised }) => supervised.stop(stopGraceMs)))
  }
  const place = size > 1 ? await meetingPlaceOr(end, size) : null
  const [first, ...others] = processes.map(({ client }, rank) => client.train({ ...training, replica: place?.replicas[rank] }))
  const ends = others.map((stream, i) =>
    drain(stream).catch((error: unknown) => {
      fail(i + 1, error)
      // The others notice by themselves; one that is stuck is not waited for.
      late ??= setTimeout(() => void end(), noticeMs)
    }),
  )
  try {
    yield* await first!
  } catch (error) {
    fail(0, error)
  } finally {
    // Why the first one failed may be known to another one only, whose end is heard a moment later.
    await Promise.race([Promise.all(ends), delay(noticeMs)])
    clearTimeout(late)
    await end()
    await place?.clear()
  }
  if (failures.length > 0) throw reasonOf(failures, size)
}

/** Without a place to meet there is no training, and nobody may be left that waits for it. Errors: disk/failed, disk/full. */
async function meetingPlaceOr(end: () => Promise<void>, size: number): Promise<MeetingPlace> {
  try {
    return await createMeetingPlace(size)
  } catch (cause) {
    await end()
    throw fromDiskError(cause)
  }
}

const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref())

async function drain(stream: Promise<AsyncIterable<unknown>>): Promise<void> {
  const events = (await stream)[Symbol.asyncIterator]()
  while (!(await events.next()).done);
}

/** It failed because another process did; one that was lost while they met has only given up. */
const isConsequence = (error: unknown): boolean => error instanceof CancelledError || (error instanceof AppError && 'peer' in error.data)

/** What went wrong first. An error that all have is told by the first process; one of a single process comes with its number. */
function reasonOf(failures: readonly Failure[], size: number): unknown {
  const own = failures.filter(({ error }) => !isConsequence(error))
  const { rank, error } = own.find((failure) => failure.rank === 0) ?? own[0] ?? failures[0]!
  if (size === 1 || !(error instanceof AppError) || error.code.startsWith('run/')) return error
  return new AppError(
    error.code,
    `process ${rank + 1} of ${size}: ${error.message}`,
    { ...error.data, rank: rank + 1, size },
    { cause: error },
  )
}
