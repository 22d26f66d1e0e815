import type { PortFacade } from '../services/rpcServer.ts'

/** What Electron's MessagePortMain offers, as far as it is used. */
export interface PortMain {
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown
  on(event: 'close', listener: () => void): unknown
  postMessage(message: unknown): void
  start(): void
}

/** The main end of a window's port; `gone` is aborted when the window lets go of it. */
export function adaptPort(port: PortMain): { facade: PortFacade; gone: AbortSignal } {
  const leaving = new AbortController()
  port.on('close', () => leaving.abort())
  const facade: PortFacade = {
    on(event, callback) {
      if (event === 'message') port.on('message', ({ data }) => callback({ data }))
      else leaving.signal.addEventListener('abort', () => callback(), { once: true })
    },
    postMessage: (data) => port.postMessage(data),
  }
  // Messages wait in the port until it is started; the server has its listeners on by the next turn.
  queueMicrotask(() => port.start())
  return { facade, gone: leaving.signal }
}
