import { expect, it } from 'vitest'
import { followers, nowhere, offsetFrom, type Place } from './place.ts'

const at = (index: number, listed: boolean): Place => ({ index, total: 10, listed, previous: null, next: null })

it('counts from a picture of the list, and from one that left it', () => {
  expect([followers(at(4, true)), followers(at(4, false)), followers(at(10, false)), followers(nowhere)]).toEqual([5, 6, 0, 0])
  const steps = [1, -1, 5, -5]
  expect(steps.map((by) => offsetFrom(at(4, true), by))).toEqual([5, 3, 9, 0])
  // The picture at index 4 is the next one.
  expect(steps.map((by) => offsetFrom(at(4, false), by))).toEqual([4, 3, 8, 0])
  expect([offsetFrom(at(10, false), 1), offsetFrom(at(10, false), -1)]).toEqual([9, 9])
})
