import { randomBytes } from 'node:crypto'
import { pathToFileURL } from 'node:url'
import { openProjectStore } from '../../../src/main/db/openStore.ts'
import { uuidv7 } from '../../../src/shared/model/ids.ts'
import { entryFile } from '../../support/entries.ts'

// Commits gestures of five boxes as fast as it can and reports each entry after it was answered, until it is killed.
const [folder, itemId, round] = process.argv.slice(2) as [string, string, string]
const entry = pathToFileURL(entryFile('database'))
const store = await openProjectStore({ folder, entry, host: { socket: null } })
const newId = () => uuidv7(Date.now(), randomBytes(10))
for (let i = 0; ; i++) {
  const entryId = newId()
  const edits = Array.from({ length: 5 }, (_, part) => ({
    op: 'create' as const,
    annotation: {
      id: newId(),
      classId: null,
      region: 'object' as const,
      shape: { kind: 'box' as const, x: i, y: part, w: 1, h: 1 },
      attributes: { entryId, part },
      provenance: { kind: 'human' as const },
      z: 0,
    },
  }))
  await store.call('annotations.apply', { entryId, itemId, client: `r${round}`, command: 'kill', edits })
  if (i % 7 === 6) await store.call('annotations.undo', { entryId: newId(), client: `r${round}` })
  else process.send!({ entryId })
}
