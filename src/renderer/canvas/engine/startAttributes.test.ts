import { expect, it } from 'vitest'
import type { AttributeField } from '../../../shared/model/attributeSchema.ts'
import { createRig, testIds } from '../tools/gestureRig.ts'
import { reclassifySelection } from './actions.ts'
import type { Entry } from './edits.ts'
import { Editor } from './editor.ts'

const text = (name: string, fallback: string | null): AttributeField => ({ kind: 'text', name, required: true, fallback })

it('gives a new object what objects of its class start with', () => {
  const newId = testIds()
  const [itemId, car, sky] = [newId(), newId(), newId()]
  const entries: Entry[] = []
  const editor = new Editor({
    newId,
    commit: (entry) => entries.push(entry),
    fieldsFor: (classId) => (classId === car ? [text('color', 'red')] : []),
  })
  editor.open(itemId, { width: 10, height: 10 }, 1, [], [])
  for (const classId of [car, sky]) {
    editor.pen.setClass(classId)
    editor.commitNew('createBox', { kind: 'box', x: 1, y: 1, w: 2, h: 2 })
  }
  expect(editor.records.inOrder().map(({ attributes }) => attributes)).toEqual([{ color: 'red' }, {}])
  expect(entries).toHaveLength(2)
})

it('gives an object of another class what that starts with instead, in one entry', () => {
  const other = testIds()()
  const rig = createRig({ fieldsFor: (classId) => (classId === other ? [text('size', 'big')] : [text('color', 'red')]) })
  const { editor, ids } = rig
  editor.select([ids.small])
  editor.commitPatches('attributes', new Map([[ids.small, { attributes: { color: 'red', note: 'mine' } }]]))
  editor.select([ids.small, ids.box])
  const otherClass = `${other.slice(0, -1)}f`
  expect(reclassifySelection(editor, otherClass)).toBe(true)
  expect([ids.small, ids.box].map((id) => editor.records.get(id)?.attributes)).toEqual([{ color: 'red', note: 'mine' }, { color: 'red' }])
  expect(reclassifySelection(editor, other)).toBe(true)
  expect([ids.small, ids.box].map((id) => editor.records.get(id)?.attributes)).toEqual([{ note: 'mine', size: 'big' }, { size: 'big' }])
  expect(rig.entries.map(({ command, edits }) => [command, edits.length])).toEqual([
    ['attributes', 1],
    ['reclassify', 2],
    ['reclassify', 2],
  ])
})
