import { configError, originText } from './origin.ts'
import type { ConfigSource, Origin } from './origin.ts'
import { emptyObject, joined, kindOf } from './node.ts'
import type { ConfigNode, Entry, ObjectNode } from './node.ts'
import { readJsonText } from './jsonText.ts'
import { mergeNodes } from './merge.ts'

/** Finds the text that a name in `bases` means, as seen from the text that names it. Errors: config/invalid, file/*. */
export type LoadBase = (name: string, from: Pick<ConfigSource, 'from' | 'name'>, origin: Origin) => Promise<ConfigSource>

const maxLoads = 64

/** A config text merged over its bases; `sources` are all texts it was made from, itself last. References stay as they are. */
export interface LoadedConfig {
  readonly node: ObjectNode
  readonly sources: readonly ConfigSource[]
}

/**
 * Reads a config and its bases, whose own bases come first. Bases are not merged into each other: two that define the same top-level key are an error (specs/runtime.md section 1).
 * Nothing is ever executed. Errors: config/invalid with the place, also for bases that go round in a circle.
 */
export async function loadConfig(source: ConfigSource, load: LoadBase): Promise<LoadedConfig> {
  const sources: ConfigSource[] = []
  let loads = 0
  const counted: LoadBase = async (name, from, origin) => {
    // Each counts, also one that is named again: bases that share bases would double with every level.
    if (++loads > maxLoads) throw configError('config/invalid', origin, 'bases', 'tooManyBases', { most: maxLoads })
    return load(name, from, origin)
  }
  const node = await loadOver(source, counted, sources, [])
  return { node, sources }
}

const nameOf = ({ from, name }: Pick<ConfigSource, 'from' | 'name'>): string => `${from} ${name}`

async function loadOver(source: ConfigSource, load: LoadBase, sources: ConfigSource[], open: readonly ConfigSource[]): Promise<ObjectNode> {
  const own = requireObject(readJsonText(source))
  const names = basesOf(own)
  let merged: ObjectNode = emptyObject(own.origin)
  for (const { name, origin } of names) {
    const base = await load(name, source, origin)
    const round = [...open, source].findIndex((each) => nameOf(each) === nameOf(base))
    if (round >= 0) {
      const way = [...[...open, source].slice(round), base].map((each) => each.name).join(' -> ')
      throw configError('config/invalid', origin, 'bases', 'circle', { way })
    }
    merged = beside(merged, await loadOver(base, load, sources, [...open, source]))
  }
  if (!sources.some((each) => nameOf(each) === nameOf(source))) sources.push(source)
  return requireObject(mergeNodes(merged, withoutBases(own)))
}

/** Two bases side by side. */
function beside(first: ObjectNode, second: ObjectNode): ObjectNode {
  for (const [key, { key: at }] of second.entries) {
    const earlier = first.entries.get(key)
    if (earlier) throw configError('config/invalid', at, key, 'definedTwice', { other: originText(earlier.key) })
  }
  return { ...first, entries: new Map<string, Entry>([...first.entries, ...second.entries]) }
}

export function requireObject(node: ConfigNode): ObjectNode {
  if (node.kind === 'object') return node
  throw configError('config/invalid', node.origin, '', 'noConfigObject', { found: kindOf(node) })
}

/** The names under `bases`, each with its place. Errors: config/invalid for anything but a list of texts. */
export function basesOf(config: ObjectNode): { name: string; origin: Origin }[] {
  const bases = config.entries.get('bases')?.node
  if (!bases) return []
  if (bases.kind !== 'list') throw configError('config/invalid', bases.origin, 'bases', 'namesExpected', { found: kindOf(bases) })
  return bases.items.map((item, i) => {
    if (item.kind === 'scalar' && typeof item.value === 'string' && item.value !== '') return { name: item.value, origin: item.origin }
    throw configError('config/invalid', item.origin, joined('bases', i), 'nameExpected', { found: kindOf(item) })
  })
}

function withoutBases(config: ObjectNode): ObjectNode {
  const entries = new Map(config.entries)
  entries.delete('bases')
  return { ...config, entries }
}
