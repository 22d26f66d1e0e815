import { z } from 'zod'
import { AppError } from '../errors.ts'
import { nearestName } from './nearest.ts'
import { samTuneConfigSchema, type SamTuneConfig } from './samTune.ts'
import { divisionProblems } from './train/batchParts.ts'
import { boundRule, factsOf, type BrokenRule } from './trainConfigParse.ts'

/** A problem of a config: dotted path, what is wrong, the rule, and the nearest valid key. */
export interface TuneProblem {
  readonly path: string
  readonly message: string
  readonly rule: BrokenRule
  readonly nearest: string | null
}

/** A component given without `type` has the type of the default. */
const defaultTypes = { optimizer: 'adamw', schedule: 'cosine' } as const

function withTypes(json: unknown): unknown {
  if (typeof json !== 'object' || json === null) return json
  const typed = Object.entries(defaultTypes).flatMap(([key, type]) => {
    const given = (json as Record<string, unknown>)[key]
    return typeof given === 'object' && given !== null ? [[key, { type, ...given }] as const] : []
  })
  return { ...json, ...Object.fromEntries(typed) }
}

export function parseSamTune(json: unknown): { config: SamTuneConfig; problems: [] } | { config: null; problems: TuneProblem[] } {
  const parsed = samTuneConfigSchema.safeParse(withTypes(json))
  if (!parsed.success) return { config: null, problems: parsed.error.issues.flatMap(problemsOf) }
  const uneven = divisionProblems(parsed.data).map(({ path, message, rule }) => ({ path, message, rule, nearest: null }))
  return uneven.length > 0 ? { config: null, problems: uneven } : { config: parsed.data, problems: [] }
}

/** Errors: config/invalid, config/unknown-key. */
export function requireSamTune(json: unknown): SamTuneConfig {
  const { config, problems } = parseSamTune(json)
  if (config) return config
  const { path, message, nearest, rule } = problems[0]!
  const text = problems.map((problem) => `${problem.path}: ${problem.message}`).join('\n')
  const code = message.startsWith('unknown key') ? 'config/unknown-key' : 'config/invalid'
  throw new AppError(code, text, { path, message, nearest, count: problems.length, ...factsOf(rule) })
}

function problemsOf(issue: z.core.$ZodIssue): TuneProblem[] {
  const path = issue.path.map(String)
  if (issue.code !== 'unrecognized_keys') return [{ path: path.join('.'), message: issue.message, rule: boundRule(issue), nearest: null }]
  const known = Object.keys(keysAt(path))
  return issue.keys.map((key) => {
    const nearest = nearestName(key, known) || null
    const rule: BrokenRule = { key: 'unknownKey', data: { key, valid: known.join(', ') } }
    return { path: [...path, key].join('.'), message: `unknown key${nearest ? `; did you mean "${nearest}"?` : ''}`, rule, nearest }
  })
}

/** What the schema knows at a path; nothing inside of lists and components. */
function keysAt(path: readonly string[]): Record<string, unknown> {
  let node: { properties?: Record<string, unknown> } = z.toJSONSchema(samTuneConfigSchema, { io: 'input' })
  for (const key of path) node = node.properties?.[key] ?? {}
  return node.properties ?? {}
}
