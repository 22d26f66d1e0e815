import { expect, it } from 'vitest'
import { AppError } from '../../../../shared/errors.ts'
import type { Item } from '../../../../shared/model/item.ts'
import { setLink } from '../../../stores/link.ts'
import { memoryLink } from '../../../testing/memoryLink.ts'
import { toasts } from '../../../ui/toasts.ts'
import { leaveAside } from './leaveAside.ts'

function page(settled: () => Promise<void>) {
  const told: string[] = []
  setLink(memoryLink({ items: { setAside: async ({ itemIds }) => ({ changed: told.push(...itemIds) }) } }))
  const label = {
    item: { id: 'a', name: 'a.jpg' } as Item | null,
    opening: false,
    isOut: false,
    place: { index: 0, total: 2, listed: true, previous: null, next: 'b' },
    pictureError: null,
    settled,
    leave: () => void (label.item = null),
  }
  const went: (string | null)[] = []
  return { label, told, went, ask: () => leaveAside(label, (to) => went.push(to)) }
}

it('sets the picture aside once, however often it is asked while that is under way, and leads on', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const { told, went, ask } = page(() => promise)
  toasts.length = 0
  const asked = [ask(), ask(), ask()]
  resolve()
  await Promise.all(asked)
  expect([told, went, toasts.length]).toEqual([['a'], ['b'], 1])
})

it('says at once that nothing can be saved, and does not act later', async () => {
  const { told, went, ask } = page(() => Promise.reject(new AppError('disk/full', 'no room')))
  await expect(ask()).rejects.toMatchObject({ code: 'disk/full' })
  expect([told, went]).toEqual([[], []])
})

it('leaves a picture alone that is no longer open when all is saved', async () => {
  const { label, told, ask } = page(async () => void (label.item = { id: 'b', name: 'b.jpg' } as Item))
  await ask()
  expect(told).toEqual([])
})
