import { expect, it } from 'vitest'
import type { Annotation, Attributes } from '../../../../shared/model/annotation.ts'
import { changeAttributes } from '../../../canvas/engine/actions.ts'
import { createRig, withoutRevs } from '../../../canvas/tools/gestureRig.ts'
import { allSet } from '../attributeFields.ts'
import { commonAttributes, commonFlag, commonPose, flagChange, poseChange, typedValue, valuesOf, withBuiltIn } from './commonValues.ts'

const withAttributes = (...all: readonly Attributes[]): Annotation[] => {
  const [record] = createRig().editor.records.inOrder()
  return all.map((attributes) => ({ ...record!, shape: { kind: 'box', x: 0, y: 0, w: 2, h: 2 }, attributes }))
}

it('says what several objects have in common, and what is mixed', () => {
  const records = withAttributes(
    { colour: 'red', n: 1, truncated: 1, pose: 'Left' },
    { colour: 'red', n: 2, truncated: true, pose: 'Left' },
  )
  expect(commonAttributes(records)).toEqual([
    { name: 'colour', value: { kind: 'same', value: 'red' } },
    { name: 'n', value: { kind: 'mixed' } },
  ])
  expect(commonFlag(records, 'truncated')).toEqual({ kind: 'same', value: true })
  expect(commonPose(records)).toEqual({ kind: 'same', value: 'Left' })
  expect(commonAttributes(withAttributes({ colour: 'red' }, {}))).toEqual([{ name: 'colour', value: { kind: 'mixed' } }])
  expect(commonFlag(withAttributes({ truncated: 0 }, { truncated: '1' }), 'truncated')).toEqual({ kind: 'mixed' })
  expect(commonPose(withAttributes({}, { pose: 'Rear' }))).toEqual({ kind: 'mixed' })
})

it('leaves what is defined for the classes of the objects to its own fields', () => {
  const [one, other] = withAttributes({ colour: 'red', speed: 3 }, { colour: 'red', speed: 3, plate: 'x' })
  const records = [one!, { ...other!, classId: 'car' }]
  const fieldsFor = (classId: string | null) => (classId === 'car' ? [{ name: 'speed' }] : [{ name: 'plate' }])
  expect(commonAttributes(records, fieldsFor).map(({ name }) => name)).toEqual(['colour'])
})

it('keeps the kind a value had', () => {
  expect(typedValue('3', [1, 2])).toBe(3)
  // Of objects that lack it, a name every JavaScript object has is no value.
  expect(typedValue('3', valuesOf([{ attributes: { ['constructor']: 1 } }, { attributes: {} }], 'constructor'))).toBe(3)
  expect(typedValue('', [1, 2])).toBe('')
  expect(typedValue('3', ['1', 2])).toBe('3')
  expect(typedValue('False', [true, null])).toBe(false)
})

it('changes all of them as one gesture, each in its own form, and undo restores the exact records', () => {
  const rig = createRig()
  const { editor, ids } = rig
  editor.select([ids.box])
  changeAttributes(editor, () => ({ truncated: '0' }))
  const before = editor.records.inOrder()
  editor.select([ids.box, ids.small])
  changeAttributes(editor, flagChange('truncated', true))
  expect(rig.entries.map(({ command, edits }) => [command, edits.length])).toEqual([
    ['attributes', 1],
    ['attributes', 2],
  ])
  expect([ids.box, ids.small].map((id) => editor.records.get(id)?.attributes)).toEqual([{ truncated: '1' }, { truncated: '1' }])
  changeAttributes(editor, flagChange('truncated', true))
  expect(rig.entries).toHaveLength(2)
  rig.undoLast(before)
  expect(rig.content()).toEqual(withoutRevs(before))
})

it('gives polygons, masks and boxes the built-in attributes alike; void regions, and objects that never had one, stay without', () => {
  const rig = createRig()
  const { editor, ids } = rig
  editor.commitPatches('toVoid', new Map([[ids.small, { region: 'void', classId: null }]]))
  const before = editor.records.inOrder()
  const all = [ids.polygon, ids.mask, ids.box, ids.small]
  const attributes = () => all.map((id) => editor.records.get(id)?.attributes)
  editor.select(all)
  expect(
    withBuiltIn(editor.selected)
      .map(({ id }) => id)
      .sort(),
  ).toEqual([ids.polygon, ids.mask, ids.box].sort())
  changeAttributes(editor, flagChange('occluded', false))
  changeAttributes(editor, poseChange('Unspecified'))
  expect(attributes()).toEqual([{}, {}, {}, {}])
  expect(allSet(editor.selected, 'occluded')).toBe(false)
  changeAttributes(editor, flagChange('occluded', true))
  expect(attributes()).toEqual([{ occluded: '1' }, { occluded: '1' }, { occluded: '1' }, {}])
  expect(commonFlag(editor.selected, 'occluded')).toEqual({ kind: 'same', value: true })
  expect(allSet(editor.selected, 'occluded')).toBe(true)
  rig.undoLast(before)
  expect(rig.content()).toEqual(withoutRevs(before))
  editor.select([ids.small])
  expect([withBuiltIn(editor.selected), allSet(editor.selected, 'occluded')]).toEqual([[], false])
})
