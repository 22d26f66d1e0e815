import { oc } from '@orpc/contract'
import { z } from 'zod'
import { wireErrorSchema } from '../../errors.ts'

/** query reads; command is one transaction; job answers at once with an id and goes on; stream is an async iterator. */
export type MethodKind = 'query' | 'command' | 'job' | 'stream'

/** Every expected failure travels as this one oRPC error; `data` is the coded AppError. */
const base = oc.$meta<{ kind: MethodKind }>({ kind: 'query' }).errors({ APP: { status: 400, data: wireErrorSchema } })

export const query = base.meta({ kind: 'query' })
export const command = base.meta({ kind: 'command' })
export const job = base.meta({ kind: 'job' })
export const stream = base.meta({ kind: 'stream' })

export const nothing = z.object({})
export const jobStarted = z.object({ jobId: z.string() })
