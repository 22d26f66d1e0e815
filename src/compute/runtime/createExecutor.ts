import { encodeModel } from '../graph/codec.ts'
import type { Graph } from '../graph/graph.ts'
import type { Executor } from './executor.ts'
import { Session, type SessionOptions } from './session.ts'
import { TfjsExecutor } from './tfjs/tfjsExecutor.ts'

/** Loads a graph. Errors: device/not-available, device/failed, device/out-of-memory. */
export async function createExecutor(graph: Graph, options: SessionOptions): Promise<Executor> {
  if (options.provider === 'tfjs') return TfjsExecutor.create(graph)
  return Session.create(encodeModel(graph), options)
}
