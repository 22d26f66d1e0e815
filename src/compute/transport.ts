/** What an oRPC port handler needs of the way to the host. */
export interface HostPort {
  on(event: string, callback: (event?: { data: unknown }) => void): void
  postMessage(data: unknown): void
}

/** How this process was started: by a host that talks to it, or alone (a launcher such as mpirun, or a person). */
export type Transport = { kind: 'port'; port: HostPort; onGone(callback: () => void): void } | { kind: 'none' }

interface ParentPort {
  on(event: 'message', callback: (event: { data: unknown }) => void): void
  postMessage(message: unknown): void
}

/** Finds Electron's parent port, the channel of a fork, or nothing. */
export function hostTransport(host: NodeJS.Process = process): Transport {
  const parentPort = (host as NodeJS.Process & { parentPort?: ParentPort | null }).parentPort
  if (parentPort) return electronTransport(host, parentPort)
  return host.send ? forkTransport(host) : { kind: 'none' }
}

function electronTransport(host: NodeJS.Process, parentPort: ParentPort): Transport {
  return {
    kind: 'port',
    // Electron ends a utility process together with its host; SIGTERM is how it asks.
    onGone: (callback) => void host.once('SIGTERM', callback),
    port: {
      on(event, callback) {
        if (event === 'message') parentPort.on('message', ({ data }) => callback({ data }))
      },
      postMessage: (data) => parentPort.postMessage(data),
    },
  }
}

function forkTransport(host: NodeJS.Process): Transport {
  return {
    kind: 'port',
    onGone(callback) {
      host.once('disconnect', callback)
      host.once('SIGTERM', callback)
    },
    port: {
      on(event, callback) {
        if (event === 'message') host.on('message', (data) => callback({ data }))
        else host.once('disconnect', () => callback())
      },
      postMessage(data) {
        // A host that left between the check and the write is told by 'disconnect'.
        if (host.connected) host.send?.(data, undefined, undefined, () => undefined)
      },
    },
  }
}
