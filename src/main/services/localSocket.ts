import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import path from 'node:path'
import type { PageClient } from '../../shared/api/page/contract.ts'
import { codedCalls } from '../../shared/api/rpcErrors.ts'
import { AppError } from '../../shared/errors.ts'
import type { PortFacade, RpcServer } from './rpcServer.ts'
import type { Connection } from './service.ts'

const maxFrameBytes = 8 << 20

/**
 * Where a host listens for command lines of the same user: a socket file in a folder of this user alone, or a named pipe.
 * The address ends with a secret that opens the conversation; it is written only to a file with mode 0600.
 */
export function newSocketAddress(): string {
  const name = randomBytes(8).toString('hex')
  const secret = randomBytes(16).toString('hex')
  if (process.platform === 'win32') return `\\\\.\\pipe\\maskwright-${name}#${secret}`
  return `${path.join(ownFolder(), `${name}.sock`)}#${secret}`
}

/** A folder only this user can enter; one that somebody else prepared under the same name is not used. */
function ownFolder(): string {
  const runtime = process.env['XDG_RUNTIME_DIR']
  const { uid } = userInfo()
  const folder = path.join(runtime && existsSync(runtime) ? runtime : tmpdir(), `maskwright-${uid}`)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const facts = lstatSync(folder)
    if (facts.isDirectory() && facts.uid === uid && (facts.mode & 0o077) === 0) return folder
  } catch {
    // Not ours to enter.
  }
  return mkdtempSync(path.join(tmpdir(), `maskwright-${uid}-`))
}

const parse = (address: string) => {
  const at = address.lastIndexOf('#')
  return { file: address.slice(0, at), secret: address.slice(at + 1) }
}

/** Serves the page contract to command lines over the local socket. */
export async function listenLocally(
  address: string,
  rpc: RpcServer,
  open: (gone: AbortSignal) => Connection,
): Promise<{ close(): Promise<void> }> {
  const { file, secret } = parse(address)
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    const port = framedPort(socket)
    port.on('message', function greeting(event) {
      if (port.greeted) return
      const said = Buffer.from(typeof event?.data === 'string' ? event.data : '')
      if (said.length !== secret.length || !timingSafeEqual(said, Buffer.from(secret))) return void socket.destroy()
      port.greeted = true
      const gone = new AbortController()
      socket.once('close', () => gone.abort())
      rpc.servePort(port, open(gone.signal))
    })
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(file, resolve))
  if (process.platform !== 'win32') chmodSync(file, 0o600)
  return {
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
      if (process.platform !== 'win32') rmSync(file, { force: true })
    },
  }
}

/** The page contract of a running host. Errors: rpc/unavailable when nobody listens there (any more). */
export async function connectLocally(address: string): Promise<{ client: PageClient; close(): void }> {
  const { file, secret } = parse(address)
  const socket = connect(file)
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', (cause) =>
      reject(new AppError('rpc/unavailable', 'the host that has the project open does not answer', {}, { cause })),
    )
  })
  const port = framedPort(socket)
  port.postMessage(secret)
  return { client: createORPCClient(new RPCLink({ port, interceptors: [codedCalls] })), close: () => socket.destroy() }
}

/** Messages over a byte stream: length (uint32, big endian), kind (0 text, 1 bytes), payload. */
function framedPort(socket: Socket): PortFacade & { greeted: boolean } {
  const listeners: ((event: { data: unknown }) => void)[] = []
  let pending = Buffer.alloc(0)
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    pending = pending.length ? Buffer.concat([pending, chunk]) : chunk
    while (pending.length >= 5) {
      const length = pending.readUInt32BE(0)
      if (length > maxFrameBytes) return void socket.destroy()
      if (pending.length < 5 + length) return
      const payload = pending.subarray(5, 5 + length)
      const data = pending[4] === 0 ? payload.toString('utf8') : Uint8Array.from(payload)
      pending = pending.subarray(5 + length)
      for (const listener of [...listeners]) listener({ data })
    }
  })
  return {
    greeted: false,
    on(event, callback) {
      if (event === 'message') listeners.push(callback)
      else socket.once('close', () => callback())
    },
    postMessage(message) {
      const payload = typeof message === 'string' ? Buffer.from(message, 'utf8') : Buffer.from(message as Uint8Array<ArrayBuffer>)
      const head = Buffer.alloc(5)
      head.writeUInt32BE(payload.length, 0)
      head[4] = typeof message === 'string' ? 0 : 1
      if (!socket.destroyed) socket.write(Buffer.concat([head, payload]))
    },
  }
}
