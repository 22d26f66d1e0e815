import { execFile } from 'node:child_process'

/** How a question to a program of the system ended. */
export type Answer =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'absent' } | { readonly kind: 'failed'; readonly reason: string }

const maxBytes = 8 << 20

/** Runs a program and waits for at most so long, also when it cannot even be killed (a driver that hangs in the kernel). */
export function ask(program: string, args: readonly string[], timeoutMs: number): Promise<Answer> {
  return new Promise((resolve) => {
    const hung = { kind: 'failed', reason: `${program} did not answer within ${timeoutMs / 1000} s` } as const
    const child = execFile(program, args, { maxBuffer: maxBytes, windowsHide: true }, (error, stdout, stderr) => {
      clearTimeout(timer)
      if (!error) return resolve({ kind: 'text', text: stdout })
      if (error.code === 'ENOENT') return resolve({ kind: 'absent' })
      const words = `${stdout}\n${stderr}`.trim().split('\n')[0] ?? ''
      resolve({
        kind: 'failed',
        reason: words === '' ? `${program} failed (${String(error.code ?? error.signal ?? error.message)})` : `${program}: ${words}`,
      })
    })
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      child.unref()
      resolve(hung)
    }, timeoutMs)
  })
}
