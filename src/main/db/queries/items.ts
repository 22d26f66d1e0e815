import type { Item, ItemFilter } from '../../../shared/model/item.ts'
import { all, one, type Database } from '../connection.ts'
import type { ItemFiles, SourceFile } from '../records.ts'
import type { OperationInput, OperationOutput } from '../store.ts'
import { annotationsAndOrigins, originsOf } from './annotationRows.ts'
import { commentSql } from './comments.ts'
import { missingItem } from './setAside.ts'

interface ItemRow {
  id: string
  dataset_id: string
  name: string
  rel_path: string
  position: number
  width: number
  height: number
  orientation: number
  bytes: number
  status: Item['status']
  status_by: string | null
  status_at: number | null
  status_note: string
  open_comments: number
  tags: string
  instructions: string
  annotation_count: number
  rev: number
  digest: string
  imported_digest: string
}

type FilterParams = {
  datasetId: string
  split: string | null
  classId: string | null
  status: string | null
  text: string
  name: string
  tag: string | null
  scoreFrom: number
  scoreTo: number
}

/**
 * The rows a filter lets through: the narrowest index it offers drives, and the item itself is only joined when its own fields are asked about, so that a
 * far offset walks one index. `id` and `position` are the columns of the driving table.
 */
export function filteredFrom(filter: ItemFilter): { from: string; id: string; position: string } {
  // Of those set aside, splits, classes and tags hold nothing.
  const tests: string[] = []
  const splitIs = '(SELECT id FROM split WHERE dataset_id = @datasetId AND name = @split)'
  const commented = filter.openComments === true
  const named = filter.name !== undefined
  const empty = filter.withoutObjects === true
  const ofItem = filter.status !== null || filter.text !== '' || named || commented || empty
  if (filter.status !== null) tests.push('i.status = @status')
  if (filter.text !== '') tests.push("i.name LIKE @text ESCAPE '\\'")
  if (named) tests.push('i.name = @name')
  if (commented) tests.push('i.open_comments > 0')
  if (empty) tests.push('i.annotation_count = 0')
  const tagged = (filter.tag ?? null) !== null
  const scored = (id: string) =>
    filter.score
      ? [`EXISTS (SELECT 1 FROM item_certainty x WHERE x.item_id = ${id} AND x.score >= @scoreFrom AND x.score <= @scoreTo)`]
      : []
  const hasTag = (position: string) =>
    `EXISTS (SELECT 1 FROM item_tag t WHERE t.dataset_id = @datasetId AND t.name = @tag AND t.position = ${position})`
  if (filter.classId !== null) {
    if (filter.split !== null)
      tests.unshift(`EXISTS (SELECT 1 FROM item_split s WHERE s.split_id = ${splitIs} AND s.position = c.position)`)
    if (tagged) tests.push(hasTag('c.position'))
    const join = ofItem ? ' CROSS JOIN item i ON i.id = c.item_id' : ''
    tests.push(...scored('c.item_id'))
    const from = `item_class c${join} WHERE c.class_id = (SELECT id FROM class WHERE id = @classId AND dataset_id = @datasetId)`
    return { from: [from, ...tests].join(' AND '), id: 'c.item_id', position: 'c.position' }
  }
  if (filter.split !== null) {
    if (tagged) tests.push(hasTag('s.position'))
    const join = ofItem ? ' CROSS JOIN item i ON i.id = s.item_id' : ''
    tests.push(...scored('s.item_id'))
    return { from: [`item_split s${join} WHERE s.split_id = ${splitIs}`, ...tests].join(' AND '), id: 's.item_id', position: 's.position' }
  }
  if (tagged) {
    const join = ofItem ? ' CROSS JOIN item i ON i.id = t.item_id' : ''
    tests.push(...scored('t.item_id'))
    const from = `item_tag t${join} WHERE t.dataset_id = @datasetId AND t.name = @tag`
    return { from: [from, ...tests].join(' AND '), id: 't.item_id', position: 't.position' }
  }
  tests.push(...scored('i.id'))
  const from = 'item i WHERE i.dataset_id = @datasetId AND i.aside IS NULL'
  return { from: [from, ...tests].join(' AND '), id: 'i.id', position: 'i.position' }
}

export function filterParams(datasetId: string, filter: ItemFilter): FilterParams {
  return {
    datasetId,
    split: filter.split,
    classId: filter.classId,
    status: filter.status,
    tag: filter.tag ?? null,
    scoreFrom: filter.score?.from ?? 0,
    scoreTo: filter.score?.to ?? 1,
    name: filter.name ?? '',
    text: `%${filter.text.replace(/[\\%_]/g, '\\$&')}%`,
  }
}

export const itemSql = {
  get: "SELECT i.* FROM item i JOIN dataset d ON d.id = i.dataset_id AND d.state = 'ready' WHERE i.id = ? AND i.aside IS NULL",
  splits: 'SELECT s.name FROM item_split x JOIN split s ON s.id = x.split_id WHERE x.item_id = ? ORDER BY s.id',
  classIds: 'SELECT x.class_id AS id FROM item_class x JOIN class c ON c.id = x.class_id WHERE x.item_id = ? ORDER BY c.position',
  sources: 'SELECT kind, rel_path AS relPath, sha256, bytes FROM source_file WHERE item_id = ? ORDER BY kind',
  page: 'SELECT * FROM item WHERE dataset_id = ? AND aside IS NULL AND position > ? ORDER BY position LIMIT ?',
  window: (filter: ItemFilter) => {
    const { from, id, position } = filteredFrom(filter)
    return `SELECT item.* FROM (SELECT ${id} AS id, ${position} AS position FROM ${from} ORDER BY ${position} LIMIT @limit OFFSET @offset) found
      CROSS JOIN item ON item.id = found.id ORDER BY found.position`
  },
  count: (filter: ItemFilter) => `SELECT count(*) AS n FROM ${filteredFrom(filter).from}`,
  before: (filter: ItemFilter) => {
    const { from, position } = filteredFrom(filter)
    return `SELECT count(*) AS n FROM ${from} AND ${position} < @position`
  },
  here: (filter: ItemFilter) => {
    const { from, position } = filteredFrom(filter)
    return `SELECT 1 FROM ${from} AND ${position} = @position`
  },
  previous: (filter: ItemFilter) => {
    const { from, id, position } = filteredFrom(filter)
    return `SELECT ${id} AS id, ${position} AS position FROM ${from} AND ${position} < @position ORDER BY ${position} DESC LIMIT 1`
  },
  next: (filter: ItemFilter) => {
    const { from, id, position } = filteredFrom(filter)
    return `SELECT ${id} AS id, ${position} AS position FROM ${from} AND ${position} > @position ORDER BY ${position} LIMIT 1`
  },
} as const

const saidOf = ({ tags, instructions }: ItemRow): Pick<Item, 'tags' | 'instructions'> => ({
  tags: JSON.parse(tags) as string[],
  instructions: JSON.parse(instructions) as Item['instructions'],
})

function toItem(db: Database, row: ItemRow): Item {
  return {
    id: row.id,
    datasetId: row.dataset_id,
    name: row.name,
    relPath: row.rel_path,
    width: row.width,
    height: row.height,
    orientation: row.orientation,
    bytes: row.bytes,
    status: row.status,
    statusBy: row.status_by,
    statusAt: row.status_at,
    statusNote: row.status_note,
    splits: all<{ name: string }>(db, itemSql.splits, [row.id]).map((split) => split.name),
    annotationCount: row.annotation_count,
    classIds: all<{ id: string }>(db, itemSql.classIds, [row.id]).map((found) => found.id),
    ...saidOf(row),
    openComments: row.open_comments,
    rev: row.rev,
  }
}

/** Errors: item/not-found, item/set-aside. */
export function requireItem(db: Database, itemId: string): ItemRow {
  const row = one<ItemRow>(db, itemSql.get, [itemId])
  if (!row) throw missingItem(db, itemId)
  return row
}

/** How many items a filter lets through; the counters answer where they can. */
export function countItems(db: Database, datasetId: string, filter: ItemFilter): number {
  const { split, classId, status, text, name, score } = filter
  const bySplit = text === '' && name === undefined && classId === null && status === null && filter.withoutObjects !== true
  if (bySplit && filter.openComments !== true && (filter.tag ?? null) === null && !score) {
    const counter =
      split === null
        ? one<{ n: number }>(db, 'SELECT items AS n FROM dataset WHERE id = ?', [datasetId])
        : one<{ n: number }>(db, 'SELECT items AS n FROM split WHERE dataset_id = ? AND name = ?', [datasetId, split])
    return counter?.n ?? 0
  }
  return one<{ n: number }>(db, itemSql.count(filter), filterParams(datasetId, filter))!.n
}

function toFiles(db: Database, row: ItemRow, source: Source, origins: ItemFiles['origins']): ItemFiles {
  const sources = all<SourceFile>(db, itemSql.sources, [row.id])
  return {
    itemId: row.id,
    datasetId: row.dataset_id,
    ...source,
    name: row.name,
    relPath: row.rel_path,
    position: row.position,
    width: row.width,
    height: row.height,
    orientation: row.orientation,
    rev: row.rev,
    status: row.status,
    imageSha256: sources.find((source) => source.kind === 'image')?.sha256 ?? '',
    sources,
    digest: row.digest,
    importedDigest: row.imported_digest,
    origins,
  }
}

type Source = Pick<ItemFiles, 'rootPath' | 'importedAt'>
const sourceOf = (db: Database, datasetId: string): Source =>
  one<Source>(db, 'SELECT root_path AS rootPath, created_at AS importedAt FROM dataset WHERE id = ?', [datasetId]) ?? {
    rootPath: '',
    importedAt: 0,
  }

export const itemReads = {
  'items.window': (db: Database, { datasetId, filter, offset, limit }: OperationInput<'items.window'>): OperationOutput<'items.window'> =>
    db.transaction(() => {
      const rows = all<ItemRow>(db, itemSql.window(filter), { ...filterParams(datasetId, filter), offset, limit })
      return { total: countItems(db, datasetId, filter), offset, items: rows.map((row) => toItem(db, row)) }
    })(),
  'items.get': (db: Database, { itemId }: OperationInput<'items.get'>): Item => toItem(db, requireItem(db, itemId)),
  'items.neighbours': (db: Database, { itemId, filter }: OperationInput<'items.neighbours'>): OperationOutput<'items.neighbours'> => {
    const { dataset_id: datasetId, position } = requireItem(db, itemId)
    const params = { ...filterParams(datasetId, filter), position }
    return {
      index: one<{ n: number }>(db, itemSql.before(filter), params)!.n,
      total: countItems(db, datasetId, filter),
      listed: one(db, itemSql.here(filter), params) !== undefined,
      previous: one<{ id: string }>(db, itemSql.previous(filter), params)?.id ?? null,
      next: one<{ id: string }>(db, itemSql.next(filter), params)?.id ?? null,
    }
  },
  'items.files': (db: Database, { itemId }: OperationInput<'items.files'>): ItemFiles => {
    const row = requireItem(db, itemId)
    return toFiles(db, row, sourceOf(db, row.dataset_id), originsOf(db, itemId))
  },
  'items.page': (db: Database, { datasetId, after, limit }: OperationInput<'items.page'>): OperationOutput<'items.page'> =>
    db.transaction(() => {
      const source = sourceOf(db, datasetId)
      return all<ItemRow>(db, itemSql.page, [datasetId, after, limit]).map((row) => {
        const { annotations, origins } = annotationsAndOrigins(db, row.id)
        const comments = one<{ n: number }>(db, commentSql.count, [row.id])!.n
        return { ...toFiles(db, row, source, origins), annotations, comments, ...saidOf(row) }
      })
    })(),
}
