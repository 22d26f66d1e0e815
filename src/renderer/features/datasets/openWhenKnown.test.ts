import { expect, test } from 'vitest'
import { shallowReactive } from 'vue'
import type { Item } from '../../../shared/model/item.ts'
import { openWhenKnown } from './openWhenKnown.ts'

const picture = (id: string): Item => ({ id }) as Item

function grid() {
  const shown = shallowReactive<{ total: number; items: ReadonlyMap<number, Item> }>({
    total: 3,
    items: new Map<number, Item>([[0, picture('a')]]),
  })
  const opened: string[] = []
  return {
    shown,
    opened,
    ...openWhenKnown(
      () => shown,
      (item) => opened.push(item.id),
    ),
  }
}

test('a picture that is known opens at once, and again', () => {
  const { open, opened } = grid()
  open(0)
  open(0)
  expect(opened).toEqual(['a', 'a'])
})

test('a place whose picture is still being read opens when it is known, once', () => {
  const { shown, open, opened } = grid()
  open(1)
  expect(opened).toEqual([])
  shown.items = new Map([...shown.items, [2, picture('c')]])
  expect(opened).toEqual([])
  shown.items = new Map([...shown.items, [1, picture('b')]])
  shown.items = new Map([...shown.items, [0, picture('a')]])
  expect(opened).toEqual(['b'])
})

test('another click, or another list, takes the wish back', () => {
  const { shown, open, forget, opened } = grid()
  open(1)
  forget()
  shown.items = new Map([[1, picture('b')]])
  open(2)
  shown.total = 2
  shown.items = new Map([[2, picture('c')]])
  expect(opened).toEqual([])
})
