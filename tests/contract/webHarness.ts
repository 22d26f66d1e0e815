import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { randomBytes, randomUUID } from 'node:crypto'
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { AppError } from '../../src/shared/errors.ts'
import { createJobQueue } from '../../src/main/jobs/jobQueue.ts'
import { createLogger } from '../../src/main/log.ts'
import type { AssetSource } from '../../src/main/services/assets/assetAnswer.ts'
import { createUploads } from '../../src/main/services/assets/uploads.ts'
import { createStaticPages } from '../../src/main/services/pages/staticFiles.ts'
import { createJobsService } from '../../src/main/services/jobs/jobsService.ts'
import { createPageRouter } from '../../src/main/services/router.ts'
import { createRpcServer } from '../../src/main/services/rpcServer.ts'
import type { PageServices } from '../../src/main/services/service.ts'
import { createSessions } from '../../src/main/web/session.ts'
import { startWebServer, type WebServerOptions } from '../../src/main/web/webServer.ts'

/** The real router, queue and transports; areas that need a project are left out. */
export function createTestRpc() {
  const queue = createJobQueue()
  const services = { jobs: createJobsService(queue) } as unknown as PageServices
  const rpc = createRpcServer(createPageRouter(services), createLogger('test', 'silent'))
  return { queue, rpc, connection: { id: randomUUID(), shell: 'cli' as const, gone: new AbortController().signal } }
}

/** The real web shell over the real job queue; areas that need a project are left out. */
export async function startShell(overrides: Partial<WebServerOptions> = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'maskwright-web-'))
  const renderer = path.join(folder, 'renderer')
  mkdirSync(path.join(renderer, 'assets'), { recursive: true })
  writeFileSync(path.join(renderer, 'index.html'), '<!doctype html><title>studio</title>')
  writeFileSync(path.join(renderer, 'assets', 'index-abc.js'), 'export {}')
  writeFileSync(path.join(folder, 'secret.js'), 'secret')
  symlinkSync(path.join(folder, 'secret.js'), path.join(renderer, 'assets', 'link.js'))
  symlinkSync('/etc/passwd', path.join(renderer, 'assets', 'passwd.json'))
  writeFileSync(path.join(folder, 'model.onnx'), Buffer.from(Array.from({ length: 256 }, (_, i) => i)))
  const gone: AbortSignal[] = []
  const { queue, rpc } = createTestRpc()
  const uploads = createUploads(path.join(folder, 'uploads'))
  const none: AssetSource = () => Promise.reject(new AppError('item/not-found', 'no such item'))
  const model: AssetSource = (id) =>
    id === 'known'
      ? Promise.resolve({ type: 'application/octet-stream', body: { file: path.join(folder, 'model.onnx') }, saveAs: 'ein Mödell.onnx' })
      : Promise.reject(new AppError('model/not-found', 'no such model'))
  const sessions = createSessions({ key: randomBytes(32), secure: overrides.tls != null })
  const web = await startWebServer({
    rpc,
    assets: {
      image: none,
      thumb: none,
      overlay: none,
      prediction: none,
      sample: none,
      preview: none,
      comparison: none,
      report: none,
      tile: none,
      model,
      upload: async (id) => {
        const { file, type } = uploads.find(id)
        return { type, body: { file } }
      },
    },
    upload: (body, type) => uploads.take(body, type),
    connect: (signal) => {
      gone.push(signal)
      return { id: randomUUID(), shell: 'web', gone: signal }
    },
    sessions,
    pages: createStaticPages(renderer, () => ({ locale: 'zh-CN', theme: null, keys: null })),
    log: createLogger('test', 'silent'),
    bind: '127.0.0.1',
    port: 0,
    allowedHosts: [],
    tls: null,
    ...overrides,
  })
  const cookie = sessions.exchange(sessions.issueToken())!.split(';')[0]!
  return {
    folder,
    queue,
    web,
    sessions,
    cookie,
    gone,
    async close() {
      await web.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
export type Shell = Awaited<ReturnType<typeof startShell>>

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

/** A raw request: unlike fetch it lets the test say any Host, any Origin and any path. */
export function ask(
  port: number,
  target: string,
  headers: Record<string, string>,
  { method = 'GET', body = '', ca }: { method?: string; body?: string | Buffer; ca?: Buffer } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path: target, method, headers, setHost: false, agent: false as const }
    const listener = (response: IncomingMessage) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString('latin1') }),
      )
    }
    // The name in a test certificate is made up; whom it is for is said in Host.
    const request = ca ? httpsRequest({ ...options, ca, servername: 'studio.test' }, listener) : httpRequest(options, listener)
    request.on('error', reject)
    request.end(body)
  })
}
