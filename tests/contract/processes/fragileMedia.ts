import { mediaOperations } from '../../../src/main/media/mediaOperations.ts'
import { serveWorker } from '../../../src/main/media/serveWorker.ts'

// A media process that dies of one picture, as a decoder with a bug would.
serveWorker({
  ...mediaOperations,
  thumb(input: Parameters<typeof mediaOperations.thumb>[0]) {
    if (input.relPath.includes('deadly')) process.abort()
    return mediaOperations.thumb(input)
  },
})
