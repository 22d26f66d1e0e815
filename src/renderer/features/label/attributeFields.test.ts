import { expect, it } from 'vitest'
import type { Attributes } from '../../../shared/model/annotation.ts'
import { flagPatch, hasBuiltIn, isSet, otherAttributes, poseOptions, posePatch } from './attributeFields.ts'

it('a flag keeps the form it was written in', () => {
  expect(['1', 1, true, '0', 0, false, null, undefined].map(isSet)).toEqual([true, true, true, false, false, false, false, false])
  const patch = (attributes: Attributes, set: boolean) => flagPatch(attributes, 'occluded', set)
  expect([patch({ occluded: '0' }, true), patch({ occluded: 0 }, true), patch({ occluded: false }, true)]).toEqual([
    { occluded: '1' },
    { occluded: 1 },
    { occluded: true },
  ])
  expect([patch({ occluded: '1' }, false), patch({}, true)]).toEqual([{ occluded: '0' }, { occluded: '1' }])
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

it('leaves what was never given absent', () => {
  expect([flagPatch({}, 'truncated', false), posePatch({}, 'Unspecified')]).toEqual([{}, {}])
  expect([posePatch({}, 'Left'), posePatch({ pose: 'Left' }, 'Unspecified')]).toEqual([{ pose: 'Left' }, { pose: 'Unspecified' }])
})

it('every object can have the built-in attributes; a void region shows those it came with', () => {
  expect(hasBuiltIn({ region: 'object', attributes: {} })).toBe(true)
  const all: readonly Attributes[] = [{}, { truncated: '0' }, { pose: 'Left' }]
  expect(all.map((attributes) => hasBuiltIn({ region: 'void', attributes }))).toEqual([false, true, true])
})
