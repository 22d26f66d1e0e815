import { runDatabaseThread } from './db/thread.ts'

runDatabaseThread()
