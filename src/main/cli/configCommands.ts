import type { PageClient } from '../../shared/api/page/contract.ts'
import { AppError } from '../../shared/errors.ts'
import { nowhere, originText, type ConfigRecord, type Origin } from '../../shared/model/config/origin.ts'
import { resolveConfig, type ConfigArguments } from './configFiles.ts'
import { findRun } from './lookup.ts'
import { table, type Output } from './output.ts'

/** A whole config with the place of each value. */
interface Shown {
  readonly config: Record<string, unknown>
  readonly record: ConfigRecord
}

/** A .json file, a preset, or the run that `#4` names (which needs its project). */
async function configNamed(client: PageClient, name: string, set: readonly string[], preset?: string): Promise<Shown> {
  if (!/^#\d+$/.test(name)) return resolveConfig(client, { config: name, set, preset })
  if (set.length > 0 || preset !== undefined)
    throw new AppError('input/invalid', `${name} has been trained as it is: --set and --preset change nothing about it`)
  const { config, record } = await client.runs.get({ runId: (await findRun(client, name)).id })
  return { config, record: record ?? { origins: {}, sources: [] } }
}

export async function showConfig(
  client: PageClient,
  output: Output,
  { config: name, preset, set }: ConfigArguments,
  origins: boolean,
): Promise<void> {
  const { config, record } =
    name === undefined ? await resolveConfig(client, { preset, set }) : await configNamed(client, name, set, preset)
  output.result(origins ? { config, ...record } : config, () =>
    origins ? originLines({ config, record }) : JSON.stringify(config, null, 2),
  )
}

function originLines(shown: Shown): string[] {
  const rows = [...leavesOf(shown.config)].map(([path, value]) => [path, JSON.stringify(value), originText(originOf(shown, path))])
  return table(['key', 'value', 'from'], rows)
}

const originOf = ({ record }: Shown, path: string): Origin => record.origins[path] ?? nowhere('default')

interface Difference {
  readonly path: string
  readonly a: unknown
  readonly b: unknown
  readonly fromA: Origin | null
  readonly fromB: Origin | null
}

/** Every value that two configs do not share; what only one has is undefined in the other. Errors: as resolveConfig, run/not-found. */
export async function diffConfigs(
  client: PageClient,
  output: Output,
  first: string,
  second: string,
  set: readonly string[],
): Promise<void> {
  const a = await configNamed(client, first, [])
  const b = await configNamed(client, second, set)
  const [inA, inB] = [new Map(leavesOf(a.config)), new Map(leavesOf(b.config))]
  const differences = [...new Set([...inA.keys(), ...inB.keys()])].flatMap((path): Difference[] => {
    const [left, right] = [inA.get(path), inB.get(path)]
    if (JSON.stringify(left) === JSON.stringify(right)) return []
    return [{ path, a: left, b: right, fromA: inA.has(path) ? originOf(a, path) : null, fromB: inB.has(path) ? originOf(b, path) : null }]
  })
  const show = (value: unknown, origin: Origin | null) => (origin ? [JSON.stringify(value), originText(origin)] : ['–', ''])
  output.result({ a: first, b: second, differences }, () =>
    differences.length === 0
      ? 'no difference'
      : table(
          ['key', first, 'from', second, 'from'],
          differences.map(({ path, fromA, fromB, ...values }) => [path, ...show(values.a, fromA), ...show(values.b, fromB)]),
        ),
  )
}

/** Values by dotted path, in the order of the schema; an empty list or object is a value. */
function* leavesOf(value: unknown, path = ''): Generator<[string, unknown]> {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : []
  if (entries.length === 0) yield [path, value]
  for (const [key, inner] of entries) if (inner !== undefined) yield* leavesOf(inner, path === '' ? key : `${path}.${key}`)
}
