import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { openDatabase } from '../../src/main/db/connection.ts'
import { addDataset, importedItem, newStore, temporaryFolder } from './projectFixture.ts'

const committer = fileURLToPath(new URL('./processes/committer.ts', import.meta.url))
const kills = 20

it(`loses nothing that was answered, and tears nothing, when killed ${kills} times`, { timeout: 300_000 }, async () => {
  const folder = temporaryFolder()
  const store = await newStore(folder)
  const item = importedItem(0)
  await addDataset(store, [item])
  await store.close()
  const acknowledged: string[] = []
  for (let round = 0; round < kills; round++) {
    const child = fork(committer, [folder, item.id, String(round)], { execArgv: [] })
    let own = 0
    const first = new Promise<void>((resolve, reject) => {
      child.on('message', ({ entryId }: { entryId: string }) => {
        acknowledged.push(entryId)
        own++
        resolve()
      })
      child.on('exit', (code) => reject(new Error(`the committer ended by itself: ${code}`)))
    })
    await first
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 60))
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(own).toBeGreaterThan(0)
  }
  const db = openDatabase(join(folder, 'project.db'))
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
  const parts = new Map(
    (
      db.prepare("SELECT attributes ->> 'entryId' AS id, count(*) AS n FROM annotation GROUP BY 1").all() as { id: string; n: number }[]
    ).map((row) => [row.id, row.n]),
  )
  for (const entryId of acknowledged) expect(parts.get(entryId)).toBe(5)
  // Torn would be: part of a gesture, rows without their journal entry, counters or digests that disagree.
  expect([...parts.values()].every((n) => n === 5)).toBe(true)
  const journal = db
    .prepare("SELECT count(*) AS n FROM journal j JOIN journal_state s ON s.seq = j.seq AND s.state = 'done' WHERE j.kind = 'edit'")
    .get() as { n: number }
  expect(parts.size).toBe(journal.n)
  const { annotation_count: counted, rev } = db.prepare('SELECT annotation_count, rev FROM item').get() as {
    annotation_count: number
    rev: number
  }
  expect(counted).toBe(parts.size * 5)
  expect(rev).toBe(1 + (db.prepare("SELECT count(*) AS n FROM journal WHERE kind IN ('edit', 'undo')").get() as { n: number }).n)
  db.close()
  expect(acknowledged.length).toBeGreaterThanOrEqual(kills)
})
