import type { DeletedAnnotation, RestorePoint } from '../../../../shared/model/history.ts'
import type { Id } from '../../../../shared/model/ids.ts'
import { pageClient } from '../../../stores/link.ts'

/** The trash of a picture or of a dataset. */
export interface TrashScope {
  readonly scope: 'item' | 'dataset'
  readonly id: Id
}

interface Trash {
  readonly total: number
  readonly deleted: readonly DeletedAnnotation[]
}

/** What the host gives in one answer. */
const mostRows = 500
/** What one entry of the journal brings back. */
const mostShapes = 5_000

/** The newest `rows` of what was deleted, however many that are. */
export async function readTrash(where: TrashScope, rows: number): Promise<Trash> {
  const deleted: DeletedAnnotation[] = []
  for (;;) {
    const limit = Math.min(mostRows, rows - deleted.length)
    const page = await pageClient().annotations.deleted({ ...where, offset: deleted.length, limit })
    deleted.push(...page.deleted)
    if (page.deleted.length < limit || deleted.length >= rows) return { total: page.total, deleted }
  }
}

/** Each object as it was before the entry that deleted it: one entry for each picture. */
function pointsOf(rows: readonly DeletedAnnotation[]): (readonly [Id, Extract<RestorePoint, { kind: 'shapes' }>])[] {
  return [...Map.groupBy(rows, ({ itemId }) => itemId)].flatMap(([itemId, ofItem]) =>
    Array.from({ length: Math.ceil(ofItem.length / mostShapes) }, (_, i) => {
      const part = ofItem.slice(i * mostShapes, (i + 1) * mostShapes)
      return [itemId, { kind: 'shapes', shapes: part.map(({ id, seq }) => ({ id, seq: seq - 1 })) }] as const
    }),
  )
}

/** After so many failures the rest would fail as well. */
const mostFailures = 3

/** Brings rows back, picture by picture; answers with what came back. `restore` says whether it succeeded, and tells of failures itself. */
export async function bringBack(
  rows: readonly DeletedAnnotation[],
  restore: (itemId: Id, point: RestorePoint) => Promise<boolean>,
): Promise<{ readonly objects: number; readonly pictures: number }> {
  const pictures = new Set<Id>()
  let [objects, failures] = [0, 0]
  for (const [itemId, point] of pointsOf(rows)) {
    if (!(await restore(itemId, point))) {
      if (++failures === mostFailures) break
      continue
    }
    objects += point.shapes.length
    pictures.add(itemId)
  }
  return { objects, pictures: pictures.size }
}
