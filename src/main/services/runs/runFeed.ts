import type { RunEvent } from '../../../shared/api/page/runs.ts'
import type { Merge } from '../../jobs/conflate.ts'

/** Points and lines that may wait for a page that does not keep up; all of them are in the database and in the log. */
const maxWaitingPoints = 5_000
const maxWaitingLines = 500

export interface RunFeed {
  emit(event: RunEvent): void
  subscribe(listener: (event: RunEvent) => void): () => void
}

export function createRunFeed(): RunFeed {
  const listeners = new Set<(event: RunEvent) => void>()
  return {
    emit(event) {
      for (const listener of listeners) listener(event)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

export const runEventKey = (event: RunEvent): string => `${event.type} ${event.type === 'run' ? event.run.id : event.runId}`

/** Points and lines that wait are joined; of anything else the latest counts. */
export const mergeRunEvents: Merge<RunEvent> = (waiting, later) => {
  if (waiting.type === 'metrics' && later.type === 'metrics')
    return { ...later, points: [...waiting.points, ...later.points].slice(-maxWaitingPoints) }
  if (waiting.type === 'log' && later.type === 'log') return { ...later, lines: [...waiting.lines, ...later.lines].slice(-maxWaitingLines) }
  return later
}
