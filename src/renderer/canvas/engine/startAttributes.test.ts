import { expect, it } from 'vitest'
import type { Attributes } from '../../../shared/model/annotation.ts'
import { testIds } from '../tools/gestureRig.ts'
import type { Entry } from './edits.ts'
import { Editor } from './editor.ts'

it('gives a new object what objects of its class start with', () => {
  const newId = testIds()
  const [itemId, car, sky] = [newId(), newId(), newId()]
  const entries: Entry[] = []
  const editor = new Editor({
    newId,
    commit: (entry) => entries.push(entry),
    startAttributes: (classId): Attributes => (classId === car ? { color: 'red' } : {}),
  })
  editor.open(itemId, { width: 10, height: 10 }, 1, [], [])
  for (const classId of [car, sky]) {
    editor.pen.setClass(classId)
    editor.commitNew('createBox', { kind: 'box', x: 1, y: 1, w: 2, h: 2 })
  }
  expect(editor.records.inOrder().map(({ attributes }) => attributes)).toEqual([{ color: 'red' }, {}])
  expect(entries).toHaveLength(2)
})
