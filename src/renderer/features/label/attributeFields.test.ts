import { expect, it } from 'vitest'
import { flagValue, isSet, otherAttributes, poseOptions } from './attributeFields.ts'

it('a flag keeps the form it was written in', () => {
  expect(['1', 1, true, '0', 0, false, null, undefined].map(isSet)).toEqual([true, true, true, false, false, false, false, false])
  expect([flagValue(true, '0'), flagValue(true, 0), flagValue(true, false), flagValue(false, undefined)]).toEqual(['1', 1, true, '0'])
})

it('a pose the list does not know can be kept', () => {
  expect(poseOptions('Left')).not.toContain('left')
  expect(poseOptions('Upside down').at(-1)).toBe('Upside down')
  expect(poseOptions(undefined)[0]).toBe('Unspecified')
})

it('shows the rest as it was read', () => {
  expect(otherAttributes({ pose: 'Left', truncated: '1', 'actions.jumping': '1', score: 0.5, none: null })).toEqual([
    ['actions.jumping', '1'],
    ['score', '0.5'],
    ['none', 'null'],
  ])
})
