import type { RouteLocationRaw } from 'vue-router'

/** As many as the contract takes. */
export const maxCompared = 50
const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/** The runs of 'runs=id,id': each once, what is no id left out. */
export function readRuns(query: unknown): string[] {
  const ids = typeof query === 'string' ? query.split(',').filter((id) => uuid.test(id)) : []
  return [...new Set(ids)].slice(0, maxCompared)
}

export const compareAddress = (runIds: readonly string[], baseline: string | null = null, tab: string | null = null): RouteLocationRaw => ({
  path: '/experiments/compare',
  query: {
    runs: runIds.join(','),
    ...(baseline !== null && baseline !== runIds[0] ? { baseline } : {}),
    ...(tab !== null ? { tab } : {}),
  },
})
