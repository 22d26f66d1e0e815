import { expect, it } from 'vitest'
import { createRig } from '../tools/gestureRig.ts'
import { viewOf } from './frame.ts'
import { hoversWithin } from './interactionLayer.ts'

it('the outline of what the pointer is on is whole where there is room for it and its line', () => {
  const { editor, ids } = createRig()
  const within = (): boolean => hoversWithin(editor, viewOf(editor))
  expect(within()).toBe(true)
  editor.gesture.setHover({ kind: 'shape', id: ids.box })
  const seen = [
    { scale: 1, x: 0, y: 0 },
    { scale: 1, x: -2, y: -2 },
    { scale: 1, x: -3, y: 0 },
    { scale: 1.4, x: 0, y: 0 },
    { scale: 1.6, x: 0, y: 0 },
  ].map((camera) => {
    editor.setCamera(camera)
    return within()
  })
  expect(seen).toEqual([true, true, false, true, false])
  editor.resize({ width: 200, height: 100, pixelRatio: 2 })
  editor.setCamera({ scale: 1, x: -2, y: -2 })
  expect(within()).toBe(true)
  editor.setCamera({ scale: 1, x: -3, y: 0 })
  expect(within()).toBe(false)
})
