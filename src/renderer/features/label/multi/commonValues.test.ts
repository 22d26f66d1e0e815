import { expect, it } from 'vitest'
import type { Annotation, Attributes } from '../../../../shared/model/annotation.ts'
import { changeAttributes } from '../../../canvas/engine/actions.ts'
import { createRig, withoutRevs } from '../../../canvas/tools/gestureRig.ts'
import { allHaveVocFields, commonAttributes, commonFlag, commonPose, flagChange, typedValue } from './commonValues.ts'

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
  expect([allHaveVocFields(records), allHaveVocFields([])]).toEqual([true, false])
})

it('keeps the kind a value had', () => {
  expect(typedValue('3', [1, 2])).toBe(3)
  expect(typedValue('', [1, 2])).toBe('')
  expect(typedValue('3', ['1', 2])).toBe('3')
  expect(typedValue('False', [true, undefined])).toBe(false)
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
