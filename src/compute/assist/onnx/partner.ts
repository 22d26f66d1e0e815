import { readdirSync } from 'node:fs'
import path from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import type { Pair } from './adapter.ts'
import { pictureInput } from './families/common.ts'
import { readModelHeader, type ModelHeader } from './modelHeader.ts'
import { isSam3, recognise, unknownModel, unsupportedModel } from './recognise.ts'

/** Files of a folder that are looked into for the other half. */
const looked = 500

/**
 * The encoder and the decoder behind two paths, in whichever order, or behind one: a file that does both, or one whose other half lies in the same
 * folder. Names of files say nothing. Errors: those of readModelHeader, assist/unknown-model, assist/unsupported-model, assist/no-partner,
 * assist/ambiguous-partner.
 */
export function findPair(encoderFile: string, decoderFile: string | null): Pair {
  const first = readModelHeader(encoderFile)
  const others = decoderFile === null ? [first] : [readModelHeader(decoderFile)]
  const given = pairsOf(first, others)
  if (given[0]) return given[0]
  const known = [first, ...others.filter((other) => other !== first)]
  if (isSam3(known)) throw unsupportedModel(first, 'SAM 3')
  if (decoderFile !== null || !isHalf(first)) throw unknownModel(known)
  const found = pairsOf(first, neighbours(first))
  if (found[0] && found.length === 1) return found[0]
  const file = path.basename(first.file)
  if (found.length === 0) throw new AppError('assist/no-partner', `${file} is one half of a SAM; no file beside it is the other`, { file })
  const names = found.map(({ encoder, decoder }) => path.basename((encoder === first ? decoder : encoder).file))
  const candidates = names.toSorted((a, b) => alike(file, b) - alike(file, a)).join(', ')
  throw new AppError('assist/ambiguous-partner', `the other half of ${file} may be ${candidates}`, { file, candidates })
}

function pairsOf(one: ModelHeader, others: readonly ModelHeader[]): Pair[] {
  return others.flatMap((other) => {
    const orders = [
      { encoder: one, decoder: other },
      { encoder: other, decoder: one },
    ]
    return orders.filter((pair) => recognise(pair) !== null).slice(0, 1)
  })
}

/** Whether it takes clicks, or makes features of a picture. */
function isHalf(model: ModelHeader): boolean {
  const clicks = model.inputs.some(({ name }) => /point_coords|input_points/.test(name))
  return clicks || (pictureInput(model) !== null && model.outputs.every(({ name, dims }) => /embed|feat/i.test(name) || dims?.length === 5))
}

/** The other models of the folder, as far as they can be read. */
function neighbours({ file }: ModelHeader): ModelHeader[] {
  const folder = path.dirname(file)
  const names = readdirSync(folder).filter((name) => name.toLowerCase().endsWith('.onnx') && name !== path.basename(file))
  return names
    .sort()
    .slice(0, looked)
    .flatMap((name) => {
      try {
        return [readModelHeader(path.join(folder, name))]
      } catch (error) {
        if (error instanceof AppError) return []
        throw error
      }
    })
}

/** Letters that two names begin and end with alike: nothing is decided by it, but the likelier candidate is named first. */
function alike(a: string, b: string): number {
  const shared = (one: string, other: string): number => {
    let count = 0
    while (count < one.length && one[count] === other[count]) count++
    return count
  }
  const reversed = (name: string): string => [...name].reverse().join('')
  return shared(a, b) + shared(reversed(a), reversed(b))
}
