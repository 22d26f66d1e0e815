import { z } from 'zod'
import { segformerSchema } from './segformer.ts'

/** Networks by `type`; compute/models builds each of them. */
export const modelSchema = z.discriminatedUnion('type', [segformerSchema])
