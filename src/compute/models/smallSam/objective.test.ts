import { expect, it } from 'vitest'
import { GraphBuilder } from '../../graph/builder.ts'
import { sessionRunner } from '../../runtime/sessionRunner.ts'
import { roundLoss } from './objective.ts'

const side = 4
const cells = side * side
const open = sessionRunner({ provider: 'cpu', threads: 1 })
const float = (dims: readonly number[], data: ArrayLike<number>) => ({ dtype: 'float32' as const, dims, data: Float32Array.from(data) })
const plane = (of: (x: number, y: number) => number): number[] =>
  Array.from({ length: cells }, (_, i) => of(i % side, Math.floor(i / side)))

/** Losses of four equal candidates for one object. */
async function charged(logits: readonly number[], target: readonly number[], counted: readonly number[]) {
  const b = new GraphBuilder('round')
  const answer = { logits: b.input('logits', 'float32', [1, 4, side, side]), iou: b.input('estimated', 'float32', [1, 4]) }
  const real = { target: b.input('target', 'float32', [1, 1, side, side]), counted: b.input('counted', 'float32', [1, 1, side, side]) }
  const losses = roundLoss(b, answer, real)
  b.output('mask', losses.mask)
  b.output('truth', losses.truth)
  const run = await open(b.graph())
  const { mask, truth } = await run({
    logits: float([1, 4, side, side], [...logits, ...logits, ...logits, ...logits]),
    estimated: float([1, 4], [0, 0, 0, 0]),
    target: float([1, 1, side, side], target),
    counted: float([1, 1, side, side], counted),
  })
  return { mask: Number(mask!.data[0]), iou: Number(truth!.data[0]) }
}

/** The object takes the left half; of the right half the upper two rows are void. */
const target = plane((x) => (x < 2 ? 1 : 0))
const counted = plane((x, y) => (x >= 2 && y < 2 ? 0 : 1))

it('what is answered where nobody knows is not charged, and is in no IoU', async () => {
  const right = await charged(
    plane((x) => (x < 2 ? 3 : -3)),
    target,
    counted,
  )
  const overVoid = await charged(
    plane((x, y) => (x < 2 || y < 2 ? 3 : -3)),
    target,
    counted,
  )
  expect(overVoid).toEqual(right)
  expect(overVoid.iou).toBeCloseTo(1, 5)
  // As background it is wrong: 8 of 12 pixels.
  const asGround = await charged(
    plane((x, y) => (x < 2 || y < 2 ? 3 : -3)),
    target,
    plane(() => 1),
  )
  expect(asGround.iou).toBeCloseTo(8 / 12, 5)
  expect(asGround.mask).toBeGreaterThan(overVoid.mask + 0.1)
})

it('a picture beside which nothing counts is charged as if there were nothing beside it', async () => {
  const answer = (x: number, y: number): number => [0.4, -1, 2, -0.3][(x + 2 * y) % 4]!
  const upper = (_: number, y: number): number => (y < 2 ? 1 : 0)
  const object = (x: number, y: number): number => (y < 2 && x === 0 ? 1 : 0)
  const padded = await charged(plane(answer), plane(object), plane(upper))
  const mask = (logit: number, isIn: number): number => {
    const p = 1 / (1 + Math.exp(-logit))
    return isIn ? 0.25 * (1 - p) ** 2 * -Math.log(p) : 0.75 * p ** 2 * -Math.log(1 - p)
  }
  const seen = plane(answer).slice(0, 8)
  const inside = plane(object).slice(0, 8)
  const focal = seen.reduce((sum, logit, i) => sum + mask(logit, inside[i]!), 0) / 8
  const p = seen.map((logit) => 1 / (1 + Math.exp(-logit)))
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)
  const dice = 1 - (2 * sum(p.map((value, i) => value * inside[i]!)) + 1) / (sum(p) + sum(inside) + 1)
  // Candidate 0, and the best of three equal ones.
  expect(padded.mask).toBeCloseTo(2 * (20 * focal + dice), 4)
})

it('a cell that is void in part belongs to whom most of the rest does, and counts as much as the rest', async () => {
  const rest = plane((x) => (x === 1 ? 0.4 : 1))
  const mostly = plane((x) => (x === 0 ? 1 : x === 1 ? 0.3 : 0))
  const { iou } = await charged(
    plane((x) => (x === 0 ? 3 : -3)),
    mostly,
    rest,
  )
  expect(iou).toBeCloseTo(4 / (4 + 4 * 0.4), 5)
})
