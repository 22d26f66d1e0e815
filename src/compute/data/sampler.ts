import { counterRng, type CounterRng } from '../tensor/rng.ts'

/** A run of item positions that belong together; groups lie one after the other. */
export interface SampleGroup {
  /** Number of items. */
  count: number
  /** How often each item occurs in an epoch, on average (with rates: relative to the others of its group); absent: once. */
  weights?: readonly number[]
}

/** Draws by rates instead of showing everything: group by `rates`, then an item of it, both with replacement. */
export interface MixRates {
  rates: readonly number[]
  samplesPerEpoch: number
}

export interface SamplerOptions {
  groups: readonly SampleGroup[]
  mix?: MixRates | null
  /** Items per batch on this rank. */
  batchSize: number
  seed: number
  rank?: number
  worldSize?: number
}

/** Item positions, and for each how often it came up before in the same epoch (so that it does not look the same again). */
export interface Draws {
  positions: Int32Array
  occurrences: Int32Array
}

export interface Sampler {
  readonly stepsPerEpoch: number
  /** Everything one epoch shows, in order. */
  epoch(epoch: number): Draws
  /** What one step (counted from 0 over the whole run) shows, and the epoch it lies in. */
  batch(step: number): Draws & { epoch: number }
}

const countOf = (groups: readonly SampleGroup[]): number => groups.reduce((sum, { count }) => sum + count, 0)
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

/** Items that one epoch shows. */
export function epochLength(groups: readonly SampleGroup[], mix: MixRates | null = null): number {
  return mix ? mix.samplesPerEpoch : Math.round(groups.reduce((all, { count, weights }) => all + (weights ? sum(weights) : count), 0))
}

/**
 * Shuffles anew every epoch by (seed, epoch) and fills the last batch up by repeating the start of the same order (round-up, as mmengine's
 * DefaultSampler). A step's batch depends on nothing but the options and the step, so a run can go on from anywhere, with any number of workers.
 */
export function createSampler({ groups, mix = null, batchSize, seed, rank = 0, worldSize = 1 }: SamplerOptions): Sampler {
  const globalBatch = batchSize * worldSize
  const length = epochLength(groups, mix)
  const stepsPerEpoch = Math.ceil(length / globalBatch)
  let known = -1
  let order: Draws = { positions: new Int32Array(0), occurrences: new Int32Array(0) }
  const epochOf = (epoch: number): Draws => {
    if (epoch !== known) {
      order = mix ? drawMixed(groups, mix, counterRng(seed, 'mix', epoch)) : drawAll(groups, length, counterRng(seed, 'order', epoch))
      known = epoch
    }
    return order
  }
  return {
    stepsPerEpoch,
    epoch: epochOf,
    batch(step) {
      const epoch = Math.floor(step / stepsPerEpoch)
      const { positions, occurrences } = epochOf(epoch)
      const start = (step % stepsPerEpoch) * globalBatch + rank * batchSize
      const at = (from: Int32Array) => Int32Array.from({ length: batchSize }, (_, i) => from[(start + i) % length]!)
      return { epoch, positions: at(positions), occurrences: at(occurrences) }
    },
  }
}

/** Every item as often as its weight says. A fractional weight is rounded up or down by chance so that the epoch keeps its length (systematic sampling). */
function drawAll(groups: readonly SampleGroup[], length: number, rng: CounterRng): Draws {
  const order = rng.shuffle(Int32Array.from({ length: countOf(groups) }, (_, i) => i))
  if (groups.every(({ weights }) => !weights)) return { positions: order, occurrences: new Int32Array(length) }
  const weights = groups.flatMap(({ count, weights: own }) => own ?? Array.from({ length: count }, () => 1))
  const scale = length / sum(weights)
  const offset = rng.uniform()
  const draws: number[] = []
  const again: number[] = []
  let reached = 0
  let before = Math.floor(offset)
  for (const [i, position] of order.entries()) {
    reached = i === order.length - 1 ? length : reached + weights[position]! * scale
    const after = Math.floor(reached + offset)
    for (let n = 0; n < after - before; n++) {
      draws.push(position)
      again.push(n)
    }
    before = after
  }
  const shuffled = rng.shuffle(Int32Array.from({ length: draws.length }, (_, i) => i))
  return { positions: shuffled.map((i) => draws[i]!), occurrences: shuffled.map((i) => again[i]!) }
}

function drawMixed(groups: readonly SampleGroup[], { rates, samplesPerEpoch }: MixRates, rng: CounterRng): Draws {
  const pickGroup = picker(rates)
  const pickItem = groups.map(({ count, weights }) =>
    weights ? picker(weights) : (u: number) => Math.min(count - 1, Math.floor(u * count)),
  )
  const starts = groups.map((_, g) => countOf(groups.slice(0, g)))
  const seen = new Int32Array(countOf(groups))
  const positions = new Int32Array(samplesPerEpoch)
  const occurrences = new Int32Array(samplesPerEpoch)
  for (let i = 0; i < samplesPerEpoch; i++) {
    const group = pickGroup(rng.uniform())
    const position = starts[group]! + pickItem[group]!(rng.uniform())
    positions[i] = position
    occurrences[i] = seen[position]!++
  }
  return { positions, occurrences }
}

/** The inverse of the cumulated weights: a number of [0, 1) -> an index, in proportion. */
function picker(weights: readonly number[]): (u: number) => number {
  const ends = new Float64Array(weights.length)
  let total = 0
  for (const [i, weight] of weights.entries()) ends[i] = total += weight
  const last = weights.findLastIndex((weight) => weight > 0)
  return (u) => {
    let low = 0
    let high = last
    while (low < high) {
      const middle = (low + high) >> 1
      if (ends[middle]! > u * total) high = middle
      else low = middle + 1
    }
    return low
  }
}
