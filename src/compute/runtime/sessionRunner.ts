import type { DType } from '../tensor/dtype.ts'
import { hostData, hostTensor, Session, type RuntimeTensor, type SessionOptions } from './session.ts'

interface HostArray {
  readonly dtype: DType
  readonly dims: readonly number[]
  readonly data: ReturnType<typeof hostData>
}

/** Loads a model and answers with a function from host arrays to host arrays: for checks and small one-off graphs. The session lives as long as the process. */
export function sessionRunner(
  options: SessionOptions,
): (model: Uint8Array) => Promise<(feeds: Readonly<Record<string, HostArray>>) => Promise<Record<string, HostArray>>> {
  return async (model) => {
    const session = await Session.create(model, options)
    return async (feeds) => {
      const tensors: Record<string, RuntimeTensor> = {}
      for (const name of session.inputNames) {
        const { data, dims, dtype } = feeds[name]!
        tensors[name] = hostTensor(data, dims, dtype)
      }
      const results = Object.entries(await session.run(tensors))
      return Object.fromEntries(results.map(([name, t]) => [name, { dtype: t.type as DType, dims: t.dims, data: hostData(t) }]))
    }
  }
}
