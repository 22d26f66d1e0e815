import type { PageClient } from '../../../../shared/api/page/contract.ts'
import { boundsMeet } from '../../../../shared/geometry/box.ts'
import { shapeBounds } from '../../../../shared/geometry/shapes.ts'
import type { ImageSize } from '../../../../shared/geometry/spaces.ts'
import type { Annotation, Edit } from '../../../../shared/model/annotation.ts'
import type { Id } from '../../../../shared/model/ids.ts'
import type { Item, ItemFilter } from '../../../../shared/model/item.ts'
import type { Gesture } from '../../../canvas/engine/actions.ts'
import { sameThing } from '../sameThing.ts'

/** Nobody copies further in one go; also what one window of the list holds. */
export const mostPictures = 500

export interface PropagateInput {
  readonly from: Item
  readonly filter: ItemFilter
  /** What is copied, in painter's order. */
  readonly records: readonly Annotation[]
  /** How many of the following pictures of the filtered list. */
  readonly pictures: number
  /** Leaves pictures alone that are done or reviewed. */
  readonly skipDone: boolean
}

export interface PropagatePorts {
  readonly client: () => PageClient
  /** Whose undo history it is (see system.hello). */
  readonly slot: () => string
  readonly newId: () => Id
  readonly progress: (done: number, total: number) => void
  readonly signal: AbortSignal
}

export interface Propagated {
  /** Pictures that got something; each is one entry of the journal. */
  readonly pictures: number
  readonly objects: number
  /** Pictures that were left alone because they are done. */
  readonly skipped: number
  /** Objects that were there already, exactly. */
  readonly known: number
}

const fits = (shape: Annotation['shape'], { width, height }: ImageSize): boolean =>
  shape.kind === 'mask'
    ? shape.x + shape.w <= width && shape.y + shape.h <= height
    : boundsMeet(shapeBounds(shape), { minX: 0, minY: 0, maxX: width, maxY: height })

/** What a picture gets: copies on top at the same place, without what is there already or would lie outside; copies of a group are one of their own. */
export function copiesFor(
  records: readonly Annotation[],
  picture: ImageSize,
  there: readonly Annotation[],
  newId: () => Id,
): { readonly edits: readonly Edit[]; readonly known: number } {
  const taken = new Set(there.map(sameThing))
  const fitting = records.filter(({ shape }) => fits(shape, picture))
  const fresh = fitting.filter((record) => !taken.has(sameThing(record)))
  let z = there.reduce((top, record) => Math.max(top, record.z + 1), 0)
  const groups = new Map<Id, Id>()
  const groupOf = (groupId: Id): Id => groups.get(groupId) ?? groups.set(groupId, newId()).get(groupId)!
  const edits = fresh.map(({ classId, region, shape, attributes, groupId }): Edit => {
    const copy = { classId, region, shape, attributes, ...(groupId ? { groupId: groupOf(groupId) } : {}) }
    return { op: 'create', annotation: { id: newId(), ...copy, provenance: { kind: 'human' }, z: z++ } }
  })
  return { edits, known: fitting.length - fresh.length }
}

/** Copies into the following pictures of the filtered list, each its own entry of the journal; ends early when it is cancelled. Errors: item/not-found, rpc/unavailable. */
export async function propagate(input: PropagateInput, { client, slot, newId, progress, signal }: PropagatePorts): Promise<Propagated> {
  const { from, filter, records, skipDone } = input
  const { index } = await client().items.neighbours({ itemId: from.id, filter })
  const limit = Math.min(mostPictures, Math.max(1, input.pictures))
  const { items } = await client().items.window({ datasetId: from.datasetId, filter, offset: index + 1, limit })
  const counts = { pictures: 0, objects: 0, skipped: 0, known: 0 }
  for (const [i, item] of items.entries()) {
    if (signal.aborted) break
    progress(i, items.length)
    if (item.id === from.id) continue
    if (skipDone && (item.status === 'done' || item.status === 'reviewed')) {
      counts.skipped++
      continue
    }
    const { annotations } = await client().annotations.list({ itemId: item.id, client: slot() })
    const { edits, known } = copiesFor(records, item, annotations, newId)
    counts.known += known
    if (edits.length === 0) continue
    const entry = { entryId: newId(), itemId: item.id, command: 'propagate' satisfies Gesture, client: slot() }
    await client().annotations.apply({ ...entry, edits: [...edits] })
    counts.pictures++
    counts.objects += edits.length
  }
  return counts
}

/** Takes the newest entries back as long as they are of that kind; answers with how many. */
export async function takeBack(entries: number, { client, slot }: Pick<PropagatePorts, 'client' | 'slot'>): Promise<number> {
  for (let done = 0; done < entries; done++) {
    const { command } = await client().annotations.undo({ client: slot() })
    if (command !== 'propagate') {
      await client().annotations.redo({ client: slot() })
      return done
    }
  }
  return entries
}
