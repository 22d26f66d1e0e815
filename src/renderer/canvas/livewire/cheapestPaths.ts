import { mostCost, stepCost, steps, type EdgeField } from './edgeCosts.ts'

const unseen = 255
const stepX = Int8Array.from(steps, ([dx]) => dx)
const stepY = Int8Array.from(steps, ([, dy]) => dy)

/**
 * The cheapest paths from one corner to all others (Dijkstra), worked out as far as they are asked for. Costs of steps are small whole numbers, so the open
 * corners wait in a ring of buckets (Dial 1969) and each is taken out in constant time.
 */
export class CheapestPaths {
  readonly #field: EdgeField
  /** The step that leads back towards the seed. */
  readonly #back: Uint8Array
  readonly #cost: Uint32Array
  readonly #done: Uint8Array
  readonly #buckets: number[][] = Array.from({ length: mostCost + 1 }, () => [])
  #now = 0
  #open = 1

  constructor(field: EdgeField, seed: number) {
    this.#field = field
    const corners = field.columns * field.rows
    this.#back = new Uint8Array(corners).fill(unseen)
    this.#cost = new Uint32Array(corners).fill(0xffffffff)
    this.#done = new Uint8Array(corners)
    this.#cost[seed] = 0
    this.#buckets[0]!.push(seed)
  }

  /** The corners from the one after the seed to `to`. */
  pathTo(to: number): number[] {
    this.#expandTo(to)
    const path: number[] = []
    for (let at = to; this.#back[at] !== unseen;) {
      path.push(at)
      const [dx, dy] = steps[this.#back[at]!]!
      at += dy * this.#field.columns + dx
    }
    return path.reverse()
  }

  /** Takes corners out in the order of their costs until `to` is one of them. The innermost loop of the tool: everything it touches is at hand. */
  #expandTo(to: number): void {
    const field = this.#field
    const { columns, rows } = field
    const [back, costs, done, buckets] = [this.#back, this.#cost, this.#done, this.#buckets]
    let now = this.#now
    let bucket = buckets[now % buckets.length]!
    while (done[to] === 0 && this.#open > 0) {
      const at = bucket.pop()
      if (at === undefined) {
        bucket = buckets[++now % buckets.length]!
        continue
      }
      this.#open--
      // A corner that was reached more cheaply since is in two buckets; the dear one is late.
      if (done[at] === 1) continue
      done[at] = 1
      const x = at % columns
      const y = (at - x) / columns
      for (let i = 0; i < stepX.length; i++) {
        const [dx, dy] = [stepX[i]!, stepY[i]!]
        if (x + dx < 0 || x + dx >= columns || y + dy < 0 || y + dy >= rows) continue
        const next = at + dy * columns + dx
        if (done[next] === 1) continue
        const cost = now + stepCost(field, at, next, dx, dy)
        if (cost >= costs[next]!) continue
        costs[next] = cost
        back[next] = i ^ 1
        buckets[cost % buckets.length]!.push(next)
        this.#open++
      }
    }
    this.#now = now
  }
}
