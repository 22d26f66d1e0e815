import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { samOverridesSchema, type SamOverrides } from '../../../shared/model/samModel.ts'

const triple = z.tuple([z.number(), z.number(), z.number()])

/** The keys of an image processor of transformers that change numbers. */
const configSchema = z.object({
  image_mean: triple.optional(),
  image_std: z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]).optional(),
  rescale_factor: z
    .number()
    .positive()
    .default(1 / 255),
  size: z.union([z.object({ longest_edge: z.int() }), z.object({ height: z.int(), width: z.int() })]).optional(),
})

const name = 'preprocessor_config.json'
const limit = 1 << 20

/**
 * What the preprocessor_config.json of transformers says about a model in the same folder, or in `onnx/` beside it. Nothing where there is none, or it is
 * something else.
 */
export function preprocessorConfig(modelFile: string): SamOverrides {
  for (const file of processorConfigFiles(modelFile)) {
    const config = read(file)
    if (config) return possible(asOverrides(config))
  }
  return {}
}

/** Where it may lie, the first place first. */
export function processorConfigFiles(modelFile: string): string[] {
  const folder = path.dirname(modelFile)
  const places = path.basename(folder) === 'onnx' ? [folder, path.dirname(folder)] : [folder]
  return places.map((place) => path.join(place, name))
}

/** Without numbers that nobody can compute with: a frame of a million pixels, a division by nothing. */
function possible(overrides: SamOverrides): SamOverrides {
  const entries = Object.entries(overrides).filter(([key, value]) => samOverridesSchema.safeParse({ [key]: value }).success)
  return Object.fromEntries(entries)
}

function read(file: string): z.infer<typeof configSchema> | null {
  try {
    return statSync(file).size > limit ? null : configSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return null
  }
}

function asOverrides({ image_mean: mean, image_std: std, rescale_factor: factor, size }: z.infer<typeof configSchema>): SamOverrides {
  const scaled = (value: number): number => Math.round((value / factor) * 1e4) / 1e4
  const inBytes = ([r, g, b]: readonly [number, number, number]): [number, number, number] => [scaled(r), scaled(g), scaled(b)]
  const square = size && ('longest_edge' in size ? size.longest_edge : size.height === size.width ? size.height : undefined)
  return { ...(mean && { mean: inBytes(mean) }), ...(std && { std: inBytes(std) }), ...(square && { size: square }) }
}
