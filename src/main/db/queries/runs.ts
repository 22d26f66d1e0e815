import { AppError } from '../../../shared/errors.ts'
import type { WireError } from '../../../shared/errors.ts'
import type { Finding } from '../../../shared/model/finding.ts'
import type { ClassTable, Run } from '../../../shared/model/run.ts'
import { all, one, run, statement, transaction, type Database } from '../connection.ts'
import { metricSql } from './metrics.ts'
import type { OperationInput, RunAttempt, StoredRun } from '../store.ts'

type Nothing = Record<string, never>

interface RunRow {
  id: string
  number: number
  name: string
  task_id: string
  dataset_id: string
  snapshot_hash: string
  status: Run['status']
  attempt: number
  step: number
  total_steps: number
  epoch: number
  total_epochs: number
  device: string | null
  primary_metric: string | null
  left_seconds: number | null
  error: string | null
  config: string
  created_at: number
  started_at: number | null
  ended_at: number | null
  tags: string
  notes: string
  priority: number
  queued_at: number | null
  trashed_at: number | null
}

/** The greatest number ever given is remembered when its run goes: no two runs of a project are called by the same one. */
const lastNumberKey = 'runs.lastNumber'

export const runSql = {
  nextNumber: `SELECT max(coalesce((SELECT max(number) FROM run), 0), coalesce((SELECT CAST(value AS INTEGER) FROM setting WHERE key = ?), 0)) + 1 AS number`,
  list: 'SELECT * FROM run ORDER BY number DESC',
  get: 'SELECT * FROM run WHERE id = ?',
  attempts: 'SELECT attempt, from_step AS fromStep, started_at AS startedAt FROM run_attempt WHERE run_id = ? ORDER BY attempt',
  findings: 'SELECT content FROM finding WHERE run_id = ? ORDER BY attempt, step, key',
  /** The newest table that no later attempt superseded, or the one of a step. */
  classTable: `SELECT content FROM class_table t WHERE t.run_id = ?
    AND NOT EXISTS (SELECT 1 FROM run_attempt a WHERE a.run_id = t.run_id AND a.attempt > t.attempt AND a.from_step < t.step)
    AND (? IS NULL OR t.step = ?) ORDER BY t.step DESC, t.attempt DESC LIMIT 1`,
} as const

function toRun(row: RunRow): Run {
  return {
    id: row.id,
    number: row.number,
    name: row.name,
    taskId: row.task_id,
    datasetId: row.dataset_id,
    snapshotHash: row.snapshot_hash,
    status: row.status,
    attempt: row.attempt,
    step: row.step,
    totalSteps: row.total_steps,
    epoch: row.epoch,
    totalEpochs: row.total_epochs,
    device: row.device,
    primary: row.primary_metric === null ? null : (JSON.parse(row.primary_metric) as Run['primary']),
    leftSeconds: row.left_seconds,
    error: row.error === null ? null : (JSON.parse(row.error) as WireError),
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    tags: JSON.parse(row.tags) as string[],
    notes: row.notes,
    priority: row.priority,
    queuedAt: row.queued_at,
    trashedAt: row.trashed_at,
  }
}

function requireRun(db: Database, runId: string): RunRow {
  const row = one<RunRow>(db, runSql.get, [runId])
  if (!row) throw new AppError('run/not-found', `there is no run ${runId}`, { id: runId })
  return row
}

function classTableAt(db: Database, runId: string, step: number | null): ClassTable | null {
  const table = one<{ content: string }>(db, runSql.classTable, [runId, step, step])
  return table ? (JSON.parse(table.content) as ClassTable) : null
}

export const runReads = {
  'runs.classTable': (db: Database, { runId, step }: OperationInput<'runs.classTable'>): ClassTable | null =>
    classTableAt(db, requireRun(db, runId).id, step),
  'runs.attempts': (db: Database, { runId }: OperationInput<'runs.attempts'>): RunAttempt[] =>
    all(db, runSql.attempts, [requireRun(db, runId).id]),
  'runs.list': (db: Database): Run[] => all<RunRow>(db, runSql.list).map(toRun),
  'runs.get': (db: Database, { runId }: OperationInput<'runs.get'>): StoredRun => {
    const row = requireRun(db, runId)
    return {
      run: toRun(row),
      config: JSON.parse(row.config) as Record<string, unknown>,
      classTable: classTableAt(db, runId, null),
      findings: all<{ content: string }>(db, runSql.findings, [runId]).map(({ content }) => JSON.parse(content) as Finding),
    }
  },
}

function createRun(db: Database, input: OperationInput<'runs.create'>): Run {
  return transaction(db, () => {
    const { number } = one<{ number: number }>(db, runSql.nextNumber, [lastNumberKey])!
    run(
      db,
      `INSERT INTO run (id, number, name, task_id, dataset_id, snapshot_hash, status, total_steps, total_epochs, config, created_at)
       VALUES (?, ?, ?, ?, ?, ?, 'created', ?, ?, ?, ?)`,
      [
        input.id,
        number,
        input.name ?? `#${number}`,
        input.taskId,
        input.datasetId,
        input.snapshotHash,
        input.totalSteps,
        input.totalEpochs,
        JSON.stringify(input.config),
        Date.now(),
      ],
    )
    return toRun(requireRun(db, input.id))
  })
}

function adoptRun(db: Database, { run: given, config, attempts }: OperationInput<'runs.adopt'>): Run {
  return transaction(db, () => {
    if (one(db, runSql.get, [given.id]))
      throw new AppError('run/exists', `the project has run ${given.name} already`, { id: given.id, name: given.name })
    const { id, taskId, datasetId, snapshotHash, totalSteps, totalEpochs } = given
    // One that is called by its number has another number here.
    const { name } = createRun(db, {
      id,
      name: given.name === `#${given.number}` ? null : given.name,
      taskId,
      datasetId,
      snapshotHash,
      totalSteps,
      totalEpochs,
      config,
    })
    for (const { attempt, fromStep, startedAt } of attempts)
      run(db, 'INSERT INTO run_attempt (run_id, attempt, from_step, started_at) VALUES (?, ?, ?, ?)', [id, attempt, fromStep, startedAt])
    run(db, 'UPDATE run SET attempt = ?, created_at = ? WHERE id = ?', [given.attempt, given.createdAt, id])
    return updateRun(db, { runId: id, patch: { ...given, name } })
  })
}

function updateRun(db: Database, { runId, patch }: OperationInput<'runs.update'>): Run {
  return transaction(db, () => {
    const after = { ...toRun(requireRun(db, runId)), ...patch }
    run(
      db,
      `UPDATE run SET name = ?, snapshot_hash = ?, status = ?, step = ?, total_steps = ?, epoch = ?, total_epochs = ?, device = ?,
         primary_metric = ?, left_seconds = ?, error = ?, started_at = ?, ended_at = ?, tags = ?, notes = ?, priority = ?, queued_at = ?,
         trashed_at = ? WHERE id = ?`,
      [
        after.name,
        after.snapshotHash,
        after.status,
        after.step,
        after.totalSteps,
        after.epoch,
        after.totalEpochs,
        after.device,
        after.primary && JSON.stringify(after.primary),
        after.leftSeconds,
        after.error && JSON.stringify(after.error),
        after.startedAt,
        after.endedAt,
        JSON.stringify(after.tags),
        after.notes,
        after.priority,
        after.queuedAt,
        after.trashedAt,
        runId,
      ],
    )
    return toRun(requireRun(db, runId))
  })
}

/** Everything of it but its folder. */
function removeRun(db: Database, { runId }: OperationInput<'runs.remove'>): Nothing {
  return transaction(db, () => {
    requireRun(db, runId)
    const next = one<{ number: number }>(db, runSql.nextNumber, [lastNumberKey])!
    run(db, 'INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value', [
      lastNumberKey,
      JSON.stringify(next.number - 1),
    ])
    run(db, 'DELETE FROM run WHERE id = ?', [runId])
    return {}
  })
}

export const runWrites = {
  'runs.remove': removeRun,
  'runs.create': createRun,
  'runs.adopt': adoptRun,
  'runs.update': updateRun,
  'runs.setConfig': (db: Database, { runId, config, totalSteps, totalEpochs }: OperationInput<'runs.setConfig'>): Run =>
    transaction(db, () => {
      requireRun(db, runId)
      const values = [JSON.stringify(config), totalSteps, totalEpochs, runId]
      run(db, 'UPDATE run SET config = ?, total_steps = ?, total_epochs = ? WHERE id = ?', values)
      return toRun(requireRun(db, runId))
    }),
  'runs.startAttempt': (db: Database, { runId, fromStep, at }: OperationInput<'runs.startAttempt'>): Run =>
    transaction(db, () => {
      const attempt = requireRun(db, runId).attempt + 1
      run(db, 'INSERT INTO run_attempt (run_id, attempt, from_step, started_at) VALUES (?, ?, ?, ?)', [runId, attempt, fromStep, at])
      run(db, 'UPDATE run SET attempt = ?, step = ?, error = NULL, ended_at = NULL WHERE id = ?', [attempt, fromStep, runId])
      return toRun(requireRun(db, runId))
    }),
  'metrics.append': (db: Database, { runId, points }: OperationInput<'metrics.append'>): Nothing =>
    transaction(db, () => {
      requireRun(db, runId)
      const addSeries = statement(db, 'INSERT INTO series (run_id, split, name) VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
      const insert = statement(
        db,
        `INSERT INTO metric (series_id, step, attempt, epoch, value, wall) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET epoch = excluded.epoch, value = excluded.value, wall = excluded.wall`,
      )
      const known = new Map<string, number>()
      const seriesOf = (split: string, name: string): number => {
        const key = `${split}\0${name}`
        const id = known.get(key)
        if (id !== undefined) return id
        addSeries.run(runId, split, name)
        const added = one<{ id: number }>(db, metricSql.oneSeries, [runId, split, name])!.id
        known.set(key, added)
        return added
      }
      for (const p of points)
        insert.run(seriesOf(p.split, p.name), p.step, p.attempt, p.epoch, Number.isNaN(p.value) ? null : p.value, p.wall)
      return {}
    }),
  'findings.add': (db: Database, { runId, attempt, finding }: OperationInput<'findings.add'>): Nothing => {
    requireRun(db, runId)
    run(db, 'INSERT INTO finding (run_id, attempt, step, key, content) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING', [
      runId,
      attempt,
      finding.step,
      finding.key,
      JSON.stringify(finding),
    ])
    return {}
  },
  'classTables.add': (db: Database, { runId, attempt, table }: OperationInput<'classTables.add'>): Nothing => {
    requireRun(db, runId)
    run(
      db,
      'INSERT INTO class_table (run_id, step, split, attempt, content) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET content = excluded.content',
      [runId, table.step, table.split, attempt, JSON.stringify(table)],
    )
    return {}
  },
}
