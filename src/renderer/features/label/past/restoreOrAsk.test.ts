import { createPinia, setActivePinia } from 'pinia'
import { expect, it } from 'vitest'
import { AppError } from '../../../../shared/errors.ts'
import type { Annotation } from '../../../../shared/model/annotation.ts'
import { Editor } from '../../../canvas/engine/editor.ts'
import { toasts } from '../../../ui/toasts.ts'
import { restoreOrAsk } from './restoreOrAsk.ts'

const box = (id: string): Annotation => ({
  id,
  itemId: 'item',
  classId: null,
  region: 'void',
  shape: { kind: 'box', x: 1, y: 1, w: 5, h: 5 },
  attributes: {},
  provenance: { kind: 'human' },
  z: 0,
  rev: 1,
  locked: true,
})

it('names and selects the locked objects that keep an earlier state from coming back, and unlocks them only when asked', async () => {
  setActivePinia(createPinia())
  const editor = new Editor({ newId: () => 'new', commit: () => undefined })
  editor.open('item', { width: 50, height: 50 }, 1, [box('a'), box('b'), box('c')], [])
  const asked: boolean[] = []
  const restore = async (_: string, __: unknown, unlock = false): Promise<void> => {
    asked.push(unlock)
    if (!unlock) throw new AppError('annotation/locked', 'locked', { id: 'a', ids: 'a c', count: 2 })
  }
  expect(await restoreOrAsk({ editor, restore }, 'item', { kind: 'state', seq: 0 })).toBe(false)
  expect([...editor.selection]).toEqual(['a', 'c'])
  const toast = toasts.at(-1)!
  expect(toast.text).toContain('2 locked objects')
  toast.action!.run()
  expect(asked).toEqual([false, true])
})
