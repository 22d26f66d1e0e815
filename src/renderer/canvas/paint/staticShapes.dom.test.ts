import { expect, it, onTestFinished, vi } from 'vitest'
import type { EditResult } from '../../../shared/model/annotation.ts'
import { createRig } from '../tools/gestureRig.ts'
import { StaticShapes } from './staticShapes.ts'
import type { ToShapeWorker } from './shapeScene.ts'
import { defaultStyle } from './style.ts'

/** The layer of a picture with a hundred boxes, above a thread of which a test says what becomes. */
function crowded() {
  const asked: ToShapeWorker[] = []
  const threads: { ended: boolean; onerror: (() => void) | null }[] = []
  vi.stubGlobal(
    'Worker',
    class {
      ended = false
      onerror: (() => void) | null = null
      constructor() {
        threads.push(this)
      }
      postMessage = (message: ToShapeWorker): number => asked.push(message)
      terminate(): void {
        this.ended = true
      }
    },
  )
  onTestFinished(() => void vi.unstubAllGlobals())
  const { editor, entries } = createRig()
  for (let i = 0; i < 100; i++) editor.commitNew('createBox', { kind: 'box', x: i, y: 0, w: 5, h: 5 })
  const host = document.createElement('div')
  const before = document.createElement('canvas')
  host.append(before)
  const changed = vi.fn()
  return { asked, threads, editor, entries, host, changed, shapes: new StaticShapes(before, changed) }
}

it('a thread that broke is let go with its board, and all shapes are drawn here from then on', () => {
  const { threads, editor, host, changed, shapes } = crowded()
  shapes.update(editor, defaultStyle, new Set())
  expect([threads.length, host.childElementCount, shapes.drawsHere]).toEqual([1, 2, false])
  threads[0]!.onerror?.()
  expect([changed.mock.calls.length, threads[0]!.ended, host.childElementCount]).toEqual([1, true, 1])
  shapes.update(editor, defaultStyle, new Set())
  shapes.reset()
  shapes.prepare(editor, defaultStyle, editor.image, editor.records.inOrder())
  shapes.update(editor, defaultStyle, new Set())
  expect([shapes.drawsHere, shapes.settled, shapes.hasSomething, threads.length]).toEqual([true, true, true, 1])
  shapes.close()
})

it('the answer of the host to a change, which looks like nothing, is not drawn', () => {
  const { asked, editor, entries, shapes } = crowded()
  const scenes = (): number => {
    shapes.invalidate()
    shapes.update(editor, defaultStyle, new Set())
    return asked.filter(({ type }) => type === 'scene').length
  }
  expect(scenes()).toBe(1)
  const { entryId, itemId, command, edits } = entries.at(-1)!
  const annotation = edits[0]!.op === 'create' ? edits[0]!.annotation : null
  const answer: EditResult = {
    entryId,
    itemId,
    command,
    changed: [{ ...annotation!, itemId, rev: 7 }],
    deleted: [],
    itemRev: 7,
    savedAt: 0,
    canUndo: true,
    canRedo: false,
  }
  editor.merge(answer)
  expect([editor.records.get(annotation!.id)!.rev, scenes()]).toEqual([7, 1])
  editor.commitPatches('move', new Map([[annotation!.id, { shape: { kind: 'box', x: 3, y: 3, w: 5, h: 5 } }]]))
  expect(scenes()).toBe(2)
  editor.setLook({ names: !editor.look.names })
  expect(scenes()).toBe(2)
  editor.setLook({ highlightClass: itemId })
  expect(scenes()).toBe(3)
  // Another picture has nothing yet, even where it looks the same.
  shapes.reset()
  shapes.update(editor, defaultStyle, new Set())
  expect([shapes.settled, shapes.hasSomething]).toEqual([false, false])
  shapes.close()
})
