import { isFinished, itemStatuses, type ItemStatus } from '../../../shared/model/item.ts'
import { paceOf, type Pace, type PaceEvent } from '../../../shared/model/pace.ts'
import { all, type Database } from '../connection.ts'
import type { OperationInput } from '../store.ts'
import { requireDataset } from './datasets.ts'

type State = { id: string; status: ItemStatus }
type Row = { at: number; shapes: number; forward: string | null; inverse: string | null }

export const paceSql = {
  /** An edit that made an object has {deleted: true} in its inverse; only those are looked into. */
  events: `SELECT j.at,
      CASE WHEN j.kind = 'status' THEN j.forward END AS forward, CASE WHEN j.kind = 'status' THEN j.inverse END AS inverse,
      CASE WHEN j.kind = 'edit' AND instr(j.inverse, '"deleted":true') > 0
        THEN (SELECT count(*) FROM json_each(j.inverse) WHERE json_extract(value, '$.deleted')) ELSE 0 END AS shapes
    FROM journal j LEFT JOIN journal_state s ON s.seq = j.seq
    WHERE j.dataset_id = ? AND j.at >= ? AND j.kind IN ('edit', 'status') AND coalesce(s.state, 'done') = 'done' ORDER BY j.at`,
} as const

/** The last hours decide the pace also just after midnight. */
const lookBackMs = 12 * 3_600_000

function eventOf({ at, shapes, forward, inverse }: Row): PaceEvent {
  const before = JSON.parse(inverse ?? '[]') as State[]
  const states = (JSON.parse(forward ?? '[]') as State[]).map(({ id, status }, i) => ({ id, from: before[i]!.status, to: status }))
  return { at, shapes, states }
}

export const paceReads = {
  'datasets.pace': (db: Database, { datasetId, dayStart }: OperationInput<'datasets.pace'>): Pace =>
    db.transaction(() => {
      const { statusCounts } = requireDataset(db, datasetId)
      const remaining = itemStatuses.filter((status) => !isFinished(status)).reduce((sum, status) => sum + statusCounts[status], 0)
      const now = Date.now()
      const rows = all<Row>(db, paceSql.events, [datasetId, Math.min(dayStart, now - lookBackMs)])
      return paceOf(rows.map(eventOf), dayStart, now, remaining)
    })(),
}
