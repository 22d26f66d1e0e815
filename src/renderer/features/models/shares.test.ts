import { expect, it } from 'vitest'
import { presentShares } from './shares.ts'

it('lists only classes that occur, largest first', () => {
  expect(presentShares([{ share: 0.1 }, { share: 0 }, { share: 0.9 }])).toEqual([{ share: 0.9 }, { share: 0.1 }])
})
