import { describe, expect, it } from 'vitest'
import { AppError } from '../../../shared/errors.ts'
import type { Edit, EditResult } from '../../../shared/model/annotation.ts'
import type { Entry } from '../../canvas/engine/edits.ts'
import type { Home } from '../../stores/home.ts'
import { CommitQueue, type Settle } from './commitQueue.ts'

const move = (id: string, x: number, rev = 1): Edit => ({ op: 'update', id, rev, patch: { shape: { kind: 'box', x, y: 0, w: 1, h: 1 } } })
const entry = (n: number, edits: Edit[], itemId = 'item'): Entry => ({ entryId: `e${n}`, itemId, command: 'move', edits })
const offline = new AppError('rpc/unavailable', 'no answer')

/** A host that counts revisions and can be switched off. */
function hosted() {
  const revs = new Map<string, number>([
    ['a', 4],
    ['b', 1],
  ])
  const state = {
    online: true,
    refuse: new Set<string>(),
    settle: null as Settle | null,
    home: null as Home | null,
    broken: null as Error | null,
    sent: [] as Entry[],
    seen: new Map<string, EditResult>(),
  }
  const told = { saved: [] as string[], refused: [] as string[], yielded: [] as string[], blocked: [] as (string | null)[] }
  const waits: { ms: number; go: () => void }[] = []
  const queue = new CommitQueue(
    {
      async send(one) {
        await Promise.resolve()
        if (!state.online) throw offline
        if (state.broken) throw state.broken
        state.sent.push(one)
        const known = state.seen.get(one.entryId)
        if (known) return known
        if (state.refuse.has(one.entryId)) throw new AppError('annotation/conflict', 'changed')
        const changed = one.edits.map((edit) => {
          if (edit.op !== 'update') throw new Error('only updates here')
          if (revs.get(edit.id) !== edit.rev) throw new AppError('annotation/conflict', `${edit.id} has ${revs.get(edit.id) ?? 0}`)
          revs.set(edit.id, edit.rev + 1)
          return { id: edit.id, rev: edit.rev + 1 }
        })
        const result = { entryId: one.entryId, changed } as unknown as EditResult
        state.seen.set(one.entryId, result)
        return result
      },
      tries: (error) => (!(error instanceof AppError) ? 3 : error.code === 'rpc/unavailable' ? Infinity : 1),
      home: () => state.home,
      look: async () => (state.settle ? state.settle : null),
      pause: (ms) => new Promise((go) => waits.push({ ms, go })),
    },
    {
      saved: (result) => told.saved.push(result.entryId),
      yielded: (one) => told.yielded.push(one.entryId),
      refused: ({ entries }) => told.refused.push(entries.map((one) => one.entryId).join()),
      blocked: (error) => told.blocked.push(error instanceof AppError ? error.code : error ? 'broken' : null),
    },
  )
  return { queue, state, told, waits, revs }
}
const settle = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve()
}

describe('commit queue', () => {
  it('sends in order, each with the revision the one before it made', async () => {
    const { queue, told, state } = hosted()
    for (let i = 0; i < 3; i++) queue.push(entry(i, [move('a', i, 4)]))
    expect(queue.length).toBe(3)
    await queue.whenEmpty()
    expect(told).toEqual({ saved: ['e0', 'e1', 'e2'], refused: [], yielded: [], blocked: [] })
    expect(state.sent.map((one) => (one.edits[0] as { rev: number }).rev)).toEqual([4, 5, 6])
  })

  it('keeps everything while the host is away, waits longer each time, and goes on when it is back', async () => {
    const { queue, state, told, waits } = hosted()
    state.online = false
    queue.push(entry(1, [move('a', 1, 4)]))
    queue.push(entry(2, [move('b', 2)], 'other'))
    await settle()
    waits.at(-1)!.go()
    await settle()
    expect(waits.map((wait) => wait.ms)).toEqual([500, 1000])
    expect(told.blocked).toEqual(['rpc/unavailable', 'rpc/unavailable'])
    expect(queue.pendingFor('other').map((one) => one.entryId)).toEqual(['e2'])
    state.online = true
    queue.retry()
    await queue.whenEmpty()
    expect(told.saved).toEqual(['e1', 'e2'])
    expect(told.blocked.at(-1)).toBeNull()
  })

  it('an answer that was lost on the way is asked for again under the same id and applied once', async () => {
    const { queue, state, told, waits, revs } = hosted()
    queue.push(entry(1, [move('a', 1, 4)]))
    await queue.whenEmpty()
    // The host has it; the page thinks it has not.
    state.online = false
    queue.push(entry(1, [move('a', 1, 4)]))
    await settle()
    state.online = true
    waits.at(-1)!.go()
    await queue.whenEmpty()
    expect(revs.get('a')).toBe(5)
    expect(told.refused).toEqual([])
  })

  it('a refusal takes along what built on it, and nothing else', async () => {
    const { queue, state, told } = hosted()
    state.refuse.add('e1')
    queue.push(entry(1, [move('a', 1, 4)]))
    queue.push(entry(2, [move('b', 1)]))
    queue.push(entry(3, [move('a', 2, 4)]))
    await queue.whenEmpty()
    expect(told.refused).toEqual(['e1,e3'])
    expect(told.saved).toEqual(['e2'])
  })

  it('takes new entries after it ran empty', async () => {
    const { queue, told } = hosted()
    queue.push(entry(1, [move('a', 1, 4)]))
    await queue.whenEmpty()
    queue.push(entry(2, [move('a', 2, 4)]))
    await queue.whenEmpty()
    expect(told.saved).toEqual(['e1', 'e2'])
  })

  it('what others made meanwhile never counts as seen by an entry that is on its way', async () => {
    const { queue, told, revs } = hosted()
    queue.push(entry(1, [move('a', 1, 4)]))
    queue.push(entry(2, [move('a', 2, 4)]))
    while (told.saved.length === 0) await Promise.resolve()
    revs.set('a', 9)
    await queue.whenEmpty()
    expect(told.refused).toEqual(['e2'])
    expect(revs.get('a')).toBe(9)
  })

  it('after a conflict what is left goes on, in order, and what nothing is left of yields', async () => {
    const { queue, state, told, revs } = hosted()
    revs.set('a', 9)
    state.settle = (pending) =>
      new Map(pending.map((one) => [one.entryId, one.edits.filter((edit) => edit.op !== 'update' || edit.id !== 'a')]))
    queue.push(entry(1, [move('a', 1, 4), move('b', 1, 1)]))
    queue.push(entry(2, [move('a', 2, 4)]))
    queue.push(entry(3, [move('b', 3, 1)]))
    await queue.whenEmpty()
    expect(told).toMatchObject({ saved: ['e1', 'e3'], yielded: ['e2'], refused: [] })
    expect(revs.get('a')).toBe(9)
    expect(revs.get('b')).toBe(3)
  })

  it('an entry the host goes on refusing although nothing stands in its way is refused in the end', async () => {
    const { queue, state, told } = hosted()
    state.refuse.add('e1')
    state.settle = (pending) => new Map(pending.map((one) => [one.entryId, one.edits]))
    queue.push(entry(1, [move('a', 1, 4)]))
    await queue.whenEmpty()
    expect(told.refused).toEqual(['e1'])
    expect(state.sent).toHaveLength(2)
  })

  it('what is refused is kept with what built on it, until it is sent again or given up', async () => {
    const { queue, state, told } = hosted()
    state.refuse.add('e1')
    queue.push(entry(1, [move('a', 1, 4)]))
    queue.push(entry(2, [move('a', 2, 4)]))
    await queue.whenEmpty()
    expect(queue.kept.map(({ entries, error }) => [entries.map((one) => one.entryId), (error as AppError).code])).toEqual([
      [['e1', 'e2'], 'annotation/conflict'],
    ])
    state.refuse.clear()
    queue.resend(queue.takeKept('e1'))
    await queue.whenEmpty()
    expect([told.saved, queue.kept]).toEqual([['e1', 'e2'], []])
    expect(queue.takeKept('e1')).toEqual([])
  })

  it('entries wait for their project while another one, or none, is open, and hold up nothing else', async () => {
    const { queue, state, told } = hosted()
    state.home = { key: 'first', id: 'first', name: 'First' }
    state.online = false
    queue.push(entry(1, [move('a', 1, 4)]))
    await settle()
    state.home = null
    state.online = true
    queue.retry()
    await settle()
    expect([told.saved, queue.length, queue.away.map(({ home }) => home?.name)]).toEqual([[], 0, ['First']])
    state.home = { key: 'second', id: 'second', name: 'Second' }
    queue.push(entry(2, [move('b', 1)]))
    await queue.whenEmpty()
    expect([told.saved, queue.away.length]).toEqual([['e2'], 1])
    state.home = { key: 'first', id: 'first', name: 'First' }
    queue.retry()
    await queue.whenEmpty()
    expect([told.saved, told.refused, queue.away]).toEqual([['e2', 'e1'], [], []])
    // Said of a picture of another project than the one that is open by now.
    queue.push({ ...entry(3, [move('b', 2)]), home: { key: 'second', id: 'second', name: 'Second' } })
    await settle()
    expect([queue.length, queue.away.map(({ home }) => home?.name)]).toEqual([0, ['Second']])
  })

  it('what waits for a project is not sent into a copy of it, whose gestures have revisions of their own, before somebody says so', async () => {
    const { queue, state, told, revs } = hosted()
    const [original, copy] = [
      { key: 'p 1', id: 'p', name: 'P' },
      { key: 'p 2', id: 'p', name: 'P' },
    ]
    state.home = original
    for (let n = 1; n <= 2; n++) queue.push(entry(n, [move('a', n, 4)]))
    await queue.whenEmpty()
    state.online = false
    queue.push(entry(3, [move('a', 3, 4)]))
    await settle()
    // The copy was made before the first of them.
    state.home = copy
    revs.set('a', 4)
    state.online = true
    queue.retry()
    queue.push(entry(4, [move('a', 4, 4)]))
    await queue.whenEmpty()
    expect([told.saved, told.refused, queue.away.length, queue.pendingFor('item')]).toEqual([['e1', 'e2', 'e4'], [], 1, []])
    queue.push(entry(5, [move('b', 1)]))
    queue.moveHere('p 1')
    await queue.whenEmpty()
    expect([told.saved, queue.away]).toEqual([['e1', 'e2', 'e4', 'e5', 'e3'], []])
  })

  it('over a failure that nobody foresaw an entry is tried again, and kept in the end', async () => {
    const { queue, state, told, waits } = hosted()
    state.broken = new TypeError('nobody thought of it')
    queue.push(entry(1, [move('a', 1, 4)]))
    await settle()
    state.broken = null
    waits.at(-1)!.go()
    await queue.whenEmpty()
    expect([told.saved, told.refused]).toEqual([['e1'], []])
    state.broken = new TypeError('nobody thought of it')
    queue.push(entry(2, [move('a', 2, 4)]))
    for (let i = 0; i < 2; i++) {
      await settle()
      waits.at(-1)!.go()
    }
    await queue.whenEmpty()
    expect([told.refused, queue.kept.length, told.blocked.at(-1)]).toEqual([['e2'], 1, null])
  })
})
