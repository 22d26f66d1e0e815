import { writeSync } from 'node:fs'
import { memoryLine } from '../shared/memoryLine.ts'

export const tellEveryMs = 250
/** What changed by less is not worth a line. */
const stepBytes = 8 << 20

/** Tells how much memory this process has each time it is called, where that changed. */
export function createMemoryTeller(write: (line: string) => unknown = (line) => writeSync(2, line)): () => void {
  let told = -Infinity
  return () => {
    const bytes = process.memoryUsage.rss()
    if (Math.abs(bytes - told) < stepBytes) return
    try {
      write(memoryLine(bytes))
      told = bytes
    } catch {
      // The pipe is full, or the host is gone: that is not for this process to act on.
    }
  }
}
