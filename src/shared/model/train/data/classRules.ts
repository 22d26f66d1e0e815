import { z } from 'zod'
import { advanced } from '../parts.ts'

const className = z.string().min(1).max(200)
const classNames = z.array(className).max(255)

/** Which classes of the dataset are learnt, and as what; applied when the label maps are drawn. What is left out becomes void. */
export const classRulesSchema = z.strictObject({
  /** The first class is void and all others move down by one (ADE20K). */
  reduceZeroLabel: z.boolean().default(false),
  /** New or existing class -> the classes that become part of it. */
  merge: z.record(className, classNames.min(1)).default({}).meta({ control: 'classMerge' }),
  /** When given, only these, in this order. */
  include: classNames.default([]).meta({ control: 'classNames' }),
  exclude: classNames.default([]).meta({ ...advanced, control: 'classNames' }),
})
export type ClassRules = z.infer<typeof classRulesSchema>
