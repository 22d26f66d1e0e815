import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { ErrorCode } from '../../errors.ts'
import { ruleClause, type ConfigRule, type RuleFacts } from './rules.ts'

/**
 * Where a value of a config was written. `name` is the preset, the file, the assignment of a --set or the run; lines and columns count from 1 and are
 * null where there is no text; 'memory' is the studio itself, after a training ran out of it. `reference` is the path of a `${path}` that the value came through.
 */
export const originSchema = z.strictObject({
  from: z.enum(['default', 'preset', 'file', 'set', 'page', 'run', 'memory']),
  name: z.string().max(4096),
  line: z.int().min(1).nullable(),
  column: z.int().min(1).nullable(),
  reference: z.string().max(1024).optional(),
})
export type Origin = z.infer<typeof originSchema>

/** A text that a config was made from; stored with the run as it was read. */
export const sourceSchema = z.strictObject({
  from: z.enum(['preset', 'file', 'set']),
  name: z.string().max(4096),
  text: z.string().max(2 ** 20),
})
export type ConfigSource = z.infer<typeof sourceSchema>

/** What a run remembers of its config: the origin of every value by dotted path, and the texts they point into (config.origin.json). */
export const configRecordSchema = z.strictObject({
  origins: z.record(z.string(), originSchema),
  sources: z.array(sourceSchema).max(256),
})
export type ConfigRecord = z.infer<typeof configRecordSchema>

export const nowhere = (from: Origin['from'], name = ''): Origin => ({ from, name, line: null, column: null })

/** 'cfg.json:3:5', 'preset segformer-b2:3:5', '--set loop.epochs=3', 'default'. */
export function originText({ from, name, line, column, reference }: Origin): string {
  const label = {
    default: 'default',
    preset: `preset ${name}`,
    file: name,
    set: `--set ${name}`,
    page: 'form',
    run: name,
    memory: 'memory ran out',
  }[from]
  const place = line === null ? label : `${label}:${line}:${column ?? 1}`
  return reference === undefined ? place : `${place} (\${${reference}})`
}

/** Whether it says more than who: a text, or a --set. */
export const hasPlace = ({ from }: Origin): boolean => from === 'file' || from === 'preset' || from === 'set'

/** A coded error that begins with the place the value was written at; the rule and its facts are its sentence. */
export function configError(
  code: Extract<ErrorCode, `config/${string}`>,
  origin: Origin,
  path: string,
  rule: ConfigRule,
  facts: RuleFacts = {},
  nearest: string | null = null,
): AppError {
  const message = `${ruleClause(rule, facts)}${nearest === null ? '' : `; did you mean "${nearest}"?`}`
  const place = hasPlace(origin) ? originText(origin) : null
  const { line, column } = origin
  const words = [place, path, message].filter((word) => word !== null && word !== '')
  return new AppError(code, words.join(': '), { ...facts, path, message, rule, nearest, file: place, line, column })
}
