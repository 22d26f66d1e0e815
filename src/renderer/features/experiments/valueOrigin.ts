import type { Origin } from '../../../shared/model/config/origin.ts'
import { t, translateOr } from '../../i18n/i18n.ts'
import { fieldLabel } from './fieldValue.ts'
import type { Field } from './schemaField.ts'

export type Origins = Readonly<Record<string, Origin>>

/** What was decided last stands for the whole of a value that has parts. */
const rank: Readonly<Record<Origin['from'], number>> = { default: 0, preset: 1, file: 2, run: 3, page: 4, set: 5, memory: 6 }

/** Where the value of a field comes from: of a list, where its entries were chosen; null where nothing is known of it. */
export function originAt(origins: Origins, { kind, path }: Pick<Field, 'kind' | 'path'>): Origin | null {
  const inside = Object.entries(origins).filter(([at]) => at === path || at.startsWith(`${path}.`))
  const below = (at: string): string => at.slice(path.length + 1)
  const types = inside.filter(([at]) => (kind === 'list' ? /^\d+\.type$/ : /^type$/).test(below(at)))
  const chosen = kind === 'list' || kind === 'item' ? (types.length > 0 ? types : inside) : inside
  return chosen.reduce<Origin | null>((last, [, origin]) => (last && rank[last.from] >= rank[origin.from] ? last : origin), null)
}

/** 'preset bases/voc-data:5, as Crop size'. */
export function originWords({ from, name, line, reference }: Origin): string {
  const where = translateOr(`config.origin.${from}`, from, { name })
  const place = line === null ? where : `${where}:${line}`
  return reference === undefined ? place : t('config.originAs', { place, field: fieldLabel(reference) })
}
