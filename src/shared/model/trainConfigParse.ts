import { AppError } from '../errors.ts'
import type { ErrorCode, ErrorData } from '../errors.ts'
import { nearestName } from './nearest.ts'
import { divisionProblems } from './train/batchParts.ts'
import { dataProblems } from './train/data/problems.ts'
import { trainConfigJsonSchema, trainConfigSchema } from './trainConfig.ts'
import type { TrainConfig } from './trainConfig.ts'
import { ruleOf, type ConfigRule, type RuleFacts } from './config/rules.ts'
import { childOf, joined, jsonOf, nodeOf, originAt } from './config/node.ts'
import type { ConfigNode } from './config/node.ts'
import { hasPlace, nowhere, originText } from './config/origin.ts'
import type { Origin } from './config/origin.ts'
import { resolveReferences } from './config/references.ts'

/** Which rule a value breaks, with its facts, so that a page can say it in its own language. */
export interface BrokenRule {
  key: ConfigRule
  data: RuleFacts
}
/** A problem of a config: dotted path, what is wrong, the rule, the nearest valid key or type, 'file:line:column' where there is one. */
export interface ConfigProblem {
  code: Extract<ErrorCode, `config/${string}`>
  path: string
  message: string
  rule: BrokenRule
  nearest: string | null
  place: string | null
}
export type ParsedTrainConfig = { config: TrainConfig; problems: [] } | { config: null; problems: ConfigProblem[] }
export type CheckedTrainConfig = ParsedTrainConfig & {
  /** Where each value of `config` was written, by dotted path; empty where there is no config. */
  origins: Record<string, Origin>
}

type Json = Record<string, unknown>
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const dotted = (path: readonly PropertyKey[]): string => path.map(String).join('.')

/** Checks a merged config: puts the values in for its references, fills in the defaults, names the nearest valid one of every unknown key and type. */
export function checkTrainConfig(node: ConfigNode): CheckedTrainConfig {
  let resolved: ConfigNode
  try {
    resolved = resolveReferences(node, defaultAt)
  } catch (error) {
    return { config: null, problems: [problemOf(error)], origins: {} }
  }
  const filled = withDefaultTypes(jsonOf(resolved), trainConfigJsonSchema())
  const parsed = trainConfigSchema.safeParse(filled)
  const found = parsed.success ? crossProblems(parsed.data) : parsed.error.issues.flatMap((issue) => issueProblems(issue, filled, resolved))
  if (parsed.success && found.length === 0) return { config: parsed.data, problems: [], origins: originsOf(parsed.data, resolved) }
  const problems = found.map((problem) => {
    const origin = originAt(resolved, problem.path.split('.'), problem.code === 'config/unknown-key')
    return { ...problem, place: hasPlace(origin) ? originText(origin) : null }
  })
  return { config: null, problems, origins: {} }
}

/** As checkTrainConfig, of plain JSON. */
export function parseTrainConfig(json: unknown): ParsedTrainConfig {
  try {
    return checkTrainConfig(nodeOf(json, nowhere('page')))
  } catch (error) {
    return { config: null, problems: [problemOf(error)] }
  }
}

/** As parseTrainConfig, for callers that cannot go on: the first problem becomes the error. Errors: config/unknown-key, config/unknown-type, config/invalid. */
export const requireTrainConfig = (json: unknown): TrainConfig => orThrow(parseTrainConfig(json)).config

/** The result of a check that found nothing. Errors: the first problem, with the sentences of all. */
export function orThrow<T extends ParsedTrainConfig>(checked: T): Extract<T, { problems: [] }> {
  const { problems } = checked
  const first = problems[0]
  if (!first) return checked as Extract<T, { problems: [] }>
  const { code, path, message, nearest, place, rule } = first
  const lines = problems.map((each) => `${each.place === null ? '' : `${each.place}: `}${each.path}: ${each.message}`)
  throw new AppError(code, lines.join('\n'), { path, message, nearest, file: place, count: problems.length, ...factsOf(rule) })
}

/** The rule as facts of an error: its sentence in the interface is filled with the others. */
export const factsOf = (rule: BrokenRule): ErrorData => ({ rule: rule.key, ...rule.data })

function problemOf(error: unknown): ConfigProblem {
  if (!(error instanceof AppError) || !error.code.startsWith('config/')) throw error
  const { path, message, nearest, file } = error.data
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
  return {
    code: error.code as ConfigProblem['code'],
    path: text(path) ?? '',
    message: text(message) ?? error.message,
    rule: ruleOf(error.data) ?? notValid,
    nearest: text(nearest),
    place: text(file),
  }
}

/** Leaves of the whole config: what no layer gives is a default. */
function originsOf(config: unknown, node: ConfigNode | undefined, path = '', out: Record<string, Origin> = {}): Record<string, Origin> {
  const entries = typeof config === 'object' && config !== null ? Object.entries(config) : []
  if (entries.length === 0 && path !== '') out[path] = node?.origin ?? nowhere('default')
  for (const [key, value] of entries) if (value !== undefined) originsOf(value, node && childOf(node, key), joined(path, key), out)
  return out
}

interface Issue {
  code: string
  path: readonly PropertyKey[]
  message: string
  keys?: readonly string[]
  options?: readonly unknown[]
  values?: readonly unknown[]
  origin?: string
  minimum?: number | bigint
  maximum?: number | bigint
  inclusive?: boolean
  divisor?: number
  expected?: string
  /** What a refinement says about itself. */
  params?: { rule?: BrokenRule }
}

type Found = Omit<ConfigProblem, 'place'>

function issueProblems(issue: Issue, json: unknown, node: ConfigNode): Found[] {
  const path = dotted(issue.path)
  if (issue.code === 'unrecognized_keys') {
    const valid = [...keysAt(issue.path, json), ...(path === '' ? ['bases'] : [])]
    const why = leftOver(issue.path, node)
    return (issue.keys ?? []).map((key) => {
      const nearest = nearestOf(key, valid)
      const rule: BrokenRule = { key: 'unknownKey', data: { key, valid: valid.join(', ') } }
      return { code: 'config/unknown-key', path: joined(path, key), message: `unknown key${hint(nearest, valid)}${why}`, rule, nearest }
    })
  }
  const options = (issue.options ?? issue.values)?.map(String)
  if (options && issue.path.length > 0) {
    const got = valueAt(json, issue.path)
    const nearest = typeof got === 'string' ? nearestOf(got, options) : null
    const isType = issue.path.at(-1) === 'type'
    return [
      {
        code: isType ? 'config/unknown-type' : 'config/invalid',
        path,
        message: `${isType ? 'unknown type' : 'unknown value'} ${JSON.stringify(got) ?? '(none)'}${hint(nearest, options)}`,
        rule: { key: 'unknownValue', data: { value: JSON.stringify(got) ?? '', valid: options.join(', ') } },
        nearest,
      },
    ]
  }
  return [{ code: 'config/invalid', path, message: issue.message, rule: boundRule(issue), nearest: null }]
}

/** Of a value that breaks no bound. */
const notValid: BrokenRule = { key: 'notValid', data: {} }

/** The bound that a value breaks. */
export function boundRule({ code, origin, minimum, maximum, inclusive = true, divisor, expected, params }: Issue): BrokenRule {
  if (code === 'custom') return params?.rule ?? notValid
  const counted = origin === 'array' || origin === 'string'
  if (code === 'too_small' && minimum !== undefined)
    return { key: counted ? 'tooFew' : inclusive ? 'tooSmall' : 'mustExceed', data: { min: Number(minimum) } }
  if (code === 'too_big' && maximum !== undefined)
    return { key: counted ? 'tooMany' : inclusive ? 'tooLarge' : 'mustStayBelow', data: { max: Number(maximum) } }
  if (code === 'not_multiple_of' && divisor !== undefined) return { key: 'notMultiple', data: { multiple: divisor } }
  return code === 'invalid_type' && expected !== undefined ? { key: 'wrongType', data: { expected } } : notValid
}

/** Null where nothing is valid at all. */
const nearestOf = (word: string, valid: readonly string[]): string | null => nearestName(word, valid) || null

const hint = (nearest: string | null, valid: readonly string[]): string =>
  nearest ? `; did you mean "${nearest}"?` : `; valid are ${valid.join(', ')}`

/** A key left over from the component of a base, whose type was changed. */
function leftOver(path: readonly PropertyKey[], node: ConfigNode): string {
  const component = path.reduce<ConfigNode | undefined>((at, key) => at && childOf(at, String(key)), node)
  if (component?.kind !== 'object' || component.oldType === undefined) return ''
  return `; the type was "${component.oldType}" in the base: "_delete_": true beside the new type starts anew`
}

/** Rules between keys, which a form cannot show as bounds. */
function crossProblems(config: TrainConfig): Found[] {
  const problems: Found[] = []
  const invalid = (path: string, message: string, key: ConfigRule, data: RuleFacts = {}) =>
    problems.push({ code: 'config/invalid', path, message, rule: { key, data }, nearest: null })
  const { model, weights } = config
  if (weights?.file === '') invalid('weights.file', 'a file is needed, or no weights at all', 'fileNeeded')
  for (const key of ['dims', 'depths', 'heads', 'srRatios'] as const) {
    if (model.variant === 'custom' && !model[key]) invalid(`model.${key}`, 'needed when variant is "custom"', 'neededForCustom')
    if (model.variant !== 'custom' && model[key])
      invalid(`model.${key}`, `only for variant "custom", not "${model.variant}"`, 'onlyForCustom')
  }
  if (model.dims && model.heads)
    for (let i = 0; i < 4; i++)
      if (model.dims[i]! % model.heads[i]! !== 0)
        invalid(`model.dims.${i}`, `${model.dims[i]!} channels cannot be split over ${model.heads[i]!} heads`, 'headsDoNotDivide', {
          channels: model.dims[i]!,
          heads: model.heads[i]!,
        })
  if (config.loss.every(({ weight }) => weight === 0)) invalid('loss', 'at least one loss needs a weight above 0', 'noLossTeaches')
  const { optimizer } = config
  if (optimizer.type === 'sgd' && optimizer.nesterov && (optimizer.momentum === 0 || optimizer.dampening !== 0))
    invalid('optimizer.nesterov', 'needs a momentum above 0 and a dampening of 0', 'nesterovNeedsMomentum')
  for (const { path, message, rule } of divisionProblems(config)) invalid(path, message, rule.key, rule.data)
  config.loop.validateLater.forEach(({ from }, i, list) => {
    if (i > 0 && from <= list[i - 1]!.from) invalid(`loop.validateLater.${i}.from`, 'must come after the one before it', 'mustComeLater')
  })
  for (const { path, message, rule } of dataProblems(config)) invalid(path, message, rule.key, rule.data)
  return problems
}

/** A component given without `type` takes the type of the default. */
function withDefaultTypes(value: unknown, node: Json): unknown {
  if (Array.isArray(value))
    return isObject(node['items']) ? value.map((entry) => withDefaultTypes(entry, node['items'] as Json)) : (value as unknown[])
  if (!isObject(value)) return value
  const preset = isObject(node['default']) ? node['default']['type'] : undefined
  const typed = typeof preset === 'string' && !('type' in value) ? { type: preset, ...value } : value
  const properties = propertiesOf(node, typed)
  return Object.fromEntries(
    Object.entries(typed).map(([key, entry]) => [key, isObject(properties[key]) ? withDefaultTypes(entry, properties[key]) : entry]),
  )
}

/** Properties of an object node of the JSON Schema; of a typed table, those of the option that the value's `type` names. */
function propertiesOf(node: Json, value: unknown): Json {
  if (isObject(node['properties'])) return node['properties']
  const options = (Array.isArray(node['oneOf']) ? node['oneOf'] : []).filter(isObject)
  const type = isObject(value) ? value['type'] : undefined
  const option = options.find(
    (o) => isObject(o['properties']) && isObject(o['properties']['type']) && o['properties']['type']['const'] === type,
  )
  return isObject(option?.['properties']) ? option['properties'] : {}
}

function keysAt(path: readonly PropertyKey[], json: unknown): string[] {
  let node: Readonly<Json> = trainConfigJsonSchema()
  let value = json
  for (const key of path) {
    const next = typeof key === 'number' ? node['items'] : propertiesOf(node, value)[String(key)]
    value = valueAt(value, [key])
    if (!isObject(next)) return []
    node = next
  }
  return Object.keys(propertiesOf(node, value))
}

/** What the schema puts at a path that no layer gives, for references. */
export function defaultAt(root: ConfigNode, path: readonly string[]): ConfigNode | undefined {
  let node: Readonly<Json> = trainConfigJsonSchema()
  let value: unknown = withDefaultTypes(jsonOf(root), node)
  let fallback: unknown
  for (const key of path) {
    const next = /^\d+$/.test(key) && isObject(node['items']) ? node['items'] : propertiesOf(node, value ?? fallback)[key]
    value = valueAt(value, [key])
    fallback = isObject(next) ? (valueAt(fallback, [key]) ?? next['default']) : valueAt(fallback, [key])
    node = isObject(next) ? next : {}
  }
  return fallback === undefined ? undefined : nodeOf(fallback, nowhere('default'))
}

function valueAt(json: unknown, path: readonly PropertyKey[]): unknown {
  let value = json
  for (const key of path) {
    if (Array.isArray(value)) value = value[Number(key)] as unknown
    else if (isObject(value) && Object.hasOwn(value, String(key))) value = value[String(key)]
    else return undefined
  }
  return value
}
