import { createReadStream } from 'node:fs'
import { readFile, realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Readable } from 'node:stream'
import type { UserSettings } from '../system/userSettings.ts'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ico': 'image/x-icon',
}

export type StaticAnswer = { status: 403 | 404 } | { status: 200; headers: Record<string, string>; body: Readable | Uint8Array }

/** The built pages by name, for both shells. */
export type StaticPages = (pathname: string) => Promise<StaticAnswer>

/** The pages under a folder; the first one carries the user's language and theme, so that it never shows another one first. */
export const createStaticPages =
  (folder: string, settings: () => Pick<UserSettings, 'locale' | 'theme'>): StaticPages =>
  (pathname) =>
    answerStatic(folder, pathname, settings)

/** A file of the built pages. Only known types; the real path must lie under the folder (a link that leads out is 403). */
async function answerStatic(
  folder: string,
  pathname: string,
  settings: () => Pick<UserSettings, 'locale' | 'theme'>,
): Promise<StaticAnswer> {
  const name = pathname === '/' ? '/index.html' : pathname
  const type = types[path.extname(name)]
  if (!type || !/^(\/[A-Za-z0-9_][A-Za-z0-9._-]*)+$/.test(name)) return { status: 404 }
  const root = await realpath(folder).catch(() => null)
  const file = root === null ? null : await realpath(path.join(root, name)).catch(() => null)
  if (root === null || file === null) return { status: 404 }
  if (!file.startsWith(root + path.sep)) return { status: 403 }
  const facts = await stat(file)
  if (!facts.isFile()) return { status: 404 }
  // Names under assets/ carry a hash of their content.
  const cache = name.startsWith('/assets/') ? 'private, max-age=31536000, immutable' : 'no-store'
  if (name === '/index.html') {
    const body = Buffer.from(inUsersWay(await readFile(file, 'utf8'), settings()))
    return { status: 200, headers: { 'content-type': type, 'content-length': `${body.length}`, 'cache-control': cache }, body }
  }
  return {
    status: 200,
    headers: { 'content-type': type, 'content-length': `${facts.size}`, 'cache-control': cache },
    body: createReadStream(file),
  }
}

/** Only values of the settings' schema are written, so nothing here needs escaping. */
function inUsersWay(html: string, { locale, theme }: Pick<UserSettings, 'locale' | 'theme'>): string {
  const chosen = [...(locale ? [` data-chosen-locale="${locale}"`] : []), ...(theme ? [` data-chosen-theme="${theme}"`] : [])]
  return html.replace('<html ', `<html${chosen.join('')} `)
}
