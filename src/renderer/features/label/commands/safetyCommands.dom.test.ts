import { createPinia, setActivePinia } from 'pinia'
import { expect, it, vi } from 'vitest'
import type { Annotation } from '../../../../shared/model/annotation.ts'
import type { RestorePoint } from '../../../../shared/model/history.ts'
import type { Item } from '../../../../shared/model/item.ts'
import { AppError } from '../../../../shared/errors.ts'
import { setLink } from '../../../stores/link.ts'
import { memoryLink } from '../../../testing/memoryLink.ts'
import { useLabel } from '../labelStore.ts'
import { usePast } from '../past/pastStore.ts'
import { conflictCommands } from './conflictCommands.ts'
import { pastCommands } from './pastCommands.ts'

const [datasetId, itemId, one, two] = [1, 2, 3, 4].map((n) => `01900000-0000-7000-8000-00000000000${n}`) as [string, string, string, string]
const item = { id: itemId, datasetId, name: 'a', relPath: 'a.jpg', width: 60, height: 40, status: 'todo', tags: [] } as unknown as Item
const box = (id: string, x: number, rev = 1): Annotation => ({
  id,
  itemId,
  classId: null,
  region: 'object',
  shape: { kind: 'box', x, y: 1, w: 5, h: 5 },
  attributes: {},
  provenance: { kind: 'human' },
  z: 0,
  rev,
})

it('choices between two windows, the way back to an earlier state and out of the trash are commands', async () => {
  setActivePinia(createPinia())
  const none = { canUndo: false, canRedo: false }
  const host = { records: [box(one, 1), box(two, 20)], rev: 1 }
  const restored: RestorePoint[] = []
  setLink(
    memoryLink({
      items: {
        get: async () => item,
        neighbours: async () => ({ index: 0, total: 1, listed: true, previous: null, next: null }),
        picture: () => new Promise(() => undefined),
      },
      annotations: {
        list: async () => ({ ...none, itemRev: host.rev, annotations: host.records }),
        async apply({ edits, entryId, command }) {
          for (const edit of edits) {
            const stored = edit.op === 'create' ? null : host.records.find(({ id }) => id === edit.id)
            if (edit.op === 'update' && stored?.rev !== edit.rev) throw new AppError('annotation/conflict', 'changed', { id: edit.id })
          }
          host.rev++
          const changed = edits.flatMap((edit) => {
            if (edit.op === 'create') return [{ ...edit.annotation, itemId, rev: 1 }]
            const stored = host.records.find(({ id }) => id === edit.id)!
            return edit.op === 'update' ? [{ ...stored, ...(edit.patch as object), rev: stored.rev + 1 }] : []
          })
          host.records = [...host.records.filter(({ id }) => changed.every((other) => other.id !== id)), ...changed]
          return { ...none, entryId, itemId, command, changed, deleted: [], itemRev: host.rev, savedAt: 1 }
        },
        history: async () => [],
        at: async () => ({ annotations: [box(one, 1)], shapes: [{ before: null, after: box(one, 1) }] }),
        deleted: async () => ({ total: 1, deleted: [{ id: one, itemId, seq: 8, annotation: box(one, 1) } as never] }),
        async restore({ entryId, point }) {
          restored.push(point)
          return { ...none, entryId, itemId, command: 'restore', changed: [], deleted: [], itemRev: host.rev, savedAt: 1 }
        },
      },
      datasets: { list: async () => [], classes: async () => [] },
    }),
  )
  const label = useLabel()
  await label.open(itemId)
  const past = usePast()
  const commands = new Map([...conflictCommands(label), ...pastCommands(label)].map((command) => [command.id, command]))
  const offered = (): string[] => [...commands.values()].filter(({ when }) => when?.() ?? true).map(({ id }) => id)
  const run = async (id: string): Promise<void> => void (await commands.get(`label.${id}`)!.run())
  expect(offered()).toEqual(['label.trashBack', 'label.trashBackAll'])

  host.records = [box(one, 7, 5), box(two, 27, 5)]
  for (const id of [one, two]) {
    label.editor.select([id])
    label.editor.commitPatches('move', new Map([[id, { shape: box(id, 3).shape }]]))
  }
  await vi.waitFor(() => expect(label.conflicts).toHaveLength(2))
  const x = ({ shape }: Annotation): number => (shape as { x: number }).x
  label.editor.select([one])
  await run('conflictMine')
  await vi.waitFor(() =>
    expect([host.records.filter(({ id }) => id === one).map(x), label.conflicts.map(({ id }) => id)]).toEqual([[3], [two]]),
  )
  label.editor.select([])
  await run('conflictBoth')
  await vi.waitFor(() => expect(host.records.map(x).sort((a, b) => a - b)).toEqual([3, 3, 27]))
  expect(label.conflicts).toEqual([])

  await past.view({ seq: 6 } as never)
  expect(offered()).toEqual(['label.pastGoBack', 'label.pastOne', 'label.pastLeave'])
  const wanted = [
    { kind: 'shapes', shapes: [{ id: one, seq: 6 }] },
    { kind: 'state', seq: 6 },
    { kind: 'shapes', shapes: [{ id: one, seq: 7 }] },
  ]
  await run('pastOne')
  // The state stays: another object of it may be wanted as well.
  await vi.waitFor(() => expect([restored, past.viewed?.entry?.seq]).toEqual([wanted.slice(0, 1), 6]))
  await run('pastGoBack')
  await vi.waitFor(() => expect([restored, past.viewed]).toEqual([wanted.slice(0, 2), null]))
  await run('trashBack')
  await vi.waitFor(() => expect(restored).toEqual(wanted))
})
