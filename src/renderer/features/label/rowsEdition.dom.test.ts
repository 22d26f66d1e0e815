import { expect, it, vi } from 'vitest'
import { effectScope, ref } from 'vue'
import { rowsEdition } from './rowsEdition.ts'

it('a short list is read again at once, a long one once and after the frame that shows the change', async () => {
  const [changes, rows] = [ref(0), ref(500)]
  const scope = effectScope()
  const edition = scope.run(() =>
    rowsEdition(
      () => changes.value,
      () => rows.value,
    ),
  )!
  changes.value++
  changes.value++
  expect(edition.value).toBe(2)
  rows.value = 501
  changes.value++
  changes.value++
  expect(edition.value).toBe(2)
  await vi.waitFor(() => expect(edition.value).toBe(3))
  changes.value++
  expect(edition.value).toBe(3)
  await vi.waitFor(() => expect(edition.value).toBe(4))
  scope.stop()
})
