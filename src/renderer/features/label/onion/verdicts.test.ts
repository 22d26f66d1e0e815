import { expect, it, vi } from 'vitest'
import { AppError } from '../../../../shared/errors.ts'
import { uuidv7, type Id } from '../../../../shared/model/ids.ts'
import type { Verdict } from '../../../../shared/model/verdict.ts'
import { Editor } from '../../../canvas/engine/editor.ts'
import { memoryLink } from '../../../testing/memoryLink.ts'
import { Proposals, type Proposal } from './proposals.ts'
import { keptVerdicts } from './verdicts.ts'

const id = (n: number): Id => uuidv7(1_700_000_000_000, Uint8Array.of(0, 0, 0x80, 0, 0, 0, 0, 0, 0, n))
const [item, next, here, elsewhere] = [id(1), id(2), id(3), id(4)]
const proposal = (n: number): Proposal => ({
  key: `p${n}`,
  record: {
    classId: null,
    region: 'object',
    shape: { kind: 'box', x: n, y: 0, w: 5, h: 5 },
    attributes: {},
    provenance: { kind: 'model', modelId: id(99), score: 1 },
  },
  score: null,
})

/** A host that keeps verdicts, and can be out of reach. */
function hosted() {
  const stored = new Map<Id, Map<string, Id | null>>()
  const host = { down: false, calls: 0, project: here, waiting: false, gone: new Set<Id>(), hold: Promise.resolve(), held: false }
  const of = (itemId: Id) => stored.get(itemId) ?? stored.set(itemId, new Map()).get(itemId)!
  const reach = (): void => {
    host.calls++
    if (host.down) throw new AppError('rpc/unavailable', 'no answer')
  }
  const link = memoryLink({
    annotations: {
      async verdicts({ itemId }) {
        reach()
        const stored = [...of(itemId)].map(([key, annotationId]): Verdict => ({ key, annotationId }))
        host.held = true
        await host.hold
        return stored
      },
      async judge({ itemId, verdicts, forgotten }) {
        reach()
        if (host.project !== here || host.gone.has(itemId)) throw new AppError('item/not-found', 'there is no such item')
        for (const key of forgotten) of(itemId).delete(key)
        for (const { key, annotationId } of verdicts) of(itemId).set(key, annotationId)
        return {}
      },
    },
    projects: { current: async () => ({ key: host.project, id: host.project, name: 'p' }) as never },
  })
  const page = (home = (): Id => here) => keptVerdicts({ client: () => link.client, home, waits: (any) => (host.waiting = any) })
  return { host, of, page }
}

it('after a reload nothing that was decided is offered again: neither what was rejected nor what was accepted and moved since', async () => {
  const { page, of } = hosted()
  let last = 100
  const opened = async () => {
    const editor = new Editor({ newId: () => id(++last), commit: () => undefined })
    const verdicts = page()
    await verdicts.load(item)
    return { editor, proposals: new Proposals(editor, 'acceptProposals', verdicts) }
  }
  const before = await opened()
  before.editor.open(item, { width: 100, height: 100 }, 1, [], [])
  before.proposals.show([proposal(1), proposal(2), proposal(3)])
  before.proposals.accept([proposal(1)])
  before.proposals.reject([proposal(2)])
  const [accepted] = before.editor.records.inOrder()
  const moved = { ...accepted!, shape: { kind: 'box', x: 50, y: 50, w: 5, h: 5 } as const }
  await vi.waitFor(() => expect(of(item).size).toBe(2))

  const after = await opened()
  after.editor.open(item, { width: 100, height: 100 }, 2, [moved], [])
  after.proposals.show([proposal(1), proposal(2), proposal(3)])
  expect(after.proposals.open().map(({ key }) => key)).toEqual(['p3'])
  expect(after.proposals.accept(after.proposals.open())).toBe(1)
})

it('an answer that was on its way does not take back what was decided meanwhile', async () => {
  const { host, page, of } = hosted()
  const verdicts = page()
  await verdicts.load(item)
  verdicts.reject(['a'])
  await vi.waitFor(() => expect(of(item).size).toBe(1))
  let answer = (): void => undefined
  host.hold = new Promise((resolve) => (answer = resolve))
  host.held = false
  const loading = verdicts.load(item)
  await vi.waitFor(() => expect(host.held).toBe(true))
  verdicts.reject(['b'])
  verdicts.forget(['a'])
  await vi.waitFor(() => expect([[...of(item).keys()], host.waiting]).toEqual([['b'], false]))
  answer()
  await loading
  expect(['a', 'b'].map((key) => verdicts.isRejected(key))).toEqual([false, true])
})

it('what cannot be sent counts here and is sent with what is decided next, each about its own picture', async () => {
  const { host, page, of } = hosted()
  const verdicts = page()
  await verdicts.load(item)
  verdicts.reject(['a', 'b'])
  await vi.waitFor(() => expect(of(item).size).toBe(2))
  host.down = true
  const calls = host.calls
  verdicts.reject(['c'])
  verdicts.forget(['a', 'never decided'])
  await vi.waitFor(() => expect(host.calls).toBe(calls + 2))
  await expect(verdicts.load(next)).rejects.toMatchObject({ code: 'rpc/unavailable' })
  expect(['a', 'b', 'c'].map((key) => verdicts.isRejected(key))).toEqual([false, true, true])
  host.down = false
  verdicts.reject(['d'])
  // Undone on the next picture: it is still the first one's.
  verdicts.forget(['b'])
  await vi.waitFor(() => expect([[...of(item).keys()], [...of(next).keys()]]).toEqual([['c'], ['d']]))
})

it('another window is heard of when the picture is shown again, and however many there are, none is forgotten', async () => {
  const { page, of } = hosted()
  const [one, other] = [page(), page()]
  await Promise.all([one.load(item), other.load(item)])
  const many = Array.from({ length: 9_000 }, (_, i) => `many ${i}`)
  one.reject(many)
  other.accept([['x', id(7)]])
  await vi.waitFor(() => expect(of(item).size).toBe(9_001))
  await Promise.all([one.load(item), other.load(item)])
  expect([one.acceptedAs('x'), many.every((key) => other.isRejected(key))]).toEqual([id(7), true])
})

it('what waits is sent when the link is back, only in the project it was decided in, and holds the window until then', async () => {
  const { host, page, of } = hosted()
  let home = here
  const verdicts = page(() => home)
  await verdicts.load(item)
  host.down = true
  verdicts.reject(['a'])
  await verdicts.flush()
  expect(host.waiting).toBe(true)
  host.down = false
  // Another project is open: at first this window has not heard of it.
  host.project = elsewhere
  await verdicts.flush()
  expect(host.waiting).toBe(true)
  home = elsewhere
  const calls = host.calls
  await verdicts.flush()
  expect([host.calls, host.waiting]).toEqual([calls, true])
  home = host.project = here
  await verdicts.flush()
  expect([[...of(item).keys()], host.waiting]).toEqual([['a'], false])
  // A picture that is gone holds nothing.
  host.gone.add(item)
  verdicts.reject(['b'])
  await verdicts.flush()
  expect([[...of(item).keys()], host.waiting]).toEqual([['a'], false])
})
