import type { Database } from '../../../src/main/db/connection.ts'
import { canonicalJson } from '../../../src/main/db/contentDigest.ts'
import type { FactsImage } from '../../../src/main/db/queries/itemFacts.ts'
import type { StatusImage } from '../../../src/main/db/queries/itemStatus.ts'
import type { Instructions } from '../../../src/shared/model/itemFacts.ts'
import type { JournalRow } from './checkProject.ts'

/** What is said about a picture as a whole; nothing is known of who began it and when, for the first edit leaves no entry of that. */
export interface Picture {
  readonly tags: readonly string[]
  readonly instructions: Instructions
  readonly status: string
  readonly note: string
  readonly signed: { readonly by: string | null; readonly at: number | null } | null
}

export type Expect = (held: boolean, fault: string) => void

export const rows = <Row>(db: Database, sql: string): Row[] => db.prepare(sql).all() as Row[]

/** Equal as JSON says it: what a browser sent and what came back from disk. */
export const same = (a: unknown, b: unknown): boolean => canonicalJson(a) === canonicalJson(b)

interface PictureRow {
  readonly id: string
  readonly tags: string
  readonly instructions: string
  readonly status: string
  readonly note: string
  readonly by: string | null
  readonly at: number | null
}

export function picturesOf(db: Database): Map<string, Picture> {
  const all = rows<PictureRow>(
    db,
    'SELECT id, tags, instructions, status, status_note AS note, status_by AS "by", status_at AS at FROM item',
  )
  return new Map(
    all.map(({ id, tags, instructions, status, note, by, at }) => [
      id,
      { tags: JSON.parse(tags) as string[], instructions: JSON.parse(instructions) as Instructions, status, note, signed: { by, at } },
    ]),
  )
}

type Image = FactsImage | StatusImage
const imagesOf = (list: string): Image[] => JSON.parse(list) as Image[]

/** Whether an entry tells of pictures as a whole, not of objects. */
export function isAboutPictures({ kind, forward }: JournalRow): boolean {
  if (kind === 'item' || kind === 'status') return true
  const [first] = imagesOf(forward)
  return first !== undefined && ('tags' in first || 'status' in first)
}

/** The first change of its objects begins a picture. */
export function begin(pictures: Map<string, Picture>, itemId: string): void {
  const picture = pictures.get(itemId)
  if (picture?.status === 'todo') pictures.set(itemId, { ...picture, status: 'inProgress', note: '', signed: null })
}

/** Carries out an entry about pictures. */
export function tellPictures(pictures: Map<string, Picture>, row: JournalRow, expect: Expect): void {
  const inverse = imagesOf(row.inverse)
  for (const [i, after] of imagesOf(row.forward).entries()) {
    const [now, before] = [pictures.get(after.id), inverse[i]]
    if (!now || before?.id !== after.id) {
      expect(false, `entry ${row.seq} did not find the picture ${after.id}`)
    } else if ('tags' in after && 'tags' in before) {
      const isFirst = row.kind === 'item'
      if (isFirst) expect(same([now.tags, now.instructions], [before.tags, before.instructions]), `entry ${row.seq} found other facts`)
      pictures.set(after.id, { ...now, ...(isFirst ? factsOf(after) : travelled(now, before, after)) })
    } else if ('status' in after && 'status' in before) {
      const { status, note, by, at } = after
      if (row.kind === 'status') expect(now.status === before.status && now.note === before.note, `entry ${row.seq} found another state`)
      pictures.set(after.id, { ...now, status, note, signed: { by, at } })
    }
  }
}

const factsOf = ({ tags, instructions }: FactsImage): Pick<Picture, 'tags' | 'instructions'> => ({ tags, instructions })

/** Undo and redo of tags are a difference: what others gave meanwhile stays. */
function travelled(now: Picture, left: FactsImage, wanted: FactsImage): Pick<Picture, 'tags' | 'instructions'> {
  if (same(now.tags, left.tags)) return { tags: wanted.tags, instructions: textsOf(now, left, wanted) }
  const kept = now.tags.filter((tag) => wanted.tags.includes(tag) || !left.tags.includes(tag))
  const back = wanted.tags.filter((tag) => !left.tags.includes(tag))
  return { tags: [...new Set([...kept, ...back])], instructions: textsOf(now, left, wanted) }
}

const textsOf = (now: Picture, left: FactsImage, wanted: FactsImage): Instructions =>
  same(left.instructions, wanted.instructions) ? now.instructions : wanted.instructions

/** Every picture is as the journal tells. */
export function checkPictures(db: Database, told: ReadonlyMap<string, Picture>, expect: Expect): void {
  for (const [id, { signed, ...found }] of picturesOf(db)) {
    const { signed: toldSigned, ...picture } = told.get(id)!
    expect(same(found, picture), `tags, texts or state of the picture ${id} are not as the journal tells`)
    expect(toldSigned === null || same(signed, toldSigned), `the state of the picture ${id} is signed by somebody else`)
  }
}

/** What was said, as it is stored. */
export interface SaidRow {
  readonly entry_id: string
  readonly comment_id: string
  readonly kind: string
  readonly text: string
}

export const saidOf = (db: Database): SaidRow[] =>
  rows<SaidRow>(db, 'SELECT entry_id, comment_id, kind, text FROM comment_entry ORDER BY seq')

/** Each comment is opened by its first entry, and stands as its entries left it. */
export function checkComments(db: Database, expect: Expect): void {
  const said = Map.groupBy(saidOf(db), (entry) => entry.comment_id)
  for (const { id, resolved, deleted } of rows<{ id: string; resolved: number; deleted: number }>(db, 'SELECT * FROM comment')) {
    const entries = said.get(id) ?? []
    expect(entries[0]?.entry_id === id && entries[0].kind === 'text', `nothing opened the comment ${id}`)
    const last = (...kinds: string[]): string | undefined => entries.findLast(({ kind }) => kinds.includes(kind))?.kind
    expect(resolved === Number(last('resolve', 'reopen') === 'resolve'), `the comment ${id} is not resolved as was said`)
    expect(deleted === Number(last('delete', 'restore') === 'delete'), `the comment ${id} is not deleted as was said`)
  }
}
