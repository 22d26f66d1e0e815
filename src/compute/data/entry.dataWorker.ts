import { workerData } from 'node:worker_threads'
import sharp from 'sharp'
import type { LoaderSpec } from './plan.ts'
import { createPlan } from './plan.ts'
import { produceEntry } from './produce.ts'
import { Ring, type RingMemory } from './ring.ts'

/** What a data worker is started with; everything else goes through the ring. */
export interface DataWorkerData {
  spec: LoaderSpec
  ring: RingMemory
  /** The batch that the ring counts as its first. */
  startBatch: number
}

async function work({ spec, ring: memory, startBatch }: DataWorkerData): Promise<void> {
  sharp.concurrency(1)
  const plan = createPlan(spec)
  const ring = new Ring(memory)
  const left = plan.count - startBatch
  for (let task = ring.claim(left); task; task = ring.claim(left)) {
    const batch = plan.batch(startBatch + task.batch)
    if (task.entry < batch.positions.length) {
      try {
        await produceEntry(spec, plan, batch, task.entry, ring.memoryOf(task.batch))
      } catch (error) {
        ring.fail(task.batch, error)
      }
    }
    ring.finish(task.batch)
  }
}

await work(workerData as DataWorkerData)
