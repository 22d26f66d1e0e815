import { existsSync } from 'node:fs'
import { setTimeout as after } from 'node:timers/promises'
import { serveWorker } from '../../../src/main/media/serveWorker.ts'

/** A worker whose calls last until a file is there. */
const patientOperations = {
  async until({ file }: { file: string }): Promise<number> {
    while (!existsSync(file)) await after(5)
    return process.pid
  },
}
export type PatientOperations = typeof patientOperations

serveWorker(patientOperations)
