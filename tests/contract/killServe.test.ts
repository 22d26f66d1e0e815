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
  expect(report.journalEntries).toBeGreaterThanOrEqual(report.acknowledged.edit)
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
