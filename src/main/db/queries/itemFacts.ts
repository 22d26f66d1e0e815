import { AppError } from '../../../shared/errors.ts'
import type { Instructions } from '../../../shared/model/itemFacts.ts'
import { mergeInstructions } from '../../../shared/model/mergeInstructions.ts'
import type { PictureChange } from '../../../shared/model/pictureChange.ts'
import { all, one, run, transaction, type Database } from '../connection.ts'
import { appendJournal } from '../journalRows.ts'
import type { OperationInput, OperationOutput } from '../store.ts'
import { missingItem } from './setAside.ts'

/** What is said about one picture as a whole, as the journal keeps it. */
export interface FactsImage {
  id: string
  tags: string[]
  instructions: Instructions
}
interface FactsRow {
  id: string
  datasetId: string
  position: number
  tags: string
  instructions: string
}

export const itemFactsSql = {
  get: `SELECT i.id, i.dataset_id AS datasetId, i.position, i.tags, i.instructions
    FROM item i JOIN dataset d ON d.id = i.dataset_id AND d.state = 'ready' WHERE i.id = ? AND i.aside IS NULL`,
  entry: "SELECT seq, forward, inverse FROM journal WHERE entry_id = ? AND kind = 'item'",
  tags: 'SELECT name, items FROM tag WHERE dataset_id = ? ORDER BY name',
} as const

const imageOf = ({ id, tags, instructions }: FactsRow): FactsImage => ({
  id,
  tags: JSON.parse(tags) as string[],
  instructions: JSON.parse(instructions) as Instructions,
})

const findFacts = (db: Database, itemId: string): FactsRow | undefined => one<FactsRow>(db, itemFactsSql.get, [itemId])

function requireFacts(db: Database, itemId: string): FactsRow {
  const row = findFacts(db, itemId)
  if (!row) throw missingItem(db, itemId)
  return row
}

function write(db: Database, row: FactsRow, image: FactsImage): void {
  run(db, 'UPDATE item SET tags = ?, instructions = ? WHERE id = ?', [
    JSON.stringify(image.tags),
    JSON.stringify(image.instructions),
    row.id,
  ])
  run(db, 'DELETE FROM item_tag WHERE item_id = ?', [row.id])
  for (const name of image.tags) {
    run(db, 'INSERT INTO tag (dataset_id, name) VALUES (?, ?) ON CONFLICT DO NOTHING', [row.datasetId, name])
    run(db, 'INSERT INTO item_tag (dataset_id, name, position, item_id) VALUES (?, ?, ?, ?)', [row.datasetId, name, row.position, row.id])
  }
}

type Changed = { datasetId: string; before: FactsImage; after: FactsImage }
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

const withTags = (image: FactsImage, add: readonly string[], remove: readonly string[]): FactsImage => ({
  ...image,
  tags: [...new Set([...image.tags.filter((tag) => !remove.includes(tag)), ...add])],
})

/** The texts with what others made of them since they were seen. Errors: item/conflict. */
function mergedTexts(now: FactsImage, { instructions, seen }: Extract<PictureChange, { kind: 'instructions' }>): Instructions {
  if (!seen) return instructions
  const merged = mergeInstructions(seen, instructions, now.instructions)
  if (!merged) throw new AppError('item/conflict', 'the texts were changed elsewhere', { id: now.id })
  return merged
}

/** Tags or texts of a picture that is in use, changed; null: they are so already. Errors: item/conflict. */
export function changeFacts(
  db: Database,
  itemId: string,
  change: Extract<PictureChange, { kind: 'tags' | 'instructions' }>,
): { before: FactsImage; after: FactsImage } | null {
  const row = requireFacts(db, itemId)
  const before = imageOf(row)
  const after =
    change.kind === 'tags' ? withTags(before, change.add, change.remove) : { ...before, instructions: mergedTexts(before, change) }
  if (same(before, after)) return null
  write(db, row, after)
  return { before, after }
}

/** Leads from what a gesture left to what it found, or back. Tags that others gave meanwhile stay; texts that others changed refuse it (false). */
export function travelFacts(db: Database, left: FactsImage, wanted: FactsImage): boolean {
  const row = requireFacts(db, left.id)
  const now = imageOf(row)
  const aboutTexts = !same(left.instructions, wanted.instructions)
  if (aboutTexts && !same(now.instructions, left.instructions)) return false
  const gone = left.tags.filter((tag) => !wanted.tags.includes(tag))
  const back = wanted.tags.filter((tag) => !left.tags.includes(tag))
  const { tags } = same(now.tags, left.tags) ? wanted : withTags(now, back, gone)
  write(db, row, { ...now, tags, ...(aboutTexts ? { instructions: wanted.instructions } : {}) })
  return true
}

/** Changes the pictures that differ afterwards; one entry per dataset. */
function change(
  db: Database,
  itemIds: readonly string[],
  command: string,
  who: string | undefined,
  next: (image: FactsImage) => FactsImage | null,
) {
  const changed = [...new Set(itemIds)].flatMap((id): Changed[] => {
    const row = requireFacts(db, id)
    const before = imageOf(row)
    const after = next(before)
    if (!after || same(before, after)) return []
    write(db, row, after)
    return [{ datasetId: row.datasetId, before, after }]
  })
  const datasetIds = [...new Set(changed.map(({ datasetId }) => datasetId))]
  const entryIds = datasetIds.map((datasetId) => {
    const own = changed.filter((one) => one.datasetId === datasetId)
    const [forward, inverse] = [own.map(({ after }) => after), own.map(({ before }) => before)]
    return appendJournal(db, { kind: 'item', client: 'host', command, who: who || null, datasetId, forward, inverse }).entryId
  })
  return { changed: changed.length, datasetIds, entryIds }
}

export const itemFactsReads = {
  'datasets.tags': (db: Database, { datasetId }: OperationInput<'datasets.tags'>): OperationOutput<'datasets.tags'> =>
    all<{ name: string; items: number }>(db, itemFactsSql.tags, [datasetId]),
}

export const itemFactsWrites = {
  'items.setTags': (db: Database, { itemIds, add, remove, who }: OperationInput<'items.setTags'>): OperationOutput<'items.setTags'> =>
    transaction(db, () => change(db, itemIds, 'item.tags', who, (image) => withTags(image, add, remove))),
  'items.setInstructions': (db: Database, input: OperationInput<'items.setInstructions'>): OperationOutput<'items.setInstructions'> =>
    transaction(db, () =>
      change(db, [input.itemId], 'item.instructions', input.who, (image) => ({ ...image, instructions: input.instructions })),
    ),
  'items.undoFacts': (db: Database, { entryIds, who }: OperationInput<'items.undoFacts'>): OperationOutput<'items.undoFacts'> =>
    transaction(db, () => {
      let [changed, missing] = [0, 0]
      const datasetIds = new Set<string>()
      for (const entryId of entryIds) {
        const entry = one<{ forward: string; inverse: string }>(db, itemFactsSql.entry, [entryId])
        if (!entry) throw new AppError('journal/nothing-to-undo', `there is no such change ${entryId}`, { id: entryId })
        const left = new Map((JSON.parse(entry.forward) as FactsImage[]).map((image) => [image.id, image]))
        const inverse = new Map((JSON.parse(entry.inverse) as FactsImage[]).map((image) => [image.id, image]))
        const there = [...left.keys()].filter((id) => findFacts(db, id) !== undefined)
        const result = change(db, there, 'item.undo', who, (now) => (same(now, left.get(now.id)!) ? inverse.get(now.id)! : null))
        changed += result.changed
        missing += left.size - there.length
        for (const id of result.datasetIds) datasetIds.add(id)
      }
      return { changed, missing, datasetIds: [...datasetIds] }
    }),
}
