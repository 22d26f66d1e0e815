import { fileOperations } from './media/importOperations.ts'
import { serveWorker } from './media/serveWorker.ts'

serveWorker(fileOperations)
