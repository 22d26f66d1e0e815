import { createORPCClient } from '@orpc/client'
import { RPCLink as PortLink } from '@orpc/client/message-port'
import { RPCLink as SocketLink } from '@orpc/client/websocket'
import { mostMessageBytes } from '../../shared/api/messageSize.ts'
import { codedCalls } from '../../shared/api/rpcErrors.ts'
import type { PageClient } from '../../shared/api/page/contract.ts'
import { AppError } from '../../shared/errors.ts'

export type LinkState = 'connecting' | 'open' | 'closed' | 'refused'

export interface PageLink {
  /** Every method of the page contract; failures are AppError or CancelledError. */
  readonly client: PageClient
  readonly state: LinkState
  /** Told of each change; answers with how to leave. After 'open' everything that was watched must be watched again. */
  onState(listener: (state: LinkState) => void): () => void
  close(): void
}

const facts = () => (globalThis as { maskwright?: { shell: 'electron' } }).maskwright

/** The client of this page: over the port of the preload in Electron, else over the socket of the host that served it. */
export async function createPageClient(): Promise<PageLink> {
  return facts()?.shell === 'electron'
    ? portLink(await receivePort())
    : socketLink(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/rpc`, { admitted })
}

/** 401 means that the cookie is gone; a host that does not answer at all may come back. */
async function admitted(): Promise<boolean> {
  const response = await fetch('/session', { cache: 'no-store' }).catch(() => null)
  return response?.status !== 401
}

/** The preload posts the port to this window once the page asks for it. */
function receivePort(): Promise<MessagePort> {
  return new Promise((resolve) => {
    const listen = (event: MessageEvent) => {
      const port = event.ports[0]
      if (event.source !== window || event.data !== 'maskwright:port' || !port) return
      window.removeEventListener('message', listen)
      resolve(port)
    }
    window.addEventListener('message', listen)
    window.postMessage('maskwright:ask-port', location.origin)
  })
}

/** A link over a MessagePort; it is open at once and never reconnects. */
export function portLink(port: MessagePort): PageLink {
  const client: PageClient = createORPCClient(new PortLink({ port, interceptors: [codedCalls] }))
  port.start()
  return { client, state: 'open', onState: () => () => undefined, close: () => port.close() }
}

type Sending = Pick<WebSocket, 'readyState' | 'addEventListener' | 'removeEventListener' | 'send'>

/** A host ends the socket at a message that is too long, and sending it again ends the next one: it is refused here. */
const within = (socket: WebSocket, limitBytes: number): Sending => ({
  get readyState() {
    return socket.readyState
  },
  addEventListener: socket.addEventListener.bind(socket),
  removeEventListener: socket.removeEventListener.bind(socket),
  send(message) {
    // What has more characters than that has more bytes as well.
    const bytes = typeof message === 'string' && message.length > limitBytes ? message.length : new Blob([message]).size
    if (bytes > limitBytes) throw new AppError('input/too-large', `a message of ${bytes} bytes`, { bytes, limitBytes })
    socket.send(message)
  },
})

interface SocketOptions {
  readonly open?: (url: string) => WebSocket
  readonly maxWaitMs?: number
  /** Asked when a socket ends before it opened: false means this page is not let in, so trying again is useless. */
  readonly admitted?: () => Promise<boolean>
}

/** A link over a WebSocket that comes back after the host did: calls made meanwhile wait for it, calls in flight fail with rpc/unavailable. */
export function socketLink(
  url: string,
  { open = (u) => new WebSocket(u), maxWaitMs = 15_000, admitted = () => Promise.resolve(true) }: SocketOptions = {},
): PageLink {
  const listeners = new Set<(state: LinkState) => void>()
  const link = {
    state: 'connecting' as LinkState,
    closed: false,
    tries: 0,
    current: null as SocketLink<Record<never, never>> | null,
    socket: null as WebSocket | null,
  }
  const become = (state: LinkState) => {
    link.state = state
    for (const listener of listeners) listener(state)
  }
  function connect() {
    const socket = open(url)
    socket.binaryType = 'arraybuffer'
    link.socket = socket
    link.current = new SocketLink({ websocket: within(socket, mostMessageBytes) })
    socket.addEventListener('open', () => {
      link.tries = 0
      become('open')
    })
    socket.addEventListener('close', () => {
      link.current = null
      if (link.closed) return
      const opened = link.tries === 0 && link.state === 'open'
      become('connecting')
      const retry = () => setTimeout(() => !link.closed && connect(), Math.min(5_000, 200 * 2 ** link.tries++))
      if (opened) return void retry()
      void admitted().then((yes) => (yes ? retry() : become('refused')))
    })
  }
  const ready = () =>
    new Promise<void>((resolve, reject) => {
      if (link.state === 'open') return resolve()
      const fail = () => settle(() => reject(new AppError('rpc/unavailable', 'the host does not answer')))
      const timer = setTimeout(fail, maxWaitMs)
      const listen = (state: LinkState) => (state === 'open' ? settle(resolve) : state !== 'connecting' && fail())
      const settle = (end: () => void) => {
        clearTimeout(timer)
        listeners.delete(listen)
        end()
      }
      listeners.add(listen)
      if (link.state !== 'connecting') fail()
    })
  connect()
  const client: PageClient = createORPCClient({
    async call(path, input, options) {
      const signal = options.signal
      const next = async () => {
        await ready()
        return link.current!.call(path, input, options)
      }
      return codedCalls(signal ? { next, signal } : { next })
    },
  })
  return {
    client,
    get state() {
      return link.state
    },
    onState(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close() {
      link.closed = true
      link.socket?.close()
      become('closed')
    },
  }
}
