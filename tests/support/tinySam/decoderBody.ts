import type { GraphBuilder } from '../../../src/compute/graph/builder.ts'
import type { Value } from '../../../src/compute/graph/graph.ts'
import {
  rawAdd,
  rawBinary,
  rawCast,
  rawCompare,
  rawConcat,
  rawMul,
  rawReduce,
  rawReshape,
  rawScale,
  rawShift,
  rawSlice,
  rawSub,
  rawTranspose,
  rawUnary,
  rawWhere,
} from '../../../src/compute/ops/raw.ts'

/** Logit where a cell has the colour of a click, and the squared distance of colours (0..1) at which it becomes 0. */
const sameColor = 10
const reach = 0.25
const surely = 10
/** What each mask is lower than the first guess: which one was chosen shows in its logits. */
export const maskOffsets = [0.4, 9.5, 0, 0.8] as const

/**
 * The decoder of the tiny models. A cell belongs to the mask where it has the colour of a positive click (or of the centre of the box), not that of a
 * negative one, and lies in the box; a mask prompt is added. `colors` `[1,3,grid,grid]` 0..1; `coords` `[N,2]` in cells; `labels` `[N]` float;
 * `prior` `[1,1,grid,grid]` or null. Gives masks `[1,4,grid,grid]`, and IoU `[1,4]` whose first says how many entries there were.
 */
export function decoderBody(
  b: GraphBuilder,
  { colors, coords, labels, prior, grid }: { colors: Value; coords: Value; labels: Value; prior: Value | null; grid: number },
): { masks: Value; iou: Value } {
  const n = labels.shape[0]!
  const cells = grid * grid
  const flat = rawReshape(b, colors, [3, cells])
  const label = rawReshape(b, labels, [n, 1])
  const is = (value: number): Value => rawCompare(b, 'Equal', label, b.constant(value))
  const best = (mask: Value, values: Value): Value => rawReduce(b, 'ReduceMax', rawWhere(b, mask, values, b.constant(-surely)), [0], false)
  const similar = similarity(b, flat, coords, n, grid)
  const corner = (mark: number, axis: number): Value => {
    const at = rawSlice(b, coords, { axes: [1], starts: [axis], ends: [axis + 1] })
    return rawReduce(b, 'ReduceMax', rawWhere(b, is(mark), at, b.constant(-1e4)), [0], false)
  }
  const [x0, y0, x1, y1] = [corner(2, 0), corner(2, 1), corner(3, 0), corner(3, 1)]
  const hasBox = rawCompare(b, 'Greater', x0, b.constant(-1e3))
  const centre = rawReshape(b, rawScale(b, rawConcat(b, [rawAdd(b, x0, x1), rawAdd(b, y0, y1)], 0), 0.5), [1, 2])
  const likeCentre = rawReshape(b, similarity(b, flat, centre, 1, grid), [cells])
  const axis = (pick: (i: number) => number): Value => b.constant(Array.from({ length: cells }, (_, i) => pick(i) + 0.5))
  const [cx, cy] = [axis((i) => i % grid), axis((i) => Math.floor(i / grid))]
  const least = (a: Value, ...rest: Value[]): Value => rest.reduce((x, y) => rawBinary(b, 'Min', x, y), a)
  const inside = least(rawSub(b, cx, x0), rawSub(b, x1, cx), rawSub(b, cy, y0), rawSub(b, y1, cy))
  const positive = rawBinary(b, 'Max', best(is(1), similar), rawWhere(b, hasBox, likeCentre, b.constant(-surely)))
  const negative = rawUnary(b, 'Neg', best(is(0), similar))
  const guess = least(positive, negative, rawWhere(b, hasBox, rawScale(b, inside, 4), b.constant(surely)))
  const logits = prior ? rawAdd(b, rawReshape(b, guess, [1, 1, grid, grid]), prior) : rawReshape(b, guess, [1, 1, grid, grid])
  const count = b.node1('Cast', [b.node1('Size', [labels], { dtype: 'int64', shape: [] })], { dtype: 'float32', shape: [] }, { to: 1 })
  return {
    masks: rawConcat(
      b,
      maskOffsets.map((offset) => rawShift(b, logits, -offset)),
      1,
    ),
    iou: rawConcat(b, [rawReshape(b, rawScale(b, count, 0.01), [1, 1]), b.constant([0.7, 0.9, 0.8], [1, 3])], 1),
  }
}

/** [N,2] places in cells -> [N,cells]: how much each cell has the colour of each place. */
function similarity(b: GraphBuilder, flat: Value, coords: Value, n: Value['shape'][number], grid: number): Value {
  const clipped = b.node1('Clip', [rawUnary(b, 'Floor', coords), b.constant(0), b.constant(grid - 1)], coords)
  const index = rawCast(b, rawReduce(b, 'ReduceSum', rawMul(b, clipped, b.constant([1, grid])), [1], false), 'int64')
  const picked = b.node1('Gather', [rawTranspose(b, flat, [1, 0]), index], { dtype: 'float32', shape: [n, 3] }, { axis: 0 })
  const cells = grid * grid
  const difference = rawSub(b, rawReshape(b, flat, [1, 3, cells]), rawReshape(b, picked, [n, 3, 1]))
  const distance = rawReduce(b, 'ReduceSum', rawMul(b, difference, difference), [1], false)
  const value = rawShift(b, rawScale(b, distance, -sameColor / reach), sameColor)
  return b.node1('Clip', [value, b.constant(-surely), b.constant(surely)], value)
}
