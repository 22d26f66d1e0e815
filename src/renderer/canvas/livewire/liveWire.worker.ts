import { WireGraph } from './wireGraph.ts'
import type { FromWire, ToWire } from './wireJob.ts'

/** The thread that finds wires, so that the page never waits for them. */
const scope = self as unknown as { onmessage: ((event: MessageEvent<ToWire>) => void) | null; postMessage(message: FromWire): void }
let current: { readonly token: number; readonly graph: WireGraph } | null = null

scope.onmessage = ({ data }) => {
  if (data.type === 'window') current = { token: data.token, graph: new WireGraph(data.rgba, data.window, data.seed) }
  else if (current?.token === data.token) {
    const { token, to, reach } = data
    scope.postMessage({ token, to, reach, points: current.graph.pathTo(to, reach) })
  }
}
