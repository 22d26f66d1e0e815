import { spawn } from 'node:child_process'

export interface ScriptEnd {
  /** null: it ended well. */
  readonly reason: string | null
  /** What it wrote, the end of it. */
  readonly words: string
}

const keepWords = 8_000

/** Runs a package's script with this Node until it ends, is cancelled, or takes too long; every line it writes is told. */
export function runScript(
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv; timeoutMs: number; signal?: AbortSignal | undefined; onLine: (line: string) => void },
): Promise<ScriptEnd> {
  return new Promise((resolve) => {
    let words = ''
    let ended: string | null = null
    const child = spawn(process.execPath, args, {
      cwd: options.cwd,
      env: { ...options.env, ELECTRON_RUN_AS_NODE: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      // Its own group: what it starts itself ends with it.
      detached: process.platform !== 'win32',
    })
    const end = (reason: string) => {
      ended ??= reason
      try {
        if (process.platform !== 'win32' && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
        else child.kill('SIGKILL')
      } catch {
        child.kill('SIGKILL')
      }
    }
    const timer = setTimeout(() => end(`it did not end within ${Math.round(options.timeoutMs / 1000)} s`), options.timeoutMs)
    const cancel = () => end('cancelled')
    if (options.signal?.aborted) cancel()
    options.signal?.addEventListener('abort', cancel, { once: true })
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        words = (words + chunk).slice(-keepWords)
        const line = chunk.split(/[\r\n]+/).findLast((text) => text.trim() !== '')
        if (line) options.onLine(line.trim())
      })
    const done = (reason: string | null) => {
      clearTimeout(timer)
      options.signal?.removeEventListener('abort', cancel)
      resolve({ reason: ended ?? reason, words })
    }
    child.once('error', (error) => done(error.message))
    child.once('close', (code, signal) => done(code === 0 ? null : `its script ended with ${signal ?? `code ${String(code)}`}`))
  })
}
