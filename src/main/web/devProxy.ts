import { connect } from 'node:net'
import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

/** During development the pages come from vite, through this host, so that they share its origin and its guard. */
export function createDevProxy(target: string) {
  const { hostname, port } = new URL(target)
  const headersFor = (request: IncomingMessage) => ({
    ...request.headers,
    host: `${hostname}:${port}`,
    origin: `http://${hostname}:${port}`,
    cookie: '',
  })
  return {
    page(request: IncomingMessage, response: ServerResponse, headers: Record<string, string>): void {
      const forward = httpRequest({ hostname, port, path: request.url, method: request.method, headers: headersFor(request) }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...headers })
        answer.pipe(response)
      })
      forward.on('error', () => response.writeHead(502).end())
      request.pipe(forward)
    },
    socket(request: IncomingMessage, socket: Duplex, head: Buffer): void {
      const forward = connect(Number(port), hostname, () => {
        const lines = Object.entries(headersFor(request)).flatMap(([name, value]) => (value ? [`${name}: ${String(value)}`] : []))
        forward.write(`${request.method} ${request.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
        forward.write(head)
        socket.pipe(forward).pipe(socket)
      })
      forward.on('error', () => socket.destroy())
      socket.on('error', () => forward.destroy())
    },
  }
}
