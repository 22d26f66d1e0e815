import { AppError } from '../errors.ts'
import type { ErrorCode } from '../errors.ts'
import { nearestName } from './nearest.ts'
import { trainConfigJsonSchema, trainConfigSchema } from './trainConfig.ts'
import type { TrainConfig } from './trainConfig.ts'

/** Which rule a value breaks, with its facts, so that a page can say it in its own language. */
export interface BrokenRule {
  key: string
  data: Record<string, string | number>
}
/** A problem of a config: dotted path, what is wrong, the rule where it has a name, the nearest valid key or type. */
export interface ConfigProblem {
  code: Extract<ErrorCode, `config/${string}`>
  path: string
  message: string
  rule: BrokenRule | null
  nearest: string | null
}
export type ParsedTrainConfig = { config: TrainConfig; problems: [] } | { config: null; problems: ConfigProblem[] }

type Json = Record<string, unknown>
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const dotted = (path: readonly PropertyKey[]): string => path.map(String).join('.')
const joined = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`)

/** Checks a config and fills in the defaults; every unknown key and type is named with the nearest valid one. */
export function parseTrainConfig(json: unknown): ParsedTrainConfig {
  const filled = withDefaultTypes(json, trainConfigJsonSchema())
  const parsed = trainConfigSchema.safeParse(filled)
  const problems = parsed.success ? crossProblems(parsed.data) : parsed.error.issues.flatMap((issue) => issueProblems(issue, filled))
  return parsed.success && problems.length === 0 ? { config: parsed.data, problems: [] } : { config: null, problems }
}

/** As parseTrainConfig, for callers that cannot go on: the first problem becomes the error. Errors: config/unknown-key, config/unknown-type, config/invalid. */
export function requireTrainConfig(json: unknown): TrainConfig {
  const { config, problems } = parseTrainConfig(json)
  if (config) return config
  const first = problems[0]!
  throw new AppError(first.code, problems.map((problem) => `${problem.path}: ${problem.message}`).join('; '), {
    path: first.path,
    message: first.message,
    nearest: first.nearest,
    count: problems.length,
  })
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
}

function issueProblems(issue: Issue, json: unknown): ConfigProblem[] {
  const path = dotted(issue.path)
  if (issue.code === 'unrecognized_keys') {
    const valid = keysAt(issue.path, json)
    return (issue.keys ?? []).map((key) => {
      const nearest = nearestOf(key, valid)
      const rule = { key: 'unknownKey', data: { key, valid: valid.join(', ') } }
      return { code: 'config/unknown-key', path: joined(path, key), message: `unknown key${hint(nearest, valid)}`, rule, nearest }
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

/** The bound that a value breaks; null for what has no name here. */
function boundRule({ code, origin, minimum, maximum, inclusive = true, divisor, expected }: Issue): BrokenRule | null {
  const counted = origin === 'array' || origin === 'string'
  if (code === 'too_small' && minimum !== undefined)
    return { key: counted ? 'tooFew' : inclusive ? 'tooSmall' : 'mustExceed', data: { min: Number(minimum) } }
  if (code === 'too_big' && maximum !== undefined)
    return { key: counted ? 'tooMany' : inclusive ? 'tooLarge' : 'mustStayBelow', data: { max: Number(maximum) } }
  if (code === 'not_multiple_of' && divisor !== undefined) return { key: 'notMultiple', data: { multiple: divisor } }
  return code === 'invalid_type' && expected !== undefined ? { key: 'wrongType', data: { expected } } : null
}

/** Null where nothing is valid at all. */
const nearestOf = (word: string, valid: readonly string[]): string | null => nearestName(word, valid) || null

const hint = (nearest: string | null, valid: readonly string[]): string =>
  nearest ? `; did you mean "${nearest}"?` : `; valid are ${valid.join(', ')}`

/** Rules between keys, which a form cannot show as bounds. */
function crossProblems(config: TrainConfig): ConfigProblem[] {
  const problems: ConfigProblem[] = []
  const invalid = (path: string, message: string, key?: string, data: BrokenRule['data'] = {}) =>
    problems.push({ code: 'config/invalid', path, message, rule: key === undefined ? null : { key, data }, nearest: null })
  const { model } = config
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
  // Validation and prediction score a picture at its own size, so only what scales the picture alone may come before the network.
  config.data.val.forEach(({ type }, i) => {
    if (type !== 'Resize' && type !== 'ResizeToMultiple')
      invalid(`data.val.${i}.type`, `${type} is for training; validation knows Resize and ResizeToMultiple`, 'trainingOnly', { type })
  })
  const { optimizer } = config
  if (optimizer.type === 'sgd' && optimizer.nesterov && (optimizer.momentum === 0 || optimizer.dampening !== 0))
    invalid('optimizer.nesterov', 'needs a momentum above 0 and a dampening of 0')
  const { batchSize, cropSize } = config.data
  if (batchSize * cropSize[0] * cropSize[1] > 2 ** 28)
    invalid(
      'data.batchSize',
      `a batch of ${batchSize} crops of ${cropSize[0]} x ${cropSize[1]} pixels is more than 268 million pixels`,
      'batchTooLarge',
    )
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
  let node: Json = trainConfigJsonSchema()
  let value = json
  for (const key of path) {
    const next = typeof key === 'number' ? node['items'] : propertiesOf(node, value)[String(key)]
    value = valueAt(value, [key])
    if (!isObject(next)) return []
    node = next
  }
  return Object.keys(propertiesOf(node, value))
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
