import { createPinia, setActivePinia } from 'pinia'
import { expect, it } from 'vitest'
import { nextTick } from 'vue'
import type { Id } from '../../../../shared/model/ids.ts'
import type { Item } from '../../../../shared/model/item.ts'
import { setLink } from '../../../stores/link.ts'
import { memoryLink } from '../../../testing/memoryLink.ts'
import { toasts } from '../../../ui/toasts.ts'
import { useLabel } from '../labelStore.ts'
import { nextRule, useWalk } from './walk.ts'

const [first, second, third] = [2, 3, 4].map((n) => `01900000-0000-7000-8000-00000000000${n}`) as [Id, Id, Id]
const datasetId = '01900000-0000-7000-8000-000000000001'
const itemOf = (id: string) =>
  ({ id, datasetId, name: 'a', relPath: 'a.jpg', width: 60, height: 40, status: 'todo', tags: [] }) as unknown as Item

it('a random step that is refused leaves the trail as it is, both ways', async () => {
  setActivePinia(createPinia())
  const answers = [second, third, second]
  setLink(
    memoryLink({
      items: {
        get: async ({ itemId }) => itemOf(itemId),
        neighbours: async () => ({ index: 0, total: 3, listed: true, previous: null, next: null }),
        picture: async () => Promise.reject(new Error('no picture here')),
        nextBy: async () => ({ itemId: answers.shift() ?? first, wrapped: false }),
      },
      annotations: { list: async () => ({ itemRev: 1, annotations: [], canUndo: false, canRedo: false }) },
      datasets: { list: async () => [], classes: async () => [] },
    }),
  )
  nextRule.keep('random')
  const label = useLabel()
  let may = true
  const asked: Id[] = []
  const walk = useWalk((itemId) => {
    asked.push(itemId)
    return may
  })
  const step = async (direction: 'next' | 'previous', allowed = true): Promise<Id> => {
    may = allowed
    await walk.step(direction)
    if (allowed) await label.open(asked.at(-1)!)
    return asked.at(-1)!
  }
  await label.open(first)
  await step('next')
  // A stroke is being drawn: neither way is gone.
  await step('next', false)
  expect(await step('previous', false)).toBe(first)
  expect(label.item?.id).toBe(second)
  expect(await step('previous')).toBe(first)
  // The trail is at its end: by chance again, not back to where a refused step would have led from.
  expect(await step('previous')).toBe(second)
  nextRule.keep('unfinished')
  label.leave()
})

it('who turns back before the next picture arrived stays, and may say something of it again', async () => {
  setActivePinia(createPinia())
  const arriving = Promise.withResolvers<void>()
  const said: Id[] = []
  setLink(
    memoryLink({
      items: {
        get: async ({ itemId }) => (itemId === second && (await arriving.promise), itemOf(itemId)),
        neighbours: async () => ({ index: 0, total: 3, listed: true, previous: null, next: null }),
        picture: async () => Promise.reject(new Error('no picture here')),
        nextBy: async () => ({ itemId: second, wrapped: false }),
      },
      annotations: {
        list: async () => ({ itemRev: 1, annotations: [], canUndo: false, canRedo: false }),
        describe: async ({ entryId, itemId, change }) => {
          said.push(itemId)
          const told = { entryId, itemId, command: `item.${change.kind}`, changed: [], deleted: [], itemRev: 1, savedAt: 1 }
          return { ...told, canUndo: true, canRedo: false }
        },
      },
      datasets: { list: async () => [], classes: async () => [] },
    }),
  )
  const label = useLabel()
  await label.open(first)
  const opened: Promise<void>[] = []
  const walk = useWalk((itemId) => opened.push(label.open(itemId)) > 0)
  await walk.step('next')
  await nextTick()
  expect([label.opening, await walk.setAndGoOn('done')]).toEqual([true, false])
  await label.open(first)
  await nextTick()
  arriving.resolve()
  await Promise.all(opened)
  expect([label.item?.id, label.opening]).toEqual([first, false])
  expect(await walk.setAndGoOn('done')).toBe(true)
  expect(said).toEqual([first])
  label.leave()
})

it('that there is nothing more to walk to stands there once, however often it is tried', async () => {
  setActivePinia(createPinia())
  setLink(
    memoryLink({
      items: {
        get: async ({ itemId }) => itemOf(itemId),
        neighbours: async () => ({ index: 0, total: 1, listed: true, previous: null, next: null }),
        picture: async () => Promise.reject(new Error('no picture here')),
        nextBy: async () => ({ itemId: null, reason: 'none' as const }),
      },
      annotations: { list: async () => ({ itemRev: 1, annotations: [], canUndo: false, canRedo: false }) },
      datasets: { list: async () => [], classes: async () => [] },
    }),
  )
  const label = useLabel()
  await label.open(first)
  for (const walk of [useWalk(() => true), useWalk(() => true)]) {
    await walk.step('next')
    await walk.step('next')
  }
  const said = 'Every picture of this list is finished.'
  expect(toasts.filter(({ text }) => text === said)).toHaveLength(1)
  label.leave()
})
