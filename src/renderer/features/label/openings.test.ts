import { describe, expect, it } from 'vitest'
import type { Item } from '../../../shared/model/item.ts'
import { Openings, type Opening } from './openings.ts'

const opening = (name: string, itemRev: number): Opening<number> => ({
  item: { name } as Item,
  place: 0,
  list: { itemRev, annotations: [], canUndo: false, canRedo: false },
})

function reader() {
  const reads: string[] = []
  const failing = new Set<string>()
  const openings = new Openings((itemId) => {
    reads.push(itemId)
    return failing.has(itemId) ? Promise.reject(new Error('the link is down')) : Promise.resolve(opening(itemId, reads.length))
  })
  return { openings, reads, failing }
}

describe('reading ahead', () => {
  it('what was read ahead is not read again, and only once handed out', async () => {
    const { openings, reads } = reader()
    openings.prefetch('a')
    openings.prefetch('a')
    openings.prefetch(null)
    expect(await openings.take('a')).toMatchObject({ ahead: true, opening: { list: { itemRev: 1 } } })
    expect(await openings.take('a')).toMatchObject({ ahead: false, opening: { list: { itemRev: 2 } } })
    expect(reads).toEqual(['a', 'a'])
  })

  it('says what was read ahead, unless it changed meanwhile', async () => {
    const told: number[] = []
    const openings = new Openings(
      (itemId) => Promise.resolve(opening(itemId, itemId.length)),
      ({ list }) => told.push(list.itemRev),
    )
    openings.prefetch('a')
    openings.prefetch('bb')
    openings.forget('a')
    await openings.take('ccc')
    expect(told).toEqual([2])
  })

  it('what changed since is read again', async () => {
    const { openings, reads } = reader()
    openings.prefetch('a')
    openings.prefetch('b')
    openings.forget('a')
    expect((await openings.take('a')).ahead).toBe(false)
    openings.forgetAll()
    expect((await openings.take('b')).ahead).toBe(false)
    expect(reads).toEqual(['a', 'b', 'a', 'b'])
  })

  it('a reading that failed is no answer', async () => {
    const { openings, failing } = reader()
    failing.add('a')
    openings.prefetch('a')
    failing.clear()
    expect((await openings.take('a')).ahead).toBe(false)
  })

  it('few are kept', async () => {
    const { openings } = reader()
    for (const itemId of ['a', 'b', 'c', 'd', 'e']) openings.prefetch(itemId)
    expect((await openings.take('a')).ahead).toBe(false)
    expect((await openings.take('e')).ahead).toBe(true)
  })
})
