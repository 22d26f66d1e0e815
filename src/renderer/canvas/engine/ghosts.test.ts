import { expect, it } from 'vitest'
import type { Annotation } from '../../../shared/model/annotation.ts'
import { uuidv7, type Id } from '../../../shared/model/ids.ts'
import { Editor } from './editor.ts'
import { noGhosts, type Ghosts } from './ghosts.ts'

const id = (n: number): Id => uuidv7(1_700_000_000_000, Uint8Array.of(0, 0, 0x80, 0, 0, 0, 0, 0, 0, n))
const record = (n: number): Annotation => ({
  id: id(n),
  itemId: id(1),
  classId: null,
  region: 'object',
  shape: { kind: 'box', x: n, y: 0, w: 5, h: 5 },
  attributes: {},
  provenance: { kind: 'human' },
  z: 0,
  rev: 1,
})
const showing = (n: number, past: readonly Annotation[] | null = null): Ghosts => ({
  list: [{ record: record(n), tone: 'version', focused: true, score: null }],
  past,
})

it('those who show ghosts take nothing from each other, and an earlier state stays on show, alone, until it is left', () => {
  const editor = new Editor({ newId: () => id(99), commit: () => undefined })
  editor.open(id(1), { width: 100, height: 100 }, 1, [], [])
  const shown = (): string[] => editor.ghosts.list.map((ghost) => ghost.record.id)
  editor.setGhosts('onion', showing(2))
  editor.setGhosts('trash', showing(3))
  expect(shown()).toEqual([id(2), id(3)])
  editor.setGhosts('trash', noGhosts)
  expect(shown()).toEqual([id(2)])
  editor.setGhosts('past', showing(4, [record(5)]))
  editor.setGhosts('conflicts', showing(6))
  editor.setGhosts('onion', noGhosts)
  expect([shown(), editor.painted(), editor.mayChange()]).toEqual([[id(4)], [record(5)], false])
  editor.setGhosts('past', noGhosts)
  expect([shown(), editor.mayChange()]).toEqual([[id(6)], true])
  let told = 0
  editor.onChange(() => told++)
  editor.setGhosts('trash', noGhosts)
  expect(told).toBe(0)
  editor.open(id(7), { width: 100, height: 100 }, 1, [], [])
  expect(editor.ghosts).toBe(noGhosts)
})
