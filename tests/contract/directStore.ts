import { onTestFinished } from 'vitest'
import { operation } from '../../src/main/db/operations.ts'
import type { OperationInput, OperationName, OperationOutput, ProjectStore } from '../../src/main/db/store.ts'
import { openWriter } from '../../src/main/db/thread.ts'
import { temporaryFolder } from './projectFixture.ts'

/** A project whose database is worked in this thread: the same file and the same operations without three threads to start. */
export function directStore(folder = temporaryFolder()): ProjectStore {
  const db = openWriter({ folder, role: 'writer', create: { name: 'Test' } })
  const close = async (): Promise<void> => void db.close()
  onTestFinished(close)
  return {
    folder,
    call: async <K extends OperationName>(name: K, input: OperationInput<K>) => operation(name)!(db, input) as OperationOutput<K>,
    close,
  }
}
