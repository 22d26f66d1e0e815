import { Worker } from 'node:worker_threads'
import { entryHref } from '../shared/entries.ts'

/** Tells the host from now on how much memory this process has, also while it computes; the same on every system. */
export function reportMemory(): void {
  const thread = new Worker(new URL(entryHref('memory', import.meta.url)), {
    name: 'memory',
    resourceLimits: { maxOldGenerationSizeMb: 16 },
  })
  // Without it the process works as before; only nobody sees how large it is.
  thread.on('error', () => undefined)
  thread.unref()
}
