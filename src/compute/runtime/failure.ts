import { AppError } from '../../shared/errors.ts'
import type { Provider } from '../../shared/model/device.ts'

/** What ONNX Runtime, its providers and the JavaScript engine say when memory runs out. */
const allocationFailed =
  /bad alloc|bad_alloc|failed to allocate memory|out of memory|array buffer allocation failed|invalid typed array length|invalid array (buffer )?length/i

/** What a runtime threw, as an error with a code: device/out-of-memory or device/failed. */
export function runtimeFailure(provider: Provider, what: string, cause: unknown): AppError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const code = allocationFailed.test(reason) ? 'device/out-of-memory' : 'device/failed'
  return new AppError(code, `${provider} ${what}: ${reason}`, { provider, why: 'runtimeRefuses', reason }, { cause })
}
