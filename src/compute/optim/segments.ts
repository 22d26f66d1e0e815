import type { Arena } from '../tensor/arena.ts'
import type { ParameterPlan } from './groups.ts'

/** A run of the arena that shares its multipliers. */
export interface ArenaSegment {
  readonly begin: number
  readonly end: number
  readonly lrMult: number
  readonly decayMult: number
}

/** The arena cut into as few runs as the plan allows, in order, without what is frozen; padding between tensors goes with the tensor before it. */
export function arenaSegments(arena: Arena, plan: ParameterPlan): ArenaSegment[] {
  const segments: ArenaSegment[] = []
  const entries = [...arena.entries.values()]
  entries.forEach((entry, i) => {
    const multipliers = plan.multipliers(entry.name)
    if (!multipliers) return
    const end = entries[i + 1]?.offset ?? arena.data.length
    const last = segments.at(-1)
    if (last?.end === entry.offset && last.lrMult === multipliers.lrMult && last.decayMult === multipliers.decayMult)
      segments[segments.length - 1] = { ...last, end }
    else segments.push({ begin: entry.offset, end, ...multipliers })
  })
  return segments
}

/** The multipliers of every element: 0 where frozen. */
export function elementMultipliers(arena: Arena, plan: ParameterPlan): { rateOf: Float32Array; decayOf: Float32Array } {
  const rateOf = new Float32Array(arena.data.length)
  const decayOf = new Float32Array(arena.data.length)
  for (const { begin, end, lrMult, decayMult } of arenaSegments(arena, plan)) {
    rateOf.fill(lrMult, begin, end)
    decayOf.fill(decayMult, begin, end)
  }
  return { rateOf, decayOf }
}
