import { afterEach, expect, it, vi } from 'vitest'
import { uuidv7, type Id } from '../../../../shared/model/ids.ts'
import { Editor } from '../../../canvas/engine/editor.ts'
import { Proposals, type Proposal } from './proposals.ts'
import { keptVerdicts } from './verdicts.ts'

const id = (n: number): Id => uuidv7(1_700_000_000_000, Uint8Array.of(0, 0, 0x80, 0, 0, 0, 0, 0, 0, n))
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

afterEach(() => localStorage.clear())

it('after a reload nothing that was decided is offered again: neither what was rejected nor what was accepted and moved since', () => {
  let last = 100
  const page = () => {
    const editor = new Editor({ newId: () => id(++last), commit: () => undefined })
    const proposals = new Proposals(editor, 'acceptProposals', keptVerdicts())
    return { editor, proposals }
  }
  const before = page()
  before.editor.open(id(1), { width: 100, height: 100 }, 1, [], [])
  before.proposals.show([proposal(1), proposal(2), proposal(3)])
  before.proposals.accept([proposal(1)])
  before.proposals.reject([proposal(2)])
  const [accepted] = before.editor.records.inOrder()
  const moved = { ...accepted!, shape: { kind: 'box', x: 50, y: 50, w: 5, h: 5 } as const }

  const after = page()
  after.editor.open(id(1), { width: 100, height: 100 }, 2, [moved], [])
  after.proposals.show([proposal(1), proposal(2), proposal(3)])
  expect(after.proposals.open().map(({ key }) => key)).toEqual(['p3'])
  expect(after.proposals.accept(after.proposals.open())).toBe(1)
})

it('verdicts of two windows are added up, the oldest go first, and nonsense counts as none', () => {
  localStorage.setItem('mw.label.verdicts', '{"rejected":7}')
  const [one, other] = [keptVerdicts(), keptVerdicts()]
  one.reject(['a'])
  other.reject(['b'])
  expect(['a', 'b', 'c'].map((key) => keptVerdicts().isRejected(key))).toEqual([true, true, false])
  one.reject(Array.from({ length: 3_999 }, (_, i) => `many ${i}`))
  expect(['a', 'b', 'many 0', 'many 3998'].map((key) => keptVerdicts().isRejected(key))).toEqual([false, true, true, true])
})

it('without room in the storage, what was decided counts as long as the page is open', () => {
  keptVerdicts().reject(['old'])
  const verdicts = keptVerdicts()
  const full = vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError')
  })
  verdicts.reject(['a'])
  verdicts.reject(['b'])
  full.mockRestore()
  expect(['old', 'a', 'b'].map((key) => verdicts.isRejected(key))).toEqual([true, true, true])
})
