import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex, Readable } from 'node:stream'
import { AppError, CancelledError, errorToWire } from '../../shared/errors.ts'
import type { Logger } from '../log.ts'
import type { AssetSources, UploadSink } from '../services/assets/assetAnswer.ts'
import { answerAsset } from '../services/assets/assetRequest.ts'
import type { RpcServer } from '../services/rpcServer.ts'
import type { Connection } from '../services/service.ts'
import { admit, type AdmissionRules } from './admission.ts'
import { createDevProxy } from './devProxy.ts'
import { securityHeaders } from '../services/pages/headers.ts'
import type { Sessions } from './session.ts'
import { createSocketServer, defaultSocketLimits, refuseUpgrade, type SocketLimits } from './socketServer.ts'
import type { StaticPages } from '../services/pages/staticFiles.ts'

export interface WebServerOptions {
  readonly rpc: RpcServer
  readonly assets: AssetSources
  readonly upload: UploadSink
  readonly connect: (gone: AbortSignal) => Connection
  readonly sessions: Sessions
  readonly pages: StaticPages
  readonly log: Logger
  readonly bind: string
  readonly port: number
  readonly allowedHosts: readonly string[]
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | null
  readonly devTarget?: string | undefined
  readonly limits?: Partial<SocketLimits>
  /** An upload of which nothing came for so long is given up; however long all of it takes. */
  readonly uploadIdleMs?: number
}

export interface WebServer {
  readonly port: number
  readonly scheme: 'http' | 'https'
  close(): Promise<void>
}

const httpLimits = {
  maxHeaderSize: 16 << 10,
  headersTimeout: 5_000,
  // A model of gigabytes may take an hour. What else comes with a body is answered without it, and its connection closed.
  requestTimeout: 0,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
}
const usualUploadIdleMs = 60_000

/** HTTP and WebSocket shell of a browser. Every request and every upgrade passes: Host, Origin, Sec-Fetch-Site, cookie, then the routes. */
export async function startWebServer(options: WebServerOptions): Promise<WebServer> {
  const scheme = options.tls ? 'https' : 'http'
  const rules: AdmissionRules = { allowedHosts: options.allowedHosts, scheme }
  const sockets = createSocketServer(options.rpc, options.connect, { ...defaultSocketLimits, ...options.limits })
  const dev = options.devTarget ? createDevProxy(options.devTarget) : null
  const headers = securityHeaders(dev !== null)

  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    handle(request, response).catch((error: unknown) => {
      if (!(error instanceof CancelledError)) options.log.error({ err: error }, 'unexpected error in a request')
      if (!response.headersSent) say(response, 500, 'something went wrong')
      else response.destroy()
    })
  }
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const changes = request.method !== 'GET' && request.method !== 'HEAD'
    if (hasBody(request)) response.setHeader('connection', 'close')
    const refusal = admit(request, rules, changes)
    if (refusal) return say(response, refusal.status, refusal.reason)
    const url = parseUrl(request)
    if (url?.pathname === '/start' && request.method === 'GET') return start(url, response)
    if (!options.sessions.admits(request.headers.cookie)) return say(response, 401, 'Open the address that `maskwright serve` printed.')
    if (!url) return say(response, 404, 'not found')
    if (request.method === 'POST' && url.pathname === '/upload') return takeUpload(request, response)
    if (changes) return say(response, 405, 'only GET here')
    if (url.pathname === '/session') return void response.writeHead(204).end()
    if (url.pathname.startsWith('/asset/')) return sendAsset(url, request, response)
    if (dev) return dev.page(request, response, headers)
    const answer = await options.pages(url.pathname)
    if (answer.status !== 200) return say(response, answer.status, answer.status === 403 ? 'forbidden' : 'not found')
    send(request, response, 200, answer.headers, answer.body)
  }
  function start(url: URL, response: ServerResponse): void {
    const cookie = options.sessions.exchange(url.searchParams.get('token') ?? '')
    if (!cookie) return say(response, 401, 'This address was already used. Press Enter where `maskwright serve` runs to get a new one.')
    response.writeHead(303, { location: '/', 'set-cookie': cookie, 'cache-control': 'no-store' }).end()
  }
  async function sendAsset(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = await answerAsset(options.assets, url, { range: request.headers.range, ifNoneMatch: request.headers['if-none-match'] })
    send(request, response, answer.status, answer.headers, answer.body)
  }
  async function takeUpload(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { uploadIdleMs = usualUploadIdleMs } = options
    const stalled = new AppError('rpc/unavailable', `nothing of the file came for ${uploadIdleMs / 1000} s`)
    request.setTimeout(uploadIdleMs, () => request.destroy(stalled))
    try {
      const uploadId = await options.upload(request, request.headers['content-type'] ?? '')
      json(response, 200, { uploadId })
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      json(response, error.code === 'file/too-large' ? 413 : 415, errorToWire(error))
    }
  }
  function onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const refusal = admit(request, rules, true)
    if (refusal) return refuseUpgrade(socket, refusal.status, refusal.reason)
    if (!options.sessions.admits(request.headers.cookie)) return refuseUpgrade(socket, 401, 'no session')
    const pathname = parseUrl(request)?.pathname
    if (pathname === '/rpc') return sockets.upgrade(request, socket, head)
    if (dev) return dev.socket(request, socket, head)
    refuseUpgrade(socket, 404, 'not found')
  }

  const server: Server = options.tls
    ? createSecureServer({ ...options.tls, ...httpLimits }, onRequest)
    : createServer(httpLimits, onRequest)
  server.maxConnections = 256
  server.on('upgrade', onUpgrade)
  server.on('clientError', (_error, socket) => socket.destroy())
  await listen(server, options)
  return {
    port: (server.address() as AddressInfo).port,
    scheme,
    async close() {
      sockets.close()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      setTimeout(() => server.closeAllConnections(), 1_000).unref()
      await closed
    },
  }
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0'

/** null for what no honest page asks: encoded slashes, dots and zeros, back slashes, dot segments. */
function parseUrl(request: IncomingMessage): URL | null {
  const raw = request.url ?? '/'
  const pathname = raw.split('?', 1)[0]!
  if (!raw.startsWith('/') || raw.startsWith('//') || /%(2f|5c|2e|00|25)|\\|\/\.{1,2}(\/|$)/i.test(pathname) || raw.length > 4096)
    return null
  try {
    return new URL(raw, 'http://host')
  } catch {
    return null
  }
}

function say(response: ServerResponse, status: number, text: string): void {
  response
    .writeHead(status, {
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
      'content-length': `${Buffer.byteLength(text)}`,
    })
    .end(text)
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(JSON.stringify(value))
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: Readable | Uint8Array | null,
): void {
  response.writeHead(status, headers)
  const wanted = request.method !== 'HEAD'
  if (body === null || body instanceof Uint8Array) return void response.end(wanted ? body : undefined)
  body.on('error', () => response.destroy())
  response.on('close', () => body.destroy())
  if (wanted) body.pipe(response)
  else response.end()
}

function listen(server: Server, { port, bind }: { port: number; bind: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new AppError('input/invalid', `port ${port} is taken; give another one with --port`, { port })
          : error,
      ),
    )
    server.listen(port, bind, resolve)
  })
}
