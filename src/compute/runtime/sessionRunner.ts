import type { Graph } from '../graph/graph.ts'
import type { DType } from '../tensor/dtype.ts'
import { createExecutor } from './createExecutor.ts'
import type { Executor } from './executor.ts'
import { hostData, hostTensor, Session, type RuntimeTensor, type SessionOptions } from './session.ts'

interface HostArray {
  readonly dtype: DType
  readonly dims: readonly number[]
  readonly data: ReturnType<typeof hostData>
}

/**
 * Loads a graph, or a model's bytes, and answers with a function from host arrays to host arrays: for checks and small one-off graphs. What was
 * loaded lives as long as the process.
 */
export function sessionRunner(
  options: SessionOptions,
): (model: Graph | Uint8Array) => Promise<(feeds: Readonly<Record<string, HostArray>>) => Promise<Record<string, HostArray>>> {
  return async (model) => {
    const { executor, inputNames } = await open(model, options)
    return async (feeds) => {
      const tensors: Record<string, RuntimeTensor> = {}
      for (const name of inputNames) {
        const { data, dims, dtype } = feeds[name]!
        tensors[name] = hostTensor(data, dims, dtype)
      }
      const results = Object.entries(await executor.run(tensors))
      return Object.fromEntries(results.map(([name, t]) => [name, { dtype: t.type as DType, dims: t.dims, data: hostData(t) }]))
    }
  }
}

async function open(model: Graph | Uint8Array, options: SessionOptions): Promise<{ executor: Executor; inputNames: readonly string[] }> {
  if (model instanceof Uint8Array) {
    const session = await Session.create(model, options)
    return { executor: session, inputNames: session.inputNames }
  }
  const inputNames = [...model.inputs, ...model.params, ...model.buffers].map(({ name }) => name)
  return { executor: await createExecutor(model, options), inputNames }
}
