import { writeSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { entryHref } from '../shared/entries.ts'
import { memoryLostLine } from '../shared/memoryLine.ts'
import { createMemoryTeller, tellEveryMs } from './memoryTeller.ts'

interface MemoryReport {
  readonly thread?: URL
  readonly write?: (line: string) => unknown
}

/**
 * Tells the host from now on how much memory this process has, also while it computes; the same on every system. Without its thread it tells so between two
 * steps of its work, and that nobody sees more of it.
 */
export function reportMemory({
  thread = new URL(entryHref('memory', import.meta.url)),
  write = (line) => writeSync(2, line),
}: MemoryReport = {}): void {
  let why = 'its thread ended'
  function goOnHere(): void {
    try {
      write(memoryLostLine(why))
    } catch {
      // The pipe is full, or the host is gone: what is measured is told all the same.
    }
    const tell = createMemoryTeller(write)
    setInterval(tell, tellEveryMs).unref()
    tell()
  }
  try {
    const teller = new Worker(thread, { name: 'memory', resourceLimits: { maxOldGenerationSizeMb: 16 } })
    teller.on('error', (error) => (why = error instanceof Error ? error.message : String(error)))
    teller.on('exit', goOnHere)
    teller.unref()
  } catch (error) {
    why = error instanceof Error ? error.message : String(error)
    goOnHere()
  }
}
