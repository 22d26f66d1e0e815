import { describe, expect, it } from 'vitest'
import { uuidv7, type Id } from '../../../../shared/model/ids.ts'
import { Editor } from '../../../canvas/engine/editor.ts'
import type { Entry } from '../../../canvas/engine/edits.ts'
import { Proposals, type Proposal } from './proposals.ts'

const id = (n: number): Id => uuidv7(1_700_000_000_000, Uint8Array.of(0, 0, 0x80, 0, 0, 0, 0, 0, 0, n))
const proposal = (n: number, score: number | null): Proposal => ({
  key: `p${n}`,
  record: {
    classId: null,
    region: 'object',
    shape: { kind: 'box', x: n, y: 0, w: 5, h: 5 },
    attributes: {},
    provenance: { kind: 'model', modelId: id(99), score: score ?? 1 },
  },
  score,
})

function rig() {
  const entries: Entry[] = []
  let last = 100
  const editor = new Editor({ newId: () => id(++last), commit: (entry) => void entries.push(entry), denied: () => undefined })
  editor.open(id(1), { width: 100, height: 100 }, 1, [], [])
  const proposals = new Proposals(editor)
  proposals.show([proposal(1, 0.9), proposal(2, 0.4), proposal(3, null)])
  const open = () => proposals.open().map(({ key }) => key)
  return { editor, proposals, entries, open }
}

describe('proposals', () => {
  it('are shown as ghosts, those below the threshold are not; one without a score passes', () => {
    const { editor, proposals, open } = rig()
    expect(editor.ghosts.list.map(({ tone, score }) => [tone, score])).toEqual([
      ['proposal', 0.9],
      ['proposal', 0.4],
      ['proposal', null],
    ])
    proposals.setThreshold(0.5)
    expect(open()).toEqual(['p1', 'p3'])
    expect(editor.ghosts.list).toHaveLength(2)
    expect(editor.records.size).toBe(0)
  })

  it('that are accepted become annotations with their source, all in one entry; undo offers them again', () => {
    const { editor, proposals, entries, open } = rig()
    expect(proposals.accept(proposals.open())).toBe(3)
    expect(entries).toHaveLength(1)
    expect(entries[0]!.edits).toMatchObject([
      { op: 'create', annotation: { z: 0, provenance: { kind: 'model', modelId: id(99), score: 0.9 } } },
      { op: 'create', annotation: { z: 1 } },
      { op: 'create', annotation: { z: 2 } },
    ])
    expect(open()).toEqual([])
    expect(editor.ghosts.list).toEqual([])
    editor.rollback(entries[0]!.entryId)
    proposals.refresh()
    expect(open()).toEqual(['p1', 'p2', 'p3'])
  })

  it('that are rejected stay so when the source is shown again', () => {
    const { editor, proposals, open } = rig()
    proposals.step(1)
    proposals.reject([proposals.focused!])
    expect(proposals.focused?.key).toBe('p2')
    proposals.close()
    expect(editor.ghosts.list).toEqual([])
    proposals.show([proposal(1, 0.9), proposal(2, 0.4)])
    expect(open()).toEqual(['p2'])
  })

  it('that were rejected can be offered again', () => {
    const { proposals, open } = rig()
    proposals.reject(proposals.open())
    expect([open(), proposals.rejected]).toEqual([[], 3])
    proposals.offerAgain(['p2'])
    expect([open(), proposals.rejected]).toEqual([['p2'], 2])
    proposals.offerAgain()
    expect([open(), proposals.rejected]).toEqual([['p1', 'p2', 'p3'], 0])
  })

  it('need no verdict where the same object is there already, until that is moved', () => {
    const { editor, proposals, entries, open } = rig()
    const { record } = proposal(2, 0.4)
    editor.commit('createBox', [{ op: 'create', annotation: { ...record, id: id(50), z: 0, provenance: { kind: 'human' } } }])
    expect([open(), proposals.known]).toEqual([['p1', 'p3'], 1])
    proposals.accept(proposals.open())
    expect([open(), proposals.known, editor.records.size]).toEqual([[], 1, 3])
    editor.rollback(entries[0]!.entryId)
    expect([open(), proposals.known]).toEqual([['p2'], 0])
  })

  it('are walked in a circle, and the walk goes on after a verdict', () => {
    const { proposals } = rig()
    expect([proposals.step(-1)?.key, proposals.step(1)?.key, proposals.step(1)?.key]).toEqual(['p3', 'p1', 'p2'])
    proposals.accept([proposals.focused!])
    expect(proposals.focused?.key).toBe('p3')
  })

  it('are chosen by name, and accepted under the name their source gives the entry', () => {
    const { editor, proposals, entries } = rig()
    expect([proposals.focus('p2')?.key, proposals.focused?.key, proposals.focus('p9'), proposals.focused?.key]).toEqual([
      'p2',
      'p2',
      null,
      'p2',
    ])
    proposals.accept([proposals.focused!])
    const automatic = new Proposals(editor, 'automaticMasks')
    automatic.show([proposal(4, null)])
    automatic.accept(automatic.open())
    expect(entries.map(({ command }) => command)).toEqual(['acceptProposals', 'automaticMasks'])
  })

  it('that stand in the picture already are left out, in whatever order the fields of their shape came', () => {
    const { editor, open } = rig()
    const { record } = proposal(2, 0.4)
    editor.commit('createBox', [
      { op: 'create', annotation: { ...record, id: id(50), z: 0, shape: { w: 5, h: 5, y: 0, x: 2, kind: 'box' } } },
      { op: 'create', annotation: { ...record, id: id(51), z: 1, region: 'void', shape: proposal(3, null).record.shape } },
    ])
    expect(open()).toEqual(['p1', 'p3'])
    editor.commit('delete', [{ op: 'delete', id: id(50), rev: editor.records.get(id(50))!.rev }])
    expect(open()).toEqual(['p1', 'p2', 'p3'])
  })

  it('nothing is accepted while nothing may be changed', () => {
    const { editor, proposals, entries, open } = rig()
    editor.setReadOnly(true)
    expect(proposals.accept(proposals.open())).toBe(0)
    expect([entries.length, open().length]).toEqual([0, 3])
  })
})
