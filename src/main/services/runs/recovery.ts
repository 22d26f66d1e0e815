import { isLive, type MetricPoint, type Run } from '../../../shared/model/run.ts'
import type { ProjectStore, RunPatch } from '../../db/store.ts'
import { readRunLog, runFolderOf, type LoggedEvent } from './runFolder.ts'
import { patchOf } from './runRecorder.ts'

const batchPoints = 1_000

/** Runs that a host left behind when it was killed: their metrics are read back from the log, then they are 'interrupted' and can be resumed. Those that waited for their turn lost nothing. */
export async function recoverRuns(store: ProjectStore): Promise<Run[]> {
  const runs = (await store.call('runs.list', {})).filter((run) => isLive(run) && run.status !== 'queued')
  return Promise.all(runs.map((run) => recoverRun(store, run)))
}

async function recoverRun(store: ProjectStore, run: Run): Promise<Run> {
  const last = await replayLog(store, run)
  // A process that lost its host stops in good order, but nobody asked it to.
  const status = last?.status === 'finished' && last.attempt === run.attempt ? 'finished' : 'interrupted'
  return store.call('runs.update', {
    runId: run.id,
    patch: { ...last?.patch, status, leftSeconds: null, endedAt: last?.wall ?? Date.now() },
  })
}

export interface LastWords {
  readonly patch: RunPatch
  readonly status: Run['status']
  readonly attempt: number
  readonly wall: number
}

/** Puts every point and table of log.jsonl into the database (again: it is idempotent); answers with where the run was. */
export async function replayLog(store: ProjectStore, { id: runId }: Pick<Run, 'id'>): Promise<LastWords | null> {
  const known: { last: LastWords | null } = { last: null }
  let points: MetricPoint[] = []
  const flush = async () => {
    if (points.length > 0) await store.call('metrics.append', { runId, points })
    points = []
  }
  for await (const event of readRunLog(runFolderOf(store.folder, runId))) {
    if (event.type === 'metrics') points.push(...event.points)
    else if (event.type === 'classTable') await store.call('classTables.add', { runId, attempt: event.attempt, table: event.table })
    else if (event.type === 'finding') await store.call('findings.add', { runId, attempt: event.attempt, finding: event.finding })
    known.last = lastWords(known.last, event)
    if (points.length >= batchPoints) await flush()
  }
  await flush()
  return known.last
}

function lastWords(before: LastWords | null, event: LoggedEvent): LastWords | null {
  if (event.type === 'state' || event.type === 'primary') {
    const status = event.type === 'state' ? event.status : (before?.status ?? 'running')
    return { patch: { ...before?.patch, ...patchOf(event) }, status, attempt: event.attempt, wall: event.wall }
  }
  // The step of the last metrics is later than that of the last change of state.
  const newest = event.type === 'metrics' ? event.points.at(-1) : undefined
  return before && newest ? { ...before, patch: { ...before.patch, step: newest.step, epoch: newest.epoch }, wall: event.wall } : before
}
