import { expect, it } from 'vitest'
import type { DeletedAnnotation, RestorePoint } from '../../../../shared/model/history.ts'
import { setLink } from '../../../stores/link.ts'
import { memoryLink } from '../../../testing/memoryLink.ts'
import { bringBack, readTrash } from './trash.ts'

const row = (n: number): DeletedAnnotation => ({ id: `a${n}`, itemId: `picture ${n % 3}`, seq: n + 10 }) as DeletedAnnotation
const rows = Array.from({ length: 1_234 }, (_, n) => row(n))

it('reads as many as are shown, page by page, and all there are when more is asked for', async () => {
  const asked: number[][] = []
  setLink(
    memoryLink({
      annotations: {
        async deleted({ offset, limit }) {
          asked.push([offset, limit])
          return { total: rows.length, deleted: rows.slice(offset, offset + limit) }
        },
      },
    }),
  )
  const where = { scope: 'dataset', id: 'd' } as const
  expect((await readTrash(where, 600)).deleted).toEqual(rows.slice(0, 600))
  expect(asked).toEqual([
    [0, 500],
    [500, 100],
  ])
  expect(await readTrash(where, Infinity)).toEqual({ total: 1_234, deleted: rows })
})

it('brings everything back, one entry for each picture and none of more than one can hold; a picture that refuses is not counted', async () => {
  const restored: [string, number][] = []
  const restore = async (itemId: string, point: RestorePoint): Promise<boolean> => {
    if (point.kind !== 'shapes') return false
    restored.push([itemId, point.shapes.length])
    return itemId !== 'picture 1'
  }
  expect(await bringBack(rows, restore)).toEqual({ objects: 823, pictures: 2 })
  expect(restored).toEqual([
    ['picture 0', 412],
    ['picture 1', 411],
    ['picture 2', 411],
  ])
  restored.length = 0
  const others = Array.from({ length: 9 }, (_, n) => ({ ...row(n), itemId: `picture ${n}` }))
  expect(await bringBack(others, () => Promise.resolve(restored.push(['', 0]) > 99))).toEqual({ objects: 0, pictures: 0 })
  expect(restored).toHaveLength(3)
  restored.length = 0
  const many = Array.from({ length: 7_000 }, (_, n) => ({ ...row(n), itemId: 'one' }))
  expect(await bringBack(many, restore)).toEqual({ objects: 7_000, pictures: 1 })
  expect(restored.map(([, n]) => n)).toEqual([5_000, 2_000])
})
