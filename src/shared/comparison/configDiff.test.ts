import { expect, it } from 'vitest'
import { alignedKey, configLeaves, diffConfigs } from './configDiff.ts'

const diff = (...configs: Record<string, unknown>[]) =>
  diffConfigs(configs.map((config) => ({ config, leaves: configLeaves(config) }))).filter((row) => row.differs)

it('tells only what differs, with the values of every run', () => {
  const rows = diff({ seed: 0, optimizer: { lr: 1e-3, betas: [0.9, 0.99] } }, { seed: 0, optimizer: { lr: 6e-5, betas: [0.9, 0.99] } })
  expect(rows.map(({ key, leaves }) => [key, leaves.map((leaf) => leaf?.value)])).toEqual([['optimizer.lr', [1e-3, 6e-5]]])
})

it('puts components of the same type beside each other, whatever their place', () => {
  const rows = diff(
    {
      loss: [
        { type: 'crossEntropy', weight: 1 },
        { type: 'dice', weight: 3 },
      ],
    },
    {
      loss: [
        { type: 'dice', weight: 2 },
        { type: 'crossEntropy', weight: 1 },
      ],
    },
  )
  expect(rows.map(({ key }) => key)).toEqual(['loss', 'loss[dice].weight'])
  expect(rows[0]?.leaves.map((leaf) => leaf?.value)).toEqual([
    ['crossEntropy', 'dice'],
    ['dice', 'crossEntropy'],
  ])
  expect(rows[1]?.leaves.map((leaf) => leaf?.path)).toEqual(['loss.1.weight', 'loss.0.weight'])
})

it('counts components that occur twice, and leaves a gap where a run has none', () => {
  const rows = diff(
    { train: [{ type: 'Pad', size: 1 }] },
    {
      train: [
        { type: 'Pad', size: 1 },
        { type: 'Pad', size: 2 },
      ],
    },
  )
  expect(rows.map(({ key, leaves }) => [key, leaves.map((leaf) => leaf?.value ?? null)])).toEqual([
    ['train', [['Pad'], ['Pad', 'Pad']]],
    ['train[Pad 2].size', [null, 2]],
  ])
})

it('tells a part that is left out from one that is null, and an empty list from none', () => {
  expect(diff({ a: null }, {}).map(({ leaves }) => leaves)).toEqual([[{ path: 'a', value: null }, null]])
  expect(diff({ a: [] }, { a: [1] }).map(({ key }) => key)).toEqual(['a'])
  expect(diff({ a: null, b: { x: 1 } }, { a: null, b: { x: 1 } })).toEqual([])
})

it('keeps the order of the first run and puts what only another has after its neighbour there', () => {
  const all = diffConfigs(
    [
      { a: 1, c: 3 },
      { a: 1, b: 2, c: 3 },
    ].map((config) => ({ config, leaves: configLeaves(config) })),
  )
  expect(all.map(({ key }) => key)).toEqual(['a', 'b', 'c'])
})

it('does not mind the order of keys inside a value, nor hostile names', () => {
  const leaf = (value: unknown) => ({ config: {}, leaves: [{ path: 'm', value }] })
  expect(diffConfigs([leaf({ x: 1, y: 2 }), leaf({ y: 2, x: 1 })])[0]?.differs).toBe(false)
  expect(diff({ ['__proto__']: 1, constructor: 2 }, { constructor: 3 }).map(({ key }) => key)).toContain('constructor')
  expect(alignedKey({ loss: [{ type: '<script>' }] }, 'loss.0.weight')).toBe('loss[<script>].weight')
})
