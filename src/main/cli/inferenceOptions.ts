import { InvalidArgumentError, Option, type Command as Program } from 'commander'
import { AppError } from '../../shared/errors.ts'
import { inferenceSchema, type Inference } from '../../shared/model/train/inference.ts'

export interface InferenceOptions {
  slide?: number
  stride?: number
  scales?: number[]
  flip?: boolean
  average?: 'probabilities' | 'logits'
}

const numbers = (text: string): number[] => {
  const values = text.split(',').map(Number)
  if (values.some((value) => !Number.isFinite(value))) throw new InvalidArgumentError('numbers, separated by commas, are expected')
  return values
}
const integer = (text: string): number => {
  const [value, ...rest] = numbers(text)
  if (rest.length > 0 || !Number.isInteger(value)) throw new InvalidArgumentError('a whole number is expected')
  return value!
}

/** The flags of how a picture is looked at; commands that score or predict share them. */
export const addInferenceOptions = (program: Program): Program =>
  program
    .option('--slide <pixels>', 'look through windows of this side, a multiple of 32', integer)
    .option('--stride <pixels>', 'with --slide: a window every so many pixels (default: two thirds of it)', integer)
    .option('--scales <factors>', 'look at several sizes, such as 0.75,1,1.25', numbers)
    .option('--flip', 'look at the mirror image as well')
    .addOption(new Option('--average <what>', 'what the looks are averaged by').choices(['probabilities', 'logits']))

/** Undefined when no flag was given, so that the default of the command stands. Errors: config/invalid. */
export function inferenceOf({ slide, stride, scales, flip, average }: InferenceOptions): Inference | undefined {
  if ([slide, stride, scales, flip, average].every((value) => value === undefined)) return undefined
  if (stride !== undefined && slide === undefined)
    throw new AppError('config/invalid', '--stride: only with --slide', { path: '--stride', message: 'only with --slide' })
  const every = stride ?? Math.max(32, Math.round((slide ?? 0) / 48) * 32)
  const window = slide === undefined ? undefined : { type: 'slide', crop: [slide, slide], stride: [every, every] }
  const parsed = inferenceSchema.safeParse({ window, scales, flip, average })
  if (parsed.success) return parsed.data
  const { path, message } = parsed.error.issues[0]!
  const flag = { crop: '--slide', stride: '--stride' }[String(path[1])] ?? `--${String(path[0])}`
  throw new AppError('config/invalid', `${flag}: ${message}`, { path: flag, message })
}
