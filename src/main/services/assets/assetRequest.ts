import { createReadStream, type ReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { assetKinds, type AssetKind } from '../../../shared/api/page/assets.ts'
import { AppError } from '../../../shared/errors.ts'
import type { AssetSources } from './assetAnswer.ts'

export interface AssetResponse {
  readonly status: 200 | 206 | 304 | 404 | 416 | 422 | 500
  readonly headers: Readonly<Record<string, string>>
  readonly body: ReadStream | Uint8Array | null
}

const idPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/
const missing: AssetResponse = { status: 404, headers: {}, body: null }

/** '/asset/<kind>/<id>' of either shell: an id is looked up, never joined to a path. One byte range is honoured. */
export async function answerAsset(
  sources: AssetSources,
  url: URL,
  request: { range?: string | undefined; ifNoneMatch?: string | undefined },
): Promise<AssetResponse> {
  const [, root, kind, id, ...rest] = url.pathname.split('/')
  if (root !== 'asset' || !isKind(kind) || !id || !idPattern.test(id) || rest.length > 0) return missing
  try {
    const answer = await sources[kind](id, url.searchParams)
    const version = url.searchParams.get('v')
    const headers: Record<string, string> = {
      'content-type': answer.type,
      'cache-control': version ? 'private, max-age=31536000, immutable' : 'private, no-cache',
      ...(answer.saveAs ? { 'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(answer.saveAs)}` } : {}),
    }
    if ('bytes' in answer.body)
      return { status: 200, headers: { ...headers, 'content-length': `${answer.body.bytes.byteLength}` }, body: answer.body.bytes }
    return await answerFile(answer.body.file, headers, request)
  } catch (error) {
    if (error instanceof AppError)
      return { status: error.code.endsWith('/not-found') ? 404 : 422, headers: { 'x-error': error.code }, body: null }
    throw error
  }
}

const isKind = (kind: string | undefined): kind is AssetKind => (assetKinds as readonly (string | undefined)[]).includes(kind)

async function answerFile(
  file: string,
  base: Record<string, string>,
  request: { range?: string | undefined; ifNoneMatch?: string | undefined },
): Promise<AssetResponse> {
  const facts = await stat(file).catch(() => null)
  if (!facts?.isFile()) return missing
  const etag = `"${facts.size.toString(36)}-${Math.round(facts.mtimeMs).toString(36)}"`
  const headers = { ...base, etag, 'accept-ranges': 'bytes' }
  if (request.ifNoneMatch === etag) return { status: 304, headers, body: null }
  const range = request.range === undefined ? null : parseRange(request.range, facts.size)
  if (range === 'unsatisfiable') return { status: 416, headers: { 'content-range': `bytes */${facts.size}` }, body: null }
  if (range) {
    const part = { 'content-range': `bytes ${range.start}-${range.end}/${facts.size}`, 'content-length': `${range.end - range.start + 1}` }
    return { status: 206, headers: { ...headers, ...part }, body: createReadStream(file, range) }
  }
  return { status: 200, headers: { ...headers, 'content-length': `${facts.size}` }, body: createReadStream(file) }
}

/** RFC 9110 section 14.1.2, one range; several ranges, or nonsense, are answered whole (null). */
export function parseRange(header: string, size: number): { start: number; end: number } | 'unsatisfiable' | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header)
  if (!match || (match[1] === '' && match[2] === '')) return null
  const first = match[1] === '' ? Math.max(0, size - Number(match[2])) : Number(match[1])
  const last = match[1] === '' || match[2] === '' ? size - 1 : Math.min(size - 1, Number(match[2]))
  return first > last || first >= size ? 'unsatisfiable' : { start: first, end: last }
}
