import { mediaOperations } from './media/mediaOperations.ts'
import { serveWorker } from './media/serveWorker.ts'

serveWorker(mediaOperations)
