import { expect, it } from 'vitest'
import { createRig } from '../../canvas/tools/gestureRig.ts'
import { toggleAll } from './lookActions.ts'

it('hides masks and shapes together, and shows both again; what is partly hidden is hidden first', () => {
  const { editor } = createRig()
  const onShow = (): number => editor.painted().length
  expect(onShow()).toBe(4)
  toggleAll(editor)
  expect(onShow()).toBe(0)
  toggleAll(editor)
  expect(onShow()).toBe(4)
  editor.setLook({ shapes: false })
  expect(onShow()).toBe(1)
  toggleAll(editor)
  expect(onShow()).toBe(0)
})
