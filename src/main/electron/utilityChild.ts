import { utilityProcess } from 'electron'
import type { ChildEnd, SpawnChild } from '../jobs/child.ts'

const keepWords = 4_000

/** A child of the installed studio: the fuses forbid fork, so it is a utilityProcess. */
export const spawnUtility: SpawnChild = (file, { heapMb, env }) => {
  const utility = utilityProcess.fork(file, [], {
    stdio: 'pipe',
    execArgv: heapMb ? [`--max-old-space-size=${heapMb}`] : [],
    env: { ...process.env, ...env },
  })
  let words = ''
  utility.stderr?.on('data', (chunk: Buffer) => (words = (words + chunk.toString('utf8')).slice(-keepWords)))
  const ended = new Promise<ChildEnd>((resolve) => utility.once('exit', (code) => resolve({ code, signal: null })))
  return {
    get pid() {
      return utility.pid ?? -1
    },
    ended,
    lastWords: () => words,
    kill(signal) {
      if (signal === 'SIGTERM') utility.kill()
      else if (utility.pid !== undefined) process.kill(utility.pid, signal)
    },
    port: {
      on(event, callback) {
        if (event === 'message') utility.on('message', (data: unknown) => callback({ data }))
        else void ended.then(() => callback())
      },
      postMessage: (data) => utility.postMessage(data),
    },
  }
}
