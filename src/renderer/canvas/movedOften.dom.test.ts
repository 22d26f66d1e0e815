import { expect, it } from 'vitest'
import { movedOften } from './movedOften.ts'

it('the animation stands still and adds nothing to where the element is put', () => {
  const element = document.createElement('canvas')
  let paused = 0
  const asked: unknown[] = []
  Object.assign(element, {
    animate(...what: unknown[]) {
      asked.push(...what)
      return { pause: () => paused++ }
    },
  })
  movedOften(element)
  expect(asked).toEqual([[{ transform: 'none' }, { transform: 'none' }], expect.objectContaining({ composite: 'add', fill: 'both' })])
  expect([paused, element.style.transform, element.className]).toEqual([1, '', 'origin-top-left will-change-transform'])
  const still = document.createElement('div')
  movedOften(still)
  expect(still.className).toBe('origin-top-left will-change-transform')
})
