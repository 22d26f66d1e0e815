import { implement, type Router } from '@orpc/server'
import { pageContract } from '../../shared/api/page/contract.ts'
import type { Call, Connection, PageServices } from './service.ts'

export interface RpcContext {
  readonly connection: Connection
}
export type PageRouter = Router<typeof pageContract, RpcContext>

interface Implementer {
  handler(run: (options: { input: unknown; context: RpcContext; signal?: AbortSignal | undefined }) => unknown): unknown
}

/** The page contract with its handlers; every transport serves this one router. */
export function createPageRouter(services: PageServices): PageRouter {
  const os = implement(pageContract).$context<RpcContext>()
  // One loop instead of forty lines of wiring: AreaService has already checked each handler against its contract.
  const areas = Object.entries(pageContract).map(([area, methods]) => {
    const implementers = (os as unknown as Record<string, Record<string, Implementer>>)[area]!
    const handlers = services[area as keyof PageServices] as unknown as Record<string, (input: unknown, call: Call) => unknown>
    const procedures = Object.keys(methods).map((method) => [
      method,
      implementers[method]!.handler(({ input, context, signal }) => {
        const gone = context.connection.gone
        return handlers[method]!(input, { connection: context.connection, signal: signal ? AbortSignal.any([signal, gone]) : gone })
      }),
    ])
    return [area, Object.fromEntries(procedures) as unknown]
  })
  return os.router(Object.fromEntries(areas) as never)
}
