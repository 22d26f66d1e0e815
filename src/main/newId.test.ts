import { expect, test } from 'vitest'
import { idSchema } from '../shared/model/ids.ts'
import { newId } from './newId.ts'

test('ids are valid, all different, and sort in the order they were made', () => {
  const ids = Array.from({ length: 20_000 }, newId)
  expect(new Set(ids).size).toBe(ids.length)
  expect([...ids].sort()).toEqual(ids)
  expect(idSchema.safeParse(ids.at(-1)).success).toBe(true)
})
