import { describe, expect, it } from 'vitest'
import { editsSchema, type AnnotationPatch, type Edit } from '../../src/shared/model/annotation.ts'
import type { ProjectStore } from '../../src/main/db/store.ts'
import { encodeRuns, maskFromBits } from '../../src/shared/geometry/rle.ts'
import { newId } from '../../src/main/newId.ts'
import { addDataset, classIds, importedAnnotation, importedItem, newBox, newStore, openStore, temporaryFolder } from './projectFixture.ts'

const edit = (store: ProjectStore, itemId: string, edits: Edit[], client = 'A', entryId = newId()) =>
  store.call('annotations.apply', { entryId, itemId, client, command: 'edit', edits })
const undo = (store: ProjectStore, client = 'A') => store.call('annotations.undo', { entryId: newId(), client })
const redo = (store: ProjectStore, client = 'A') => store.call('annotations.redo', { entryId: newId(), client })
const list = (store: ProjectStore, itemId: string, client = 'A') => store.call('annotations.list', { itemId, client })
const digest = async (store: ProjectStore, itemId: string) => (await store.call('items.files', { itemId })).digest

describe('annotations.apply', () => {
  it('writes all edits of a gesture or none, and says what it left behind', async () => {
    const store = await newStore()
    const existing = importedAnnotation()
    const item = importedItem(0, [existing])
    await addDataset(store, [item])
    const box = newBox()
    const result = await edit(store, item.id, [
      { op: 'create', annotation: box },
      { op: 'update', id: existing.id, rev: 1, patch: { shape: { kind: 'box', x: 5, y: 5, w: 1, h: 1 } } },
    ])
    expect(result).toMatchObject({ itemRev: 2, deleted: [], canUndo: true, canRedo: false })
    expect(result.changed.map((a) => [a.id, a.rev])).toEqual([
      [box.id, 1],
      [existing.id, 2],
    ])
    const failing = edit(store, item.id, [
      { op: 'delete', id: box.id, rev: 1 },
      { op: 'update', id: existing.id, rev: 1, patch: { z: 3 } },
    ])
    await expect(failing).rejects.toMatchObject({ code: 'annotation/conflict', data: { id: existing.id, rev: 2 } })
    expect((await list(store, item.id)).annotations.map((a) => a.id).sort()).toEqual([box.id, existing.id].sort())
    expect(await store.call('items.get', { itemId: item.id })).toMatchObject({ status: 'inProgress', rev: 2, annotationCount: 2 })
  })

  it('takes a gesture over thousands of objects as one entry', async () => {
    const store = await newStore()
    const item = importedItem(0, [])
    await addDataset(store, [item])
    const boxes = Array.from({ length: 6_000 }, () => newBox())
    await edit(store, item.id, editsSchema.parse(boxes.map((annotation) => ({ op: 'create', annotation }))))
    const moved = boxes.map(({ id }) => ({ op: 'update', id, rev: 1, patch: { shape: { kind: 'box', x: 1, y: 1, w: 2, h: 2 } } }))
    expect((await edit(store, item.id, editsSchema.parse(moved))).changed).toHaveLength(6_000)
    await undo(store)
    expect((await list(store, item.id)).annotations.map(({ shape }) => shape)).toEqual(boxes.map(({ shape }) => shape))
  })

  it('bounds the attributes that are new or changed; longer ones that an import brought can be kept, copied and deleted with their object', async () => {
    const store = await newStore()
    const long = { note: 'v'.repeat(30_000), pose: 'Left' }
    const existing = importedAnnotation({ attributes: long })
    const item = importedItem(0, [existing])
    await addDataset(store, [item])
    const changed = { op: 'update', id: existing.id, rev: 1, patch: { attributes: { ...long, pose: 'Right' } } } as const
    expect((await edit(store, item.id, [changed])).changed[0]!.attributes).toEqual(changed.patch.attributes)
    const copy = newBox({ attributes: changed.patch.attributes })
    await edit(store, item.id, [{ op: 'create', annotation: copy }])
    const refused: Edit[] = [
      { ...changed, rev: 2, patch: { attributes: { note: 'w'.repeat(30_000) } } },
      { ...changed, rev: 2, patch: { attributes: { ...long, more: 'v'.repeat(30_000) } } },
      { op: 'create', annotation: newBox({ attributes: { note: 'w'.repeat(30_000) } }) },
    ]
    for (const one of refused)
      await expect(edit(store, item.id, [one])).rejects.toMatchObject({
        code: 'annotation/invalid',
        message: expect.stringContaining('too long') as string,
      })
    await edit(store, item.id, [{ ...changed, rev: 2, patch: { attributes: {} } }])
    expect((await undo(store)).changed[0]!.attributes).toEqual(changed.patch.attributes)
  })

  it('changes nothing of what is locked, whoever asks: it is unlocked first, or with the change', async () => {
    const store = await newStore()
    const [locked, other] = [importedAnnotation(), importedAnnotation()]
    const item = importedItem(0, [locked, other])
    await addDataset(store, [item])
    await edit(store, item.id, [{ op: 'update', id: locked.id, rev: 1, patch: { locked: true } }])
    const before = (await list(store, item.id)).annotations
    const shape = { kind: 'box', x: 5, y: 5, w: 1, h: 1 } as const
    const refused: Edit[] = [
      { op: 'update', id: locked.id, rev: 2, patch: { shape } },
      { op: 'update', id: locked.id, rev: 2, patch: { attributes: { pose: 'Left' } } },
      { op: 'update', id: locked.id, rev: 2, patch: { locked: true, groupId: newId() } },
      { op: 'delete', id: locked.id, rev: 2 },
    ]
    for (const one of refused) {
      const both: Edit[] = [{ op: 'update', id: other.id, rev: 1, patch: { shape } }, one]
      await expect(edit(store, item.id, both, 'B')).rejects.toMatchObject({ code: 'annotation/locked', data: { id: locked.id } })
    }
    expect((await list(store, item.id)).annotations).toEqual(before)
    // Who has not seen the lock is told of the newer revision first.
    await expect(edit(store, item.id, [{ op: 'delete', id: locked.id, rev: 1 }], 'B')).rejects.toMatchObject({
      code: 'annotation/conflict',
    })
    // On purpose it goes with the others, and undo brings it back as it was.
    await edit(store, item.id, [{ op: 'delete', id: locked.id, rev: 2, evenLocked: true }], 'C')
    await store.call('annotations.undo', { entryId: newId(), client: 'C' })
    expect((await list(store, item.id)).annotations).toContainEqual(expect.objectContaining({ id: locked.id, locked: true, rev: 3 }))
    await edit(store, item.id, [{ op: 'update', id: locked.id, rev: 3, patch: { z: 9 } }], 'B')
    await edit(store, item.id, [{ op: 'update', id: locked.id, rev: 4, patch: { locked: false, shape } }], 'B')
    expect((await list(store, item.id)).annotations).toContainEqual(expect.objectContaining({ id: locked.id, shape, z: 9, rev: 5 }))
  })

  it('keeps groups and locks; without them a record and its digest are what they always were', async () => {
    const store = await newStore()
    const existing = importedAnnotation()
    const item = importedItem(0, [existing])
    await addDataset(store, [item])
    const before = await digest(store, item.id)
    const groupId = newId()
    const update = (rev: number, patch: Extract<Edit, { op: 'update' }>['patch']) =>
      edit(store, item.id, [{ op: 'update', id: existing.id, rev, patch }])
    await update(1, { groupId, locked: true })
    expect((await list(store, item.id)).annotations).toMatchObject([{ groupId, locked: true, rev: 2 }])
    expect(await digest(store, item.id)).not.toBe(before)
    await update(2, { groupId: null, locked: false })
    const [plain] = (await list(store, item.id)).annotations
    expect([Object.hasOwn(plain!, 'groupId'), Object.hasOwn(plain!, 'locked'), await digest(store, item.id)]).toEqual([
      false,
      false,
      before,
    ])
    await undo(store)
    expect((await list(store, item.id)).annotations).toMatchObject([{ groupId, locked: true }])
    await undo(store)
    expect(await digest(store, item.id)).toBe(before)
  })

  it('answers a repeated entry as it did, without doing it again', async () => {
    const store = await newStore()
    const item = importedItem(0)
    await addDataset(store, [item])
    const entryId = newId()
    const edits: Edit[] = [{ op: 'create', annotation: newBox() }]
    const first = await edit(store, item.id, edits, 'A', entryId)
    expect(await edit(store, item.id, edits, 'A', entryId)).toEqual(first)
    expect((await list(store, item.id)).annotations).toHaveLength(1)
    expect(await store.call('journal.history', { itemId: item.id, limit: 10 })).toHaveLength(1)
  })

  it('a mask with runs of nothing that is stored already can be read, changed and taken back; only a new one is refused', async () => {
    const store = await newStore()
    const shape = { kind: 'mask' as const, x: 0, y: 0, w: 3, h: 2, rle: encodeRuns([0, 2, 0, 4]) }
    const item = importedItem(0, [importedAnnotation({ shape })])
    await addDataset(store, [item])
    const [stored] = (await list(store, item.id)).annotations
    expect(stored?.shape).toEqual(shape)
    const update = (patch: AnnotationPatch) => edit(store, item.id, [{ op: 'update', id: stored!.id, rev: 1, patch }])
    await expect(update({ shape: { ...shape, x: 1 } })).rejects.toMatchObject({ code: 'annotation/invalid' })
    expect((await update({ locked: true })).changed).toMatchObject([{ locked: true, shape }])
    await undo(store)
    await edit(store, item.id, [{ op: 'delete', id: stored!.id, rev: 3 }])
    await undo(store)
    expect((await list(store, item.id)).annotations).toMatchObject([{ shape }])
  })

  it('refuses what would not be true', async () => {
    const store = await newStore()
    const item = importedItem(0)
    const other = importedItem(1, [importedAnnotation()])
    await addDataset(store, [item, other])
    const bits = new Uint8Array(6).fill(1)
    const mask = maskFromBits(bits, { x: 18, y: 8, w: 3, h: 2 })
    const create = (change: Parameters<typeof newBox>[0]) => edit(store, item.id, [{ op: 'create', annotation: newBox(change) }])
    await expect(create({ classId: newId() })).rejects.toMatchObject({ code: 'class/not-found' })
    await expect(create({ shape: mask })).rejects.toMatchObject({ code: 'annotation/invalid' })
    await expect(create({ shape: { ...mask, x: 0, w: 4 } })).rejects.toMatchObject({ code: 'annotation/invalid' })
    for (const runs of [[6], [0, 0, 6], [0, 2, 0, 4]])
      await expect(create({ shape: { ...mask, x: 0, rle: encodeRuns(runs) } })).rejects.toMatchObject({ code: 'annotation/invalid' })
    await expect(create({ id: other.annotations[0]!.id })).rejects.toMatchObject({ code: 'annotation/invalid' })
    await expect(edit(store, item.id, [{ op: 'delete', id: other.annotations[0]!.id, rev: 1 }])).rejects.toMatchObject({
      code: 'annotation/not-found',
    })
    await expect(edit(store, newId(), [{ op: 'create', annotation: newBox() }])).rejects.toMatchObject({ code: 'item/not-found' })
    expect(await store.call('journal.history', { itemId: item.id, limit: 10 })).toEqual([])
  })
})

describe('undo and redo', () => {
  it('go back and forth without limit across items, restarts and deletions, to the same content', async () => {
    const folder = temporaryFolder()
    let store = await newStore(folder)
    const items = [importedItem(0, [importedAnnotation()]), importedItem(1)]
    await addDataset(store, items)
    const states: string[][] = []
    const remember = async () => states.push(await Promise.all(items.map((item) => digest(store, item.id))))
    await remember()
    const box = newBox()
    const steps: [number, Edit[]][] = [
      [0, [{ op: 'create', annotation: box }]],
      [1, [{ op: 'create', annotation: newBox({ classId: classIds[2]! }) }]],
      [
        0,
        [
          {
            op: 'update',
            id: box.id,
            rev: 1,
            patch: {
              shape: {
                kind: 'polygon',
                parts: [
                  {
                    outer: [
                      [0, 0],
                      [4, 0],
                      [0, 4],
                    ],
                    holes: [],
                  },
                ],
              },
            },
          },
        ],
      ],
      [
        0,
        [
          { op: 'delete', id: box.id, rev: 2 },
          { op: 'delete', id: items[0]!.annotations[0]!.id, rev: 1 },
        ],
      ],
    ]
    for (const [item, edits] of steps) {
      await edit(store, items[item]!.id, edits)
      await remember()
    }
    for (let round = 0; round < 2; round++) {
      for (let i = steps.length - 1; i >= 0; i--) {
        const result = await undo(store)
        expect(result.itemId).toBe(items[steps[i]![0]]!.id)
        expect(await Promise.all(items.map((item) => digest(store, item.id)))).toEqual(states[i])
      }
      await expect(undo(store)).rejects.toMatchObject({ code: 'journal/nothing-to-undo' })
      await store.close()
      store = await openStore(folder)
      expect(await list(store, items[0]!.id)).toMatchObject({ canUndo: false, canRedo: true })
      for (let i = 0; i < steps.length; i++) {
        await redo(store)
        expect(await Promise.all(items.map((item) => digest(store, item.id)))).toEqual(states[i + 1])
      }
      await expect(redo(store)).rejects.toMatchObject({ code: 'journal/nothing-to-redo' })
    }
    await undo(store)
    const revived = (await list(store, items[0]!.id)).annotations.find((a) => a.id === box.id)!
    // Never a revision somebody saw with other content.
    expect(revived.rev).toBeGreaterThan(2)
    expect(revived.provenance).toEqual({ kind: 'human' })
    expect((await list(store, items[0]!.id)).annotations.find((a) => a.id === items[0]!.annotations[0]!.id)!.provenance.kind).toBe('import')
  })

  it('are cleared by a new edit, for that client only', async () => {
    const store = await newStore()
    const item = importedItem(0)
    await addDataset(store, [item])
    await edit(store, item.id, [{ op: 'create', annotation: newBox() }], 'A')
    await edit(store, item.id, [{ op: 'create', annotation: newBox() }], 'B')
    await undo(store, 'A')
    await undo(store, 'B')
    await edit(store, item.id, [{ op: 'create', annotation: newBox() }], 'A')
    expect(await list(store, item.id, 'A')).toMatchObject({ canUndo: true, canRedo: false })
    expect(await list(store, item.id, 'B')).toMatchObject({ canUndo: false, canRedo: true })
    const history = await store.call('journal.history', { itemId: item.id, limit: 10 })
    // Everything that happened, newest first; what stands no more is marked.
    expect(history.map((entry) => [entry.client, entry.kind, entry.undone])).toEqual([
      ['A', 'edit', false],
      ['B', 'undo', false],
      ['A', 'undo', false],
      ['B', 'edit', true],
      ['A', 'edit', true],
    ])
    const [newest, ...older] = history
    expect(await store.call('journal.history', { itemId: item.id, before: newest!.seq, limit: 10 })).toEqual(older)
  })

  it('refuse an entry whose object another client changed, until that is taken back', async () => {
    const store = await newStore()
    const item = importedItem(0)
    await addDataset(store, [item])
    const box = newBox()
    await edit(store, item.id, [{ op: 'create', annotation: box }], 'A')
    await edit(store, item.id, [{ op: 'update', id: box.id, rev: 1, patch: { z: 9 } }], 'B')
    const before = await list(store, item.id)
    await expect(undo(store, 'A')).rejects.toMatchObject({
      code: 'journal/changed-since',
      data: { command: 'edit', item: item.name, id: box.id },
    })
    expect(await list(store, item.id)).toEqual(before)
    await undo(store, 'B')
    expect((await undo(store, 'A')).deleted).toEqual([box.id])
  })

  it('refuse with a way on: the entry that is in the way is skipped, stays as it is, and those behind it are reached', async () => {
    const store = await newStore()
    const item = importedItem(0)
    await addDataset(store, [item])
    const [first, second] = [newBox(), newBox()]
    await edit(store, item.id, [{ op: 'create', annotation: first }])
    const drawn = (await edit(store, item.id, [{ op: 'create', annotation: second }])).entryId
    const job = { entryId: newId(), itemId: item.id, client: 'batch:7:1', command: 'boxesToMasks', who: 'Ann' }
    const patch = { shape: { kind: 'box', x: 1, y: 1, w: 2, h: 2 } } as const
    await store.call('annotations.apply', { ...job, edits: [{ op: 'update', id: second.id, rev: 1, patch }] })
    const refusal = {
      code: 'journal/changed-since',
      data: { entryId: drawn, byClient: 'batch:7:1', byCommand: 'boxesToMasks', byWho: 'Ann' },
    }
    await expect(undo(store)).rejects.toMatchObject(refusal)
    await expect(undo(store)).rejects.toMatchObject(refusal)
    // Nobody else can let go of it.
    await store.call('annotations.skip', { client: 'B', entryId: drawn })
    await expect(undo(store)).rejects.toMatchObject(refusal)
    expect(await store.call('annotations.skip', { client: 'A', entryId: drawn })).toEqual({ canUndo: true, canRedo: false })
    expect((await undo(store)).deleted).toEqual([first.id])
    expect(await list(store, item.id)).toMatchObject({ annotations: [{ id: second.id }], canUndo: false, canRedo: true })
    const history = await store.call('journal.history', { itemId: item.id, limit: 10 })
    expect(history.find(({ entryId }) => entryId === drawn)).toMatchObject({ undone: false })
    await store.call('annotations.skip', { client: 'A', entryId: drawn })
    expect((await redo(store)).changed.map(({ id }) => id)).toEqual([first.id])
  })

  it('are let go of by redo as well: what is skipped was undone and stays so', async () => {
    const store = await newStore()
    const box = importedAnnotation()
    const item = importedItem(0, [box])
    await addDataset(store, [item])
    const moved = (await edit(store, item.id, [{ op: 'update', id: box.id, rev: 1, patch: { z: 4 } }])).entryId
    const drawn = newBox()
    await edit(store, item.id, [{ op: 'create', annotation: drawn }])
    await undo(store)
    await undo(store)
    await edit(store, item.id, [{ op: 'update', id: box.id, rev: 3, patch: { z: 9 } }], 'B')
    await expect(redo(store)).rejects.toMatchObject({ code: 'journal/changed-since', data: { entryId: moved, byClient: 'B' } })
    expect(await store.call('annotations.skip', { client: 'A', entryId: moved })).toEqual({ canUndo: false, canRedo: true })
    expect((await redo(store)).changed.map(({ id }) => id)).toEqual([drawn.id])
    const history = await store.call('journal.history', { itemId: item.id, limit: 10 })
    expect(history.find(({ entryId }) => entryId === moved)).toMatchObject({ undone: true })
  })

  it('wait while their dataset is out of the project', async () => {
    const store = await newStore()
    const item = importedItem(0)
    const datasetId = await addDataset(store, [item])
    await edit(store, item.id, [{ op: 'create', annotation: newBox() }])
    await store.call('datasets.remove', { datasetId })
    await expect(undo(store)).rejects.toMatchObject({ code: 'journal/nothing-to-undo' })
    await store.call('datasets.restore', { datasetId })
    expect((await undo(store)).deleted).toHaveLength(1)
  })
})

describe('the journal', () => {
  it('is append-only', async () => {
    const folder = temporaryFolder()
    const store = await newStore(folder)
    const item = importedItem(0)
    await addDataset(store, [item])
    await edit(store, item.id, [{ op: 'create', annotation: newBox() }])
    await store.close()
    const { openDatabase } = await import('../../src/main/db/connection.ts')
    const db = openDatabase(`${folder}/project.db`)
    expect(() => db.exec('UPDATE journal SET client = 1')).toThrow(/append-only/)
    expect(() => db.exec('DELETE FROM journal')).toThrow(/append-only/)
    expect(db.prepare('SELECT kind, count(*) AS n FROM journal GROUP BY kind ORDER BY kind').all()).toEqual([
      { kind: 'edit', n: 1 },
      { kind: 'import', n: 1 },
    ])
    db.close()
  })
})
