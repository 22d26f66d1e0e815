import { existsSync, writeFileSync } from 'node:fs'
import { mediaOperations } from '../../../src/main/media/mediaOperations.ts'
import { serveWorker } from '../../../src/main/media/serveWorker.ts'

// A media process that dies of one picture, as a decoder with a bug would, and that the system kills over another, always or once.
serveWorker({
  ...mediaOperations,
  thumb(input: Parameters<typeof mediaOperations.thumb>[0]) {
    if (input.relPath.includes('deadly')) process.abort()
    const mark = `${input.root}/${input.relPath}.killed`
    if (input.relPath.includes('killed') && !(input.relPath.includes('once') && existsSync(mark))) {
      writeFileSync(mark, '')
      process.kill(process.pid, 'SIGKILL')
    }
    return mediaOperations.thumb(input)
  },
})
