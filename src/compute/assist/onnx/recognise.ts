import path from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import { samMetadataKey, samOverridesSchema, type SamOverrides } from '../../../shared/model/samModel.ts'
import type { Pair, SamAdapter, Signature } from './adapter.ts'
import { samAdapters } from './families/table.ts'
import { brokenModel, type ModelHeader } from './modelHeader.ts'
import { tensorText } from './tensors.ts'

export interface Recognised extends Pair {
  readonly adapter: SamAdapter
  /** With what the file and the user say about it. */
  readonly signature: Signature
  /** What differs from the bare signature. */
  readonly overridden: readonly string[]
}

/** Null where the two are no SAM that is known. */
export function recognise(pair: Pair): { adapter: SamAdapter; signature: Signature } | null {
  for (const adapter of samAdapters) {
    const signature = adapter.recognise(pair)
    if (signature) return { adapter, signature }
  }
  return null
}

/** Errors: assist/unknown-model, assist/broken-model (its own metadata make no sense). */
export function recogniseWith(pair: Pair, overrides: SamOverrides): Recognised {
  const found = recognise(pair)
  if (!found) throw unknownModel(pair.encoder === pair.decoder ? [pair.encoder] : [pair.encoder, pair.decoder])
  const wanted = { ...metadataOf(pair.decoder), ...metadataOf(pair.encoder), ...overrides }
  const { preprocess, prompts } = found.signature
  const signature = { ...found.signature, preprocess: override(preprocess, wanted), prompts: override(prompts, wanted) }
  const overridden = [...changedKeys(preprocess, signature.preprocess), ...changedKeys(prompts, signature.prompts)]
  return { ...pair, adapter: found.adapter, signature, overridden }
}

function override<T extends object>(given: T, wanted: SamOverrides): T {
  const values: Partial<Record<string, unknown>> = wanted
  return Object.fromEntries(Object.entries(given).map(([key, value]) => [key, values[key] === undefined ? value : values[key]])) as T
}

function changedKeys<T extends object>(before: T, after: T): string[] {
  return (Object.keys(before) as (keyof T & string)[]).filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]))
}

function metadataOf({ file, metadata }: ModelHeader): SamOverrides {
  const text = metadata[samMetadataKey]
  if (text === undefined) return {}
  try {
    return samOverridesSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw brokenModel(file, `what it says under ${samMetadataKey} makes no sense`, cause)
  }
}

/** No SAM that is known; names what was found instead. */
export function unknownModel(models: readonly ModelHeader[]): AppError {
  const files = models.map(({ file }) => path.basename(file)).join(', ')
  const list = (side: 'inputs' | 'outputs'): string => models.map((model) => model[side].map(tensorText).join('; ')).join(' | ')
  const [inputs, outputs] = [list('inputs'), list('outputs')]
  return new AppError('assist/unknown-model', `${files} is no SAM that is known: its inputs are ${inputs}, its outputs ${outputs}`, {
    file: files,
    inputs,
    outputs,
  })
}
