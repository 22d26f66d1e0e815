import { expect, it } from 'vitest'
import { firstClass } from './firstClass.ts'

const named = (...names: string[]) => names.map((name) => ({ id: `id of ${name}`, name }))

it('what is drawn first is not background, unless there is nothing else', () => {
  expect(firstClass(named('_background_', 'person', 'car'))).toBe('id of person')
  expect(firstClass(named('car', 'background'))).toBe('id of car')
  expect(firstClass(named('background'))).toBe('id of background')
  expect(firstClass([])).toBeNull()
})
