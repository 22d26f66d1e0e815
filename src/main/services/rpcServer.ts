import { createRouterClient } from '@orpc/server'
import { RPCHandler as PortHandler } from '@orpc/server/message-port'
import { RPCHandler as SocketHandler } from '@orpc/server/websocket'
import type { PageClient } from '../../shared/api/page/contract.ts'
import { codedAnswers, codedCalls } from '../../shared/api/rpcErrors.ts'
import type { Logger } from '../log.ts'
import type { PageRouter } from './router.ts'
import type { Connection } from './service.ts'

/** What a socket must offer: `send` resolves when there is room again (back-pressure). */
export interface SocketFacade {
  send(message: string | Uint8Array<ArrayBuffer>): Promise<void>
}

/** What a port must offer: worker MessagePort, Electron's MessagePortMain in the shape of `on`, a child process. */
export interface PortFacade {
  on(event: string, callback: (event?: { data: unknown }) => void): void
  postMessage(data: unknown): void
}

/** One router over every transport: sockets, ports, and calls from the same process. */
export interface RpcServer {
  /** Handles one message of a socket; resolves when its answer (or its whole stream) is sent. */
  message(socket: SocketFacade, data: string | ArrayBuffer, connection: Connection): Promise<void>
  closeSocket(socket: SocketFacade): void
  servePort(port: PortFacade, connection: Connection): void
  /** The same contract without a transport: input is parsed, errors are coded. */
  localClient(connection: Connection): PageClient
}

export function createRpcServer(router: PageRouter, log: Logger): RpcServer {
  const answers = codedAnswers((error, path) => log.error({ err: error, method: path.join('.') }, 'unexpected error in a method'))
  const options = { clientInterceptors: [answers] }
  const sockets = new SocketHandler(router, options)
  const ports = new PortHandler(router, options)
  return {
    message: (socket, data, connection) => sockets.message(socket as never, data, { context: { connection } }),
    closeSocket: (socket) => sockets.close(socket as never),
    servePort: (port, connection) => ports.upgrade(port, { context: { connection } }),
    localClient: (connection) =>
      createRouterClient(router, {
        context: { connection },
        interceptors: [(call) => codedCalls(call) as never, (call) => answers(call) as never],
      }),
  }
}
