import { dirname } from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import { one, type Database } from '../connection.ts'
import { isLive, type RunStatus } from '../../../shared/model/run.ts'
import { curveFileOf, readCurveFile, readCurveHead, writeCurveFile } from './curveFile.ts'
import { bytesOf, curveSql, extendRun, readRun, seriesOf, stateOf, summarise, type PackedRun, type SeriesSummary } from './packedRun.ts'

/** Curves kept in memory, all runs together: about 50 runs of 250,000 points. */
const maxBytes = 256 << 20

interface Kept {
  readonly key: string
  readonly run: PackedRun
}

/** Per connection, the least recently used first. */
const shelves = new WeakMap<Database, Map<string, Kept>>()

/** Runs at rest are known by how they ended and by the last point of each curve. */
function keyOf(db: Database, runId: string): { key: string; attempt: number; live: boolean } {
  const state = stateOf(db, runId)
  if (!state) throw new AppError('run/not-found', `there is no run ${runId}`, { id: runId })
  const live = state.endedAt === null || isLive({ status: state.status as RunStatus })
  if (live) return { key: `live ${state.attempt}`, attempt: state.attempt, live }
  const ends = seriesOf(db, runId).map(({ id }) => {
    const newest = one<{ step: number; attempt: number }>(db, curveSql.newest, [id])
    return newest ? `${newest.step}.${newest.attempt}` : ''
  })
  return { key: [state.attempt, state.endedAt, ...ends].join(' '), attempt: state.attempt, live }
}

/** All curves of a run: from memory, from the project's cache, or from the database. Errors: run/not-found. */
export function packedRun(db: Database, runId: string): PackedRun {
  const shelf = shelves.get(db) ?? new Map<string, Kept>()
  shelves.set(db, shelf)
  const { key, attempt, live } = keyOf(db, runId)
  const known = shelf.get(runId)
  shelf.delete(runId)
  if (known?.key === key) {
    if (live) extendRun(db, runId, known.run)
    shelf.set(runId, known)
    return known.run
  }
  const file = curveFileOf(dirname(db.name), runId)
  let run = live ? null : readCurveFile(file, key)
  if (!run) {
    run = readRun(db, runId, attempt)
    if (!live) writeCurveFile(file, key, run)
  }
  shelf.set(runId, { key, run })
  makeRoom(shelf)
  return run
}

function makeRoom(shelf: Map<string, Kept>): void {
  let bytes = [...shelf.values()].reduce((sum, { run }) => sum + bytesOf(run), 0)
  for (const [id, { run }] of shelf) {
    if (bytes <= maxBytes || shelf.size === 1) return
    bytes -= bytesOf(run)
    shelf.delete(id)
  }
}

/** What each curve of a run came to, without reading all its points where that was done before. Errors: run/not-found. */
export function summariesOf(db: Database, runId: string): readonly SeriesSummary[] {
  const { key, live } = keyOf(db, runId)
  const known = live ? null : readCurveHead(curveFileOf(dirname(db.name), runId), key)
  return known ?? packedRun(db, runId).series.flatMap((series) => summarise(series) ?? [])
}
