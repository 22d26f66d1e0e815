import { copyFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { openDatabase } from '../../src/main/db/connection.ts'
import { newId } from '../../src/main/newId.ts'
import { baselineOf, checkProject } from '../support/kill/checkProject.ts'
import { killRounds } from '../support/kill/killRounds.ts'
import { addDataset, importedAnnotation, importedItem, newBox, newStore, temporaryFolder } from './projectFixture.ts'

/** `npm run bench -- kill` does it a hundred times. */
const kills = 4

it(`a served project loses nothing two pages were told is saved, and tears nothing, when killed ${kills} times`, async () => {
  const report = await killRounds({ kills, seed: Date.now() % 1_000_000, longestMs: 500 })
  expect(report.faults).toEqual([])
  expect(report.acknowledged.edit).toBeGreaterThan(kills)
  expect(report.acknowledged.describe + report.acknowledged.setStatus + report.acknowledged.comment).toBeGreaterThan(0)
  expect(report.journalEntries).toBeGreaterThanOrEqual(report.acknowledged.edit + report.acknowledged.describe)
})

it('what the kills are checked with sees what is torn', async () => {
  const folder = temporaryFolder()
  const store = await newStore(folder)
  const item = importedItem(0, [importedAnnotation()])
  await addDataset(store, [item])
  const file = path.join(folder, 'project.db')
  const look = <T>(work: (db: ReturnType<typeof openDatabase>) => T): T => {
    const db = openDatabase(file)
    try {
      return work(db)
    } finally {
      db.close()
    }
  }
  const baseline = look(baselineOf)
  const box = newBox()
  const apply = (edits: Parameters<typeof store.call<'annotations.apply'>>[1]['edits']) =>
    store.call('annotations.apply', { entryId: newId(), itemId: item.id, client: 'A', command: 'draw', edits })
  await apply([{ op: 'create', annotation: box }])
  await apply([{ op: 'update', id: box.id, rev: 1, patch: { z: 5 } }])
  await store.call('annotations.undo', { entryId: newId(), client: 'A' })
  const about = { itemId: item.id, client: 'A' }
  await store.call('annotations.describe', { entryId: newId(), ...about, change: { kind: 'tags', add: ['night', 'wet'], remove: [] } })
  await store.call('items.setTags', { itemIds: [item.id], add: ['fog'], remove: ['wet'] })
  await store.call('annotations.undo', { entryId: newId(), client: 'A' })
  await store.call('annotations.redo', { entryId: newId(), client: 'A' })
  await store.call('annotations.describe', { entryId: newId(), ...about, change: { kind: 'status', status: 'done', note: 'n' } })
  const pin = newId()
  await store.call('comments.add', { id: pin, itemId: item.id, annotationId: null, at: [1, 1], text: 'here' })
  await store.call('comments.act', { entryId: newId(), commentId: pin, action: 'resolve', text: '' })
  await store.close()
  expect(look((db) => checkProject(db, baseline))).toEqual([])
  const torn: Record<string, RegExp> = {
    'DELETE FROM annotation WHERE z = 1': /annotations, the journal tells/,
    "UPDATE annotation SET shape = '{}' WHERE z = 1": /not as the journal tells/,
    'UPDATE annotation SET rev = 9 WHERE z = 1': /has revision 9/,
    'UPDATE item SET annotation_count = 7': /counter of the annotations of an item/,
    'UPDATE class SET annotation_count = 7': /counter of the annotations of a class/,
    "UPDATE item SET digest = ''": /digest of item/,
    'UPDATE item SET rev = 9': /item .* has revision/,
    "UPDATE journal_state SET state = 'done'": /undone and redone/,
    'DROP TRIGGER journal_no_delete; DELETE FROM journal_state; DELETE FROM journal WHERE seq = (SELECT max(seq) FROM journal)':
      /not as the journal tells/,
    "UPDATE item SET tags = '[]'": /tags, texts or state .* not as the journal tells/,
    "UPDATE item SET status = 'rejected'": /tags, texts or state .* not as the journal tells/,
    "UPDATE item SET status_note = ''": /tags, texts or state .* not as the journal tells/,
    "UPDATE item SET status_by = 'Bob'": /signed by somebody else/,
    "DELETE FROM item_tag WHERE name = 'fog'": /counter of the items of a tag/,
    'UPDATE comment SET resolved = 0': /is not resolved as was said/,
    'UPDATE comment SET deleted = 1': /is not deleted as was said/,
    'UPDATE item SET open_comments = 3': /counter of the open comments/,
    'DELETE FROM comment_entry': /nothing opened the comment/,
    'INSERT INTO tombstone (id, rev) SELECT id, 1 FROM annotation': /tombstone/,
  }
  const whole = `${file}.whole`
  copyFileSync(file, whole)
  for (const [sql, fault] of Object.entries(torn)) {
    copyFileSync(whole, file)
    look((db) => db.exec(sql))
    expect(look((db) => checkProject(db, baseline)).join('\n'), sql).toMatch(fault)
  }
})
