import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { WebSocket } from 'ws'
import { socketLink, type PageLink } from '../../../src/renderer/rpc/pageClient.ts'
import { entryFile } from '../entries.ts'

/** `maskwright serve` on a project, in a process group of its own. */
export class Served {
  readonly #child: ChildProcess
  /** Rejects when the process ends before it serves. */
  readonly url: Promise<URL>
  #words = ''

  constructor(folder: string, project: string) {
    this.#child = spawn(process.execPath, [entryFile('cli'), 'serve', project, '--json', '--port', '0', '--root', folder], {
      cwd: folder,
      env: { ...process.env, MASKWRIGHT_STATE: path.join(folder, 'state'), NODE_NO_WARNINGS: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    this.#child.stderr!.on('data', (chunk) => (this.#words += String(chunk)))
    this.url = this.#firstLine()
    this.url.catch(() => undefined)
  }

  async #firstLine(): Promise<URL> {
    for await (const line of createInterface(this.#child.stdout!)) {
      const { event, url } = JSON.parse(line) as { event: string; url?: string }
      if (event === 'serving' && url) return new URL(url)
    }
    throw new Error(`the server ended before it served: ${this.#words}`)
  }

  /** SIGKILL for the host alone, or for it and every process it started. */
  async kill(whom: 'host' | 'group'): Promise<void> {
    if (this.#child.exitCode !== null) throw new Error(`the server ended by itself: ${this.#words}`)
    const gone = once(this.#child, 'exit')
    process.kill(whom === 'group' ? -this.#child.pid! : this.#child.pid!, 'SIGKILL')
    await gone
  }

  async end(): Promise<void> {
    const gone = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    await gone
  }
}

/** The links of several pages of one browser: the start address changed for a cookie, then a socket each. */
export async function openPages(start: URL, pages: number): Promise<PageLink[]> {
  const response = await fetch(start, { redirect: 'manual' })
  const cookie = response.headers.get('set-cookie')?.split(';')[0]
  if (!cookie) throw new Error(`no session: ${response.status}`)
  const open = (url: string) => new WebSocket(url, { headers: { cookie, origin: start.origin } }) as never
  return Array.from({ length: pages }, () => socketLink(`ws://${start.host}/rpc`, { open }))
}
