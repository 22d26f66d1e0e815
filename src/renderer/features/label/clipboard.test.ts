import { expect, it } from 'vitest'
import { createRig } from '../../canvas/tools/gestureRig.ts'
import { createClipboard } from './clipboard.ts'

it('tells what was left out, cut or lost its class when it is pasted into another picture, and nothing where all is as it was', () => {
  const { editor, ids } = createRig()
  const told: string[] = []
  const classes = [{ id: editor.records.get(ids.box)!.classId!, name: 'car' }]
  const clipboard = createClipboard(
    editor,
    () => classes,
    (text) => told.push(text),
  )
  editor.select([ids.box, ids.small, ids.mask])
  clipboard.copy()
  expect([clipboard.paste(), told]).toEqual([3, []])
  editor.open(editor.newId(), { width: 40, height: 100 }, 1, [], [])
  expect(clipboard.paste()).toBe(2)
  classes[0] = { id: editor.newId(), name: 'tree' }
  editor.open(editor.newId(), { width: 200, height: 100 }, 1, [], [])
  expect(clipboard.paste()).toBe(3)
  expect(told).toEqual([
    '2 of 3 pasted: one lies outside of this picture; one was cut at its border.',
    '3 of 3 pasted: 3 have no class here, for this dataset lacks it.',
  ])
})
