/** This process among the replicas of a training. */
export interface World {
  readonly rank: number
  readonly worldSize: number
  readonly collective: Collective
}

/**
 * What replicas do together. Every replica makes the same calls in the same order; nothing in here has a timeout, because the first replica
 * validates and saves while the others wait. Errors of all calls: process/gone (another replica ended; `data.peer` counts from 1).
 */
export interface Collective {
  /** Sums the values of all replicas in place, added in the order of their ranks: the same bits everywhere, in every run. */
  allReduce(values: Float32Array | Float64Array): Promise<void>
  /** Resolves when every replica has come here. */
  barrier(): Promise<void>
  /** Leaves; what others still wait for fails. */
  close(): void
}

export const aloneInTheWorld: World = {
  rank: 0,
  worldSize: 1,
  collective: { allReduce: () => Promise.resolve(), barrier: () => Promise.resolve(), close: () => undefined },
}
