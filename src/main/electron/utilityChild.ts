import { utilityProcess } from 'electron'
import { childWords, type ChildEnd, type SpawnChild } from '../jobs/child.ts'

/** A child of the installed studio: the fuses forbid fork, so it is a utilityProcess. */
export const spawnUtility: SpawnChild = (file, { heapMb, env }) => {
  const utility = utilityProcess.fork(file, [], {
    stdio: 'pipe',
    execArgv: heapMb ? [`--max-old-space-size=${heapMb}`] : [],
    env: { ...process.env, ...env },
  })
  const words = childWords()
  utility.stderr?.on('data', (chunk: Buffer) => words.take(chunk))
  const ended = new Promise<ChildEnd>((resolve) => utility.once('exit', (code) => resolve({ code, signal: null })))
  return {
    get pid() {
      return utility.pid ?? -1
    },
    ended,
    lastWords: () => words.last(),
    residentBytes: () => words.residentBytes(),
    memoryUntold: () => words.memoryUntold(),
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
