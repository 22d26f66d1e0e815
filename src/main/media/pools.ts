import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { entryHref } from '../../shared/entries.ts'
import type { SpawnChild } from '../jobs/child.ts'
import type { ImportOperations } from './importOperations.ts'
import type { MediaOperations } from './mediaOperations.ts'
import { createWorkerPool, type WorkerPool } from './workerPool.ts'

/** The processes that touch files of datasets: parsers apart from what pages wait for. */
export interface Media {
  readonly imports: WorkerPool<ImportOperations>
  readonly pictures: WorkerPool<MediaOperations>
  /** Long work on huge pictures, one at a time, that nobody waits for. */
  readonly pyramids: WorkerPool<MediaOperations>
  close(): Promise<void>
}

export function createMedia(spawn: SpawnChild): Media {
  const size = Math.max(1, Math.min(4, availableParallelism() - 1))
  const common = { spawn, size, heapMb: 1024, timeoutMs: 60_000 }
  const imports = createWorkerPool<ImportOperations>({
    ...common,
    name: 'import',
    file: fileURLToPath(entryHref('import', import.meta.url)),
    memoryMb: 3_072,
  })
  const pictures = createWorkerPool<MediaOperations>({
    ...common,
    name: 'media',
    file: fileURLToPath(entryHref('media', import.meta.url)),
    // As much as the import: what it took in can be shown as well. A progressive JPEG of 600 megapixels takes 2 GB.
    memoryMb: 3_072,
    // What somebody looks at waits neither for thumbnails and label maps, nor for the huge picture that was looked at before.
    urgentSize: 2,
  })
  const pyramids = createWorkerPool<MediaOperations>({
    ...common,
    size: 1,
    name: 'pyramid',
    file: fileURLToPath(entryHref('media', import.meta.url)),
    // Formats that cannot be read in rows (WebP, interlaced and progressive pictures) are held whole: a gigapixel of colours has 3 GB.
    memoryMb: 4_096,
    timeoutMs: 30 * 60_000,
  })
  return {
    imports,
    pictures,
    pyramids,
    async close() {
      await Promise.all([imports.close(), pictures.close(), pyramids.close()])
    },
  }
}
