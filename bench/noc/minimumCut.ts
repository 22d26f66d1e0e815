/** Arcs of a grid: to the right, left, below, above neighbour. */
const arcs = 4

/**
 * The cheapest cut of a grid of pixels between object and background (Dinic 1970: levels, then blocking flows): 1 where a pixel stays with the
 * object. `toObject` and `toGround` are what it costs to part a pixel from either side.
 */
export function minimumCut(
  w: number,
  h: number,
  toObject: Float64Array,
  toGround: Float64Array,
  { right, below }: { right: Float64Array; below: Float64Array },
): Uint8Array {
  const n = w * h
  const step = [1, -1, w, -w] as const
  const capacity = new Float64Array(n * arcs)
  for (let i = 0; i < n; i++) {
    if (i % w < w - 1) {
      capacity[i * arcs] = right[i]!
      capacity[(i + 1) * arcs + 1] = right[i]!
    }
    if (i < n - w) {
      capacity[i * arcs + 2] = below[i]!
      capacity[(i + w) * arcs + 3] = below[i]!
    }
  }
  // What a pixel could send straight from one side to the other never decides.
  const source = toObject.map((value, i) => Math.max(0, value - toGround[i]!))
  const sink = toGround.map((value, i) => Math.max(0, value - toObject[i]!))
  const level = new Int32Array(n)
  const next = new Uint8Array(n)
  const queue = new Int32Array(n)
  const tiny = 1e-9
  const layers = (): boolean => {
    level.fill(-1)
    let [head, tail] = [0, 0]
    let reached = false
    for (let i = 0; i < n; i++)
      if (source[i]! > tiny) {
        level[i] = 0
        queue[tail++] = i
      }
    while (head < tail) {
      const i = queue[head++]!
      if (sink[i]! > tiny) reached = true
      for (let a = 0; a < arcs; a++) {
        const j = i + step[a]!
        if (capacity[i * arcs + a]! > tiny && level[j] === -1) {
          level[j] = level[i]! + 1
          queue[tail++] = j
        }
      }
    }
    return reached
  }
  const path = new Int32Array(n)
  const taken = new Uint8Array(n)
  const push = (start: number): boolean => {
    let depth = 0
    path[0] = start
    for (;;) {
      const i = path[depth]!
      if (sink[i]! > tiny) {
        let flow = Math.min(source[start]!, sink[i]!)
        for (let k = 0; k < depth; k++) flow = Math.min(flow, capacity[path[k]! * arcs + taken[k]!]!)
        source[start]! -= flow
        sink[i]! -= flow
        for (let k = 0; k < depth; k++) {
          capacity[path[k]! * arcs + taken[k]!]! -= flow
          capacity[path[k + 1]! * arcs + (taken[k]! ^ 1)]! += flow
        }
        return true
      }
      let moved = false
      for (; next[i]! < arcs; next[i]!++) {
        const a = next[i]!
        const j = i + step[a]!
        if (capacity[i * arcs + a]! > tiny && level[j] === level[i]! + 1) {
          taken[depth] = a
          path[++depth] = j
          moved = true
          break
        }
      }
      if (moved) continue
      level[i] = -2
      if (depth === 0) return false
      depth--
    }
  }
  while (layers()) {
    next.fill(0)
    for (let i = 0; i < n; i++) while (source[i]! > tiny && level[i] === 0 && push(i));
  }
  return Uint8Array.from(level, (value) => Number(value >= 0))
}
