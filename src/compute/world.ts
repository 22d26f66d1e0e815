/** This process among the replicas of a training; one alone for now, so the collective has nothing to do. */
export interface World {
  readonly rank: number
  readonly worldSize: number
  readonly collective: Collective
}

export interface Collective {
  /** Sums the values of all replicas in place. */
  allReduce(values: Float32Array): Promise<void>
  /** Resolves when every replica has come here. */
  barrier(): Promise<void>
}

export const aloneInTheWorld: World = {
  rank: 0,
  worldSize: 1,
  collective: { allReduce: () => Promise.resolve(), barrier: () => Promise.resolve() },
}
