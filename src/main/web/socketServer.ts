import { WebSocketServer, type WebSocket } from 'ws'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { mostMessageBytes } from '../../shared/api/messageSize.ts'
import type { RpcServer, SocketFacade } from '../services/rpcServer.ts'
import type { Connection } from '../services/service.ts'
import { createTokenBucket } from './tokenBucket.ts'

export interface SocketLimits {
  readonly maxClients: number
  readonly maxMessageBytes: number
  /** Calls in progress (streams included) at which the socket is no longer read. */
  readonly maxInFlight: number
  /** Bytes waiting to be sent at which nothing more is produced. */
  readonly highWaterBytes: number
  readonly messagesPerSecond: number
  readonly burstMessages: number
  readonly pingEveryMs: number
}
export const defaultSocketLimits: SocketLimits = {
  maxClients: 8,
  maxMessageBytes: mostMessageBytes,
  maxInFlight: 256,
  highWaterBytes: 1 << 20,
  messagesPerSecond: 500,
  burstMessages: 2_000,
  pingEveryMs: 20_000,
}

export interface SocketServer {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  readonly clients: number
  close(): void
}

export function createSocketServer(rpc: RpcServer, connect: (gone: AbortSignal) => Connection, limits = defaultSocketLimits): SocketServer {
  const server = new WebSocketServer({ noServer: true, maxPayload: limits.maxMessageBytes, perMessageDeflate: false, clientTracking: true })
  const pinging = setInterval(() => server.clients.forEach(ping), limits.pingEveryMs)
  pinging.unref()
  server.on('connection', (ws: WebSocket, request: IncomingMessage) => {
    // An answer to a ping waits behind a long message on its way.
    request.socket.on('data', () => silent.delete(ws))
    serveSocket(ws, rpc, connect, limits)
  })
  return {
    upgrade(request, socket, head) {
      if (server.clients.size >= limits.maxClients) return refuseUpgrade(socket, 503, 'too many pages are open')
      server.handleUpgrade(request, socket, head, (ws) => server.emit('connection', ws, request))
    },
    get clients() {
      return server.clients.size
    },
    close() {
      clearInterval(pinging)
      for (const ws of server.clients) ws.close(1001, 'the host is closing')
      setTimeout(() => server.clients.forEach((ws) => ws.terminate()), 500).unref()
      server.close()
    },
  }
}

const silent = new WeakSet<WebSocket>()

/** A client of which nothing came since the last ping is gone. */
function ping(ws: WebSocket): void {
  if (silent.has(ws)) return ws.terminate()
  silent.add(ws)
  ws.ping()
}

export function refuseUpgrade(socket: Duplex, status: number, reason: string): void {
  socket.on('error', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status} ${reason}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
}

function serveSocket(ws: WebSocket, rpc: RpcServer, connect: (gone: AbortSignal) => Connection, limits: SocketLimits): void {
  const gone = new AbortController()
  const connection = connect(gone.signal)
  const facade = backPressured(ws, limits.highWaterBytes)
  const bucket = createTokenBucket(limits.burstMessages, limits.messagesPerSecond)
  let inFlight = 0
  ws.binaryType = 'arraybuffer'
  ws.on('error', () => ws.terminate())
  ws.on('message', (data: ArrayBuffer | Buffer, binary) => {
    if (!bucket.take()) return ws.close(1008, 'too many messages')
    if (++inFlight > limits.maxInFlight) ws.pause()
    rpc
      .message(facade, binary ? (data as ArrayBuffer) : Buffer.from(data as ArrayBuffer).toString('utf8'), connection)
      // Only bytes that are no message of ours end here; a failing method has answered with its code.
      .catch(() => ws.readyState === 1 && ws.close(1007, 'not a message'))
      .finally(() => {
        if (--inFlight <= limits.maxInFlight) ws.resume()
      })
  })
  ws.on('close', () => {
    gone.abort()
    rpc.closeSocket(facade)
  })
}

/** `send` resolves when there is room again, so a client that does not read stops the stream at its source. */
function backPressured(ws: WebSocket, highWaterBytes: number): SocketFacade {
  return {
    send: (message) =>
      new Promise<void>((resolve, reject) => {
        const closed = () => reject(new Error('the socket is closed'))
        if (ws.readyState !== 1) return closed()
        ws.send(message, (error) => error && reject(error))
        const poll = () => {
          if (ws.readyState !== 1) closed()
          else if (ws.bufferedAmount < highWaterBytes) resolve()
          else setTimeout(poll, 4)
        }
        poll()
      }),
  }
}
