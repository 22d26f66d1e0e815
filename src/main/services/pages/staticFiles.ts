import { createReadStream, type ReadStream } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import path from 'node:path'

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

export type StaticAnswer = { status: 403 | 404 } | { status: 200; headers: Record<string, string>; body: ReadStream }

/** A file of the built pages. Only known types; the real path must lie under the folder (a link that leads out is 403). */
export async function answerStatic(folder: string, pathname: string): Promise<StaticAnswer> {
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
  return {
    status: 200,
    headers: { 'content-type': type, 'content-length': `${facts.size}`, 'cache-control': cache },
    body: createReadStream(file),
  }
}
