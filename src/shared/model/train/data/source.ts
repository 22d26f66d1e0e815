import { z } from 'zod'
import { advanced } from '../parts.ts'
import { transformSchema } from '../transforms/table.ts'

export const splitNames = z.array(z.string().min(1)).max(64)

/** Pictures that are trained on. */
export const sourceSchema = z.strictObject({
  splits: splitNames.min(1),
  /** Name of another dataset of the project; its classes are found by name, those the training does not know are void. null: the dataset of the run. */
  dataset: z.string().min(1).max(200).nullable().default(null),
  /** How often an epoch shows each picture; 0.5 shows half of them. Mixed by rates, the rates decide. */
  repeat: z.number().min(0.01).max(1000).default(1),
  /** An empty list is data.train. */
  transforms: z.array(transformSchema).max(32).default([]).meta(advanced),
})

/** Draws with replacement instead of showing every picture: the source by its rate, then any of its pictures. */
export const mixSchema = z.strictObject({
  /** One per source, in any unit. */
  rates: z.array(z.number().min(0).max(1e6)).min(1).max(64),
  samplesPerEpoch: z.int().min(1).max(10_000_000).meta({ unit: 'images' }),
})
