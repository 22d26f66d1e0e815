import { createPinia, setActivePinia } from 'pinia'
import { expect, it } from 'vitest'
import type { Id } from '../../../../shared/model/ids.ts'
import type { Item } from '../../../../shared/model/item.ts'
import { setLink } from '../../../stores/link.ts'
import { memoryLink } from '../../../testing/memoryLink.ts'
import { useLabel } from '../labelStore.ts'
import { useComments } from './comments.ts'

const [first, second] = [2, 3].map((n) => `01900000-0000-7000-8000-00000000000${n}`) as [Id, Id]
const datasetId = '01900000-0000-7000-8000-000000000001'
const itemOf = (id: string) =>
  ({ id, datasetId, name: 'a', relPath: 'a.jpg', width: 60, height: 40, status: 'todo', tags: [] }) as unknown as Item

it('the words of a comment stay with the picture they were written about, and are sent to that one', async () => {
  setActivePinia(createPinia())
  const sent: [string, string][] = []
  let answer = (): void => undefined
  setLink(
    memoryLink({
      items: {
        get: async ({ itemId }) => itemOf(itemId),
        neighbours: async () => ({ index: 0, total: 2, listed: true, previous: null, next: null }),
        picture: async () => Promise.reject(new Error('no picture here')),
      },
      annotations: { list: async () => ({ itemRev: 1, annotations: [], canUndo: false, canRedo: false }) },
      datasets: { list: async () => [], classes: async () => [] },
      comments: {
        list: async () => [],
        add: async ({ id, itemId, text }) => {
          sent.push([itemId, text])
          await new Promise<void>((resolve) => (answer = resolve))
          return { id, itemId, annotationId: null, at: null, resolved: false, deleted: false, entries: [] }
        },
      },
    }),
  )
  const label = useLabel()
  await label.open(first)
  const comments = useComments()
  comments.words = 'the roof is missing'
  comments.write('a comment of the first', 'which roof?')
  await label.open(second)
  expect(comments.words).toBe('')
  comments.words = 'too dark'
  await label.open(first)
  expect([comments.words, comments.replyTo('a comment of the first')]).toEqual(['the roof is missing', 'which roof?'])
  const asksAtClosing = (): boolean => !window.dispatchEvent(new Event('beforeunload', { cancelable: true }))
  expect(asksAtClosing()).toBe(true)

  // On its way while the next picture is opened: it is no comment of that one, and takes no words from it.
  const added = comments.add(null, null)
  await label.open(second)
  answer()
  expect(await added).toBe(true)
  expect([sent, comments.words, comments.all]).toEqual([[[first, 'the roof is missing']], 'too dark', []])
  await label.open(first)
  expect(comments.words).toBe('')
  comments.write('a comment of the first', '')
  comments.write(second, '')
  expect(asksAtClosing()).toBe(false)
  label.leave()
})

it('what is typed while a reply is on its way stays', async () => {
  setActivePinia(createPinia())
  const sent: string[] = []
  let arrive = (): void => undefined
  setLink(
    memoryLink({
      comments: {
        act: async ({ commentId, text }) => {
          sent.push(text ?? '')
          await new Promise<void>((resolve) => (arrive = resolve))
          return { id: commentId, itemId: first, annotationId: null, at: null, resolved: false, deleted: false, entries: [] }
        },
      },
    }),
  )
  const comments = useComments()
  comments.write(second, 'yes ')
  const whole = comments.answer(second, 'text')
  arrive()
  await whole
  expect(comments.replyTo(second)).toBe('')
  comments.write(second, 'no')
  const overtaken = comments.answer(second, 'resolve')
  comments.write(second, 'not yet')
  arrive()
  await overtaken
  expect([sent, comments.replyTo(second)]).toEqual([['yes', 'no'], 'not yet'])
  comments.write(second, '')
})
