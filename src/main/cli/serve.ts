import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'
import { AppError } from '../../shared/errors.ts'
import type { Core } from '../core.ts'
import { connectLocally } from '../services/localSocket.ts'
import { createSessions, sessionKey } from '../web/session.ts'
import { startWebServer, type WebServer } from '../web/webServer.ts'
import type { Output } from './output.ts'
import type { CliHost } from './cliHost.ts'

export interface ServeOptions {
  port?: number
  root: string[]
  bind: string
  allowHost: string[]
  tlsCert?: string
  tlsKey?: string
}

const firstPort = 7070
const triedPorts = 20
const isLoopback = (address: string) => /^127\.|^::1$|^localhost$/.test(address)

/** Serves until it is interrupted. Errors: project/*, input/invalid. */
export async function serveCommand(
  host: CliHost,
  project: string | undefined,
  options: ServeOptions,
  output: Output,
  signal: AbortSignal,
): Promise<void> {
  const tls = await readTls(options)
  const core = await host.makeCore({ roots: options.root.length > 0 ? options.root.map((root) => path.resolve(root)) : [homedir()] })
  let web: WebServer | null = null
  try {
    if (project !== undefined && !(await openProject(core, project, output))) return
    const sessions = createSessions({ key: sessionKey(core.host.stateFolder), secure: tls !== null })
    web = await listen(core, options, tls, sessions)
    const name = options.allowHost[0] ?? '127.0.0.1'
    const { port, scheme } = web
    const startUrl = () => `${scheme}://${name}:${port}/start?token=${sessions.issueToken()}`
    core.setStartUrl(startUrl)
    if (!isLoopback(options.bind))
      output.note(`Warning: the studio listens on ${options.bind}, beyond this machine. Whoever has a start address controls it.`)
    output.result({ event: 'serving', url: startUrl(), port, project: core.host.slot.current?.project.path ?? null }, ({ url }) => [
      `The studio is at ${url}`,
      'This address works once; press Enter for another one, Ctrl+C to end.',
    ])
    const forget = onEnter(() => output.say(startUrl()))
    await new Promise<void>((resolve) => (signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve())))
    forget()
    output.note(core.busy() ? 'Ending: the training finishes its step and writes a checkpoint. Ctrl+C again ends at once.' : 'Ending.')
  } finally {
    await web?.close()
    await core.close()
  }
}

/** False when another studio has it open and could be asked for an address instead. */
async function openProject(core: Core, project: string, output: Output): Promise<boolean> {
  const folder = path.resolve(project)
  if (!existsSync(folder)) throw new AppError('project/not-found', `there is no folder ${folder}`, { folder })
  try {
    await core.host.slot.open(folder)
    return true
  } catch (error) {
    const socket = error instanceof AppError && error.code === 'project/locked' ? error.data['socket'] : null
    const running = typeof socket === 'string' ? await connectLocally(socket).catch(() => null) : null
    const url = running ? (await running.client.system.startUrl({})).url : null
    running?.close()
    if (!url) throw error
    output.result({ event: 'running', url }, () => `This project is already served: ${url}`)
    return false
  }
}

async function readTls({ bind, allowHost, tlsCert, tlsKey }: ServeOptions): Promise<{ cert: Buffer; key: Buffer } | null> {
  const usage = (message: string) => new AppError('input/invalid', message)
  if ((tlsCert === undefined) !== (tlsKey === undefined)) throw usage('--tls-cert and --tls-key belong together')
  if (!isLoopback(bind) && allowHost.length === 0)
    throw usage('listening beyond this machine needs --allow-host with the name that pages will use')
  if (allowHost.length > 0 && !tlsCert) throw usage('--allow-host needs --tls-cert and --tls-key: other names are served encrypted only')
  if (!tlsCert || !tlsKey) return null
  const read = (file: string) =>
    readFile(file).catch((cause: unknown) => {
      throw new AppError('file/not-found', `${file} cannot be read`, { file }, { cause })
    })
  return { cert: await read(tlsCert), key: await read(tlsKey) }
}

async function listen(
  core: Core,
  options: ServeOptions,
  tls: { cert: Buffer; key: Buffer } | null,
  sessions: ReturnType<typeof createSessions>,
): Promise<WebServer> {
  const start = (port: number) =>
    startWebServer({
      rpc: core.rpc,
      assets: core.assets,
      upload: core.upload,
      connect: (gone) => core.connect('web', gone),
      sessions,
      pages: core.pages,
      log: core.host.log,
      bind: options.bind,
      port,
      allowedHosts: options.allowHost.map((name) => name.toLowerCase()),
      tls,
      devTarget: process.env['ELECTRON_RENDERER_URL'],
    })
  if (options.port !== undefined) return start(options.port)
  for (let port = firstPort; port < firstPort + triedPorts; port++) {
    const web = await start(port).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'input/invalid') return null
      throw error
    })
    if (web) return web
  }
  return start(0)
}

/** Enter in the terminal that runs the host asks for a new start address. */
function onEnter(work: () => void): () => void {
  if (!process.stdin.isTTY) return () => undefined
  process.stdin.on('data', work)
  process.stdin.resume()
  return () => {
    process.stdin.off('data', work)
    process.stdin.pause()
  }
}
