import { z } from 'zod'
import { crossEntropySchema } from './crossEntropy.ts'

/** Losses by `type`; compute/losses builds each of them. */
export const lossSchema = z.discriminatedUnion('type', [crossEntropySchema])
