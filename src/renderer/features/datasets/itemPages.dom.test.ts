import { effectScope, nextTick, reactive } from 'vue'
import { expect, it } from 'vitest'
import type { Item, ItemFilter } from '../../../shared/model/item.ts'
import { setLink } from '../../stores/link.ts'
import { memoryLink } from '../../testing/memoryLink.ts'
import { PAGE, useItemPages } from './itemPages.ts'

const dataset = '01900000-0000-7000-8000-000000000001'
let status: Item['status'] = 'todo'
const item = (n: number): Item => ({
  id: `item-${n}`,
  datasetId: dataset,
  name: `picture ${n}`,
  relPath: '',
  width: 4,
  height: 3,
  orientation: 1,
  bytes: 1,
  status,
  statusBy: null,
  statusAt: null,
  statusNote: '',
  openComments: 0,
  tags: [],
  instructions: { texts: [], isSentence: true },
  splits: [],
  annotationCount: 0,
  classIds: [],
  rev: 1,
})
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))

it('reads only the pages that were looked at, once, and starts over with the filter', async () => {
  const asked: string[] = []
  const filter = reactive<ItemFilter>({ split: null, classId: null, status: null, text: '' })
  setLink(
    memoryLink({
      items: {
        window: async (input) => {
          asked.push(`${input.filter?.text ?? ''}@${input.offset}`)
          const total = input.filter?.text ? 1 : 1000
          return {
            total,
            offset: input.offset,
            items: Array.from({ length: Math.min(input.limit, total - input.offset) }, (_, i) => item(input.offset + i)),
          }
        },
      },
    }),
  )
  const scope = effectScope()
  const pages = scope.run(() =>
    useItemPages(
      () => dataset,
      () => ({ ...filter }),
    ),
  )!
  await settle()
  expect(pages.total.value).toBe(1000)
  pages.want(PAGE - 1, PAGE + 1)
  pages.want(PAGE - 1, PAGE + 1)
  await settle()
  expect(asked).toEqual(['@0', `@${PAGE}`])
  expect(pages.items.value.get(PAGE)?.name).toBe(`picture ${PAGE}`)
  expect(await pages.allIds(700)).toHaveLength(700)

  // A component that was handed the map must see a change of status: the map is a new one.
  const before = pages.items.value
  status = 'done'
  await pages.refresh()
  expect(pages.items.value).not.toBe(before)
  expect(pages.items.value.get(0)?.status).toBe('done')

  filter.text = 'cat'
  await nextTick()
  await settle()
  expect(asked.at(-1)).toBe('cat@0')
  expect(pages.total.value).toBe(1)
  expect(pages.items.value.size).toBe(1)
  scope.stop()
})
