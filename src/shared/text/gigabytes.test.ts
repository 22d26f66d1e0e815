import { expect, it } from 'vitest'
import { gigabytes } from './gigabytes.ts'

it('tells bytes in decimal gigabytes, with one digit behind the point', () => {
  expect([0, 49_000_000, 51_000_000, 8e9, 2 ** 34].map(gigabytes)).toEqual(['0.0', '0.0', '0.1', '8.0', '17.2'])
})
