import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { chromium, type Browser, type Page } from 'playwright'

export const root = path.resolve(import.meta.dirname, '..')
const debianChromium = '/usr/bin/chromium'

/** Starts `maskwright serve` over a project; answers with its one-time address. */
async function serve(project: string, state: string): Promise<{ url: string; server: ChildProcess }> {
  const server = spawn(process.execPath, [path.join(root, 'out/main/cli.js'), 'serve', project, '--port', '0', '--json'], {
    cwd: root,
    env: { ...process.env, MASKWRIGHT_STATE: state },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface(server.stdout)) {
    const event = JSON.parse(line) as { event: string; url?: string }
    if (event.event === 'serving' && event.url) return { url: event.url, server }
  }
  throw new Error('the server did not start; has the studio been built?')
}

export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    ...(existsSync(debianChromium) ? { executablePath: debianChromium } : {}),
    args: ['--no-sandbox', '--disable-background-networking'],
  })

/** A server over the project and a page of 1440x900, for as long as `work` takes. */
export async function visit<T>(
  browser: Browser,
  project: string,
  state: string,
  work: (page: Page, url: string) => Promise<T>,
  pixelRatio = 1,
): Promise<T> {
  const { url, server } = await serve(project, state)
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, deviceScaleFactor: pixelRatio })
  try {
    return await work(page, url)
  } finally {
    await page.close()
    const gone = once(server, 'exit')
    server.kill('SIGTERM')
    await gone
  }
}
