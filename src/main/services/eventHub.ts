import type { StudioEvent } from '../../shared/api/page/system.ts'

export interface EventHub {
  emit(event: StudioEvent): void
  subscribe(listener: (event: StudioEvent) => void): () => void
}

/** What changed, for every page that is open. */
export function createEventHub(): EventHub {
  const listeners = new Set<(event: StudioEvent) => void>()
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

/** Events of one key replace each other while they wait. */
export function eventKey(event: StudioEvent): string {
  if (event.type === 'annotations') return `annotations ${event.itemId} ${event.client}`
  if (event.type === 'comments' || event.type === 'verdicts' || event.type === 'picture') return `${event.type} ${event.itemId}`
  if (event.type === 'assistCrash') return `assistCrash ${event.modelId}`
  if (event.type === 'items' || event.type === 'classes') return `${event.type} ${event.datasetId}`
  return event.type === 'runs' ? `runs ${event.runId}` : event.type
}
