import { Readable } from 'node:stream'
import { AppError, errorToWire } from '../../shared/errors.ts'
import type { AssetSources, UploadSink } from '../services/assets/assetAnswer.ts'
import { answerAsset } from '../services/assets/assetRequest.ts'
import { securityHeaders } from '../services/pages/headers.ts'
import type { StaticPages } from '../services/pages/staticFiles.ts'

export const appScheme = 'app'
export const appOrigin = `${appScheme}://studio`

export interface AppProtocolOptions {
  readonly pages: StaticPages
  readonly assets: AssetSources
  readonly upload: UploadSink
}

/** Answers app://studio/…: pages by name, assets by id, uploads by POST; nothing else, and never a path of the disk. */
export function createAppProtocol({ pages, assets, upload }: AppProtocolOptions): (request: Request) => Promise<Response> {
  return async (request) => {
    const url = URL.parse(request.url)
    if (url?.protocol !== `${appScheme}:` || url.host !== 'studio') return plain(403)
    if (request.method === 'POST') return url.pathname === '/upload' ? takeUpload(request, upload) : plain(405)
    if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405)
    if (url.pathname.startsWith('/asset/')) {
      const range = request.headers.get('range') ?? undefined
      const answer = await answerAsset(assets, url, { range, ifNoneMatch: request.headers.get('if-none-match') ?? undefined })
      return respond(answer.status, answer.headers, answer.body)
    }
    const page = await pages(url.pathname)
    return page.status === 200 ? respond(200, page.headers, page.body) : plain(page.status)
  }
}

async function takeUpload(request: Request, upload: UploadSink): Promise<Response> {
  try {
    const body = request.body === null ? Readable.from([]) : Readable.fromWeb(request.body as never)
    const uploadId = await upload(body, request.headers.get('content-type') ?? '')
    return Response.json({ uploadId }, { headers: securityHeaders() })
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return Response.json(errorToWire(error), { status: error.code === 'file/too-large' ? 413 : 415, headers: securityHeaders() })
  }
}

function respond(status: number, headers: Readonly<Record<string, string>>, body: Readable | Uint8Array | null): Response {
  const content = body instanceof Readable ? Readable.toWeb(body) : body
  return new Response(content as ConstructorParameters<typeof Response>[0], { status, headers: { ...securityHeaders(), ...headers } })
}

const plain = (status: number): Response => new Response(null, { status, headers: securityHeaders() })
