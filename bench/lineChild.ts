import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** A child that answers each JSON line with one JSON line; it stays up and takes turns with the others. */
export interface LineChild {
  /** Fails with the words of an answer that is `{error}`. */
  ask<T>(request: unknown): Promise<T>
  close(): Promise<void>
}

export function lineChild(command: string, args: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): LineChild {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], cwd: options.cwd, env: { ...process.env, ...options.env } })
  const waiting: { resolve: (line: string) => void; reject: (error: Error) => void }[] = []
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.resolve(line))
  const ended = new Promise<void>((resolve) => {
    child.on('error', () => resolve())
    child.on('close', () => resolve())
  })
  void ended.then(() => waiting.splice(0).forEach((w) => w.reject(new Error(`${command} ended`))))
  return {
    async ask<T>(request: unknown): Promise<T> {
      const line = await new Promise<string>((resolve, reject) => {
        waiting.push({ resolve, reject })
        child.stdin.write(`${JSON.stringify(request)}\n`)
      })
      const answer = JSON.parse(line) as T
      if (typeof answer === 'object' && answer !== null && 'error' in answer) throw new Error(String(answer.error))
      return answer
    },
    async close() {
      child.stdin.end()
      await ended
    },
  }
}
