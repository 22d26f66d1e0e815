import type { ItemFilter } from '../../../shared/model/item.ts'
import { statesOfRule, type NextAnswer } from '../../../shared/model/nextRule.ts'
import { all, one, type Database } from '../connection.ts'
import type { OperationInput } from '../store.ts'
import { countItems, filteredFrom, filterParams, itemSql, requireItem } from './items.ts'

const nothing: NextAnswer = { itemId: null, reason: 'none' }
type Found = { id: string; position: number }

export const nextItemSql = {
  /** Pictures that are not finished and hold objects of a model, the least certain first. */
  uncertain: (filter: ItemFilter) => {
    const { from, id } = filteredFrom(filter)
    return `SELECT item.id, item.position, scored.uncertainty FROM
        (SELECT item_id, avg(1 - json_extract(provenance, '$.score')) AS uncertainty FROM annotation INDEXED BY annotation_by_score
         WHERE json_extract(provenance, '$.kind') = 'model' GROUP BY item_id) scored
      CROSS JOIN item ON item.id = scored.item_id
      WHERE item.dataset_id = @datasetId AND (item.status NOT IN ('done', 'reviewed') OR item.id = @itemId) AND item.id IN (SELECT ${id} FROM ${from})
      ORDER BY scored.uncertainty DESC, item.position`
  },
  /** Pictures that are not finished, the least certain first, by what a model said of them as a whole. */
  leastCertain: (filter: ItemFilter) => {
    const { from, id } = filteredFrom(filter)
    return `SELECT item.id, item.position FROM item_certainty scored CROSS JOIN item ON item.id = scored.item_id
      WHERE scored.dataset_id = @datasetId AND (item.status NOT IN ('done', 'reviewed') OR item.id = @itemId) AND item.id IN (SELECT ${id} FROM ${from})
      ORDER BY scored.score, item.position`
  },
  /** A list's first, last or any one by its place. */
  at: (filter: ItemFilter, order: 'ASC' | 'DESC') => {
    const { from, id, position } = filteredFrom(filter)
    return `SELECT ${id} AS id, ${position} AS position FROM ${from} ORDER BY ${position} ${order} LIMIT 1 OFFSET @offset`
  },
} as const

/** The nearest picture in one of the states that way, else the first from the other end. */
function byState(
  db: Database,
  input: OperationInput<'items.nextBy'>,
  states: readonly ItemFilter['status'][],
  here: { datasetId: string; position: number },
): NextAnswer {
  const { itemId, filter, direction } = input
  const forward = direction === 'next'
  const ahead = (a: Found, b: Found): number => (forward ? a.position - b.position : b.position - a.position)
  const lists = states.filter((status) => filter.status === null || filter.status === status).map((status) => ({ ...filter, status }))
  const nearest = (ask: (one: ItemFilter) => Found | undefined): Found | undefined =>
    lists
      .map(ask)
      .filter((found) => found !== undefined && found.id !== itemId)
      .sort((a, b) => ahead(a!, b!))[0]
  const onward = nearest((list) => one(db, itemSql[direction](list), { ...filterParams(here.datasetId, list), position: here.position }))
  if (onward) return { itemId: onward.id, wrapped: false }
  const start = nearest((list) =>
    one(db, nextItemSql.at(list, forward ? 'ASC' : 'DESC'), { ...filterParams(here.datasetId, list), offset: 0 }),
  )
  return start ? { itemId: start.id, wrapped: true } : nothing
}

function byUncertainty(db: Database, { itemId, filter, direction }: OperationInput<'items.nextBy'>, datasetId: string): NextAnswer {
  const ranked = (sql: string): Found[] => all<Found>(db, sql, { ...filterParams(datasetId, filter), itemId })
  const othersOf = (found: readonly Found[]): Found[] => found.filter(({ id }) => id !== itemId)
  // What objects say counts where nothing is known of whole pictures of this list, or no more of them is left.
  const certain = ranked(nextItemSql.leastCertain(filter))
  const list = othersOf(certain).length > 0 ? certain : ranked(nextItemSql.uncertain(filter))
  const others = othersOf(list)
  if (others.length === 0) return { itemId: null, reason: certain.length + list.length === 0 ? 'noScores' : 'none' }
  const here = list.findIndex(({ id }) => id === itemId)
  const place = direction === 'next' ? here + 1 : here - 1
  const inside = place >= 0 && place < list.length
  return { itemId: inside ? list[place]!.id : direction === 'next' ? others[0]!.id : others.at(-1)!.id, wrapped: !inside }
}

function atRandom(db: Database, { itemId, filter }: OperationInput<'items.nextBy'>, datasetId: string): NextAnswer {
  const total = countItems(db, datasetId, filter)
  const place = Math.floor(Math.random() * total)
  // Whoever hits on the open picture takes its neighbour.
  for (const offset of [place, (place + 1) % Math.max(1, total)]) {
    const found = one<Found>(db, nextItemSql.at(filter, 'ASC'), { ...filterParams(datasetId, filter), offset })
    if (found && found.id !== itemId) return { itemId: found.id, wrapped: false }
  }
  return nothing
}

export const nextItemReads = {
  'items.nextBy': (db: Database, input: OperationInput<'items.nextBy'>): NextAnswer =>
    db.transaction(() => {
      const { dataset_id: datasetId, position } = requireItem(db, input.itemId)
      const { rule } = input
      if (rule === 'uncertain') return byUncertainty(db, input, datasetId)
      if (rule === 'random') return atRandom(db, input, datasetId)
      const asked = rule === 'unlabelled' ? { ...input, filter: { ...input.filter, withoutObjects: true } } : input
      return byState(db, asked, statesOfRule[rule], { datasetId, position })
    })(),
}
