import { fileOperations } from '../../../src/main/media/importOperations.ts'
import { serveWorker } from '../../../src/main/media/serveWorker.ts'

// An import process that dies of one file and hangs on another, as a decoder with a bug would.
const deadly = (entry: { image: string; xml: string | null }) => entry.xml?.includes('deadly') || entry.image.includes('deadly')
serveWorker({
  ...fileOperations,
  async read(input: Parameters<typeof fileOperations.read>[0]) {
    if (input.entries.some(deadly)) process.abort()
    if (input.entries.some((entry) => entry.image.includes('greedy'))) {
      const hoard: Buffer[] = []
      for (;;) {
        hoard.push(Buffer.alloc(32 << 20, 1))
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    }
    return fileOperations.read(input)
  },
})
