import { z } from 'zod'
import { idSchema, type Id } from '../../../../shared/model/ids.ts'
import { unfinishedSchema, type UnfinishedDrawing } from '../../../canvas/tools/unfinished.ts'

const key = 'mw.drafts'
/** Of what a window may keep; older drawings give way. */
const mostChars = 500_000
const storedSchema = z.object({ projectId: idSchema, drafts: z.array(z.unknown()).max(100) })

/** The unfinished drawings that this window kept over a reload, oldest first; what is none, or of another project, is left out. */
export function readDrafts(projectId: Id): UnfinishedDrawing[] {
  try {
    const text = sessionStorage.getItem(key) ?? ''
    const stored = text.length > mostChars ? undefined : storedSchema.safeParse(JSON.parse(text)).data
    if (stored?.projectId !== projectId) return []
    return stored.drafts.flatMap((draft) => unfinishedSchema.safeParse(draft).data ?? [])
  } catch {
    // no storage, or nonsense in it: nothing was kept
    return []
  }
}

export function writeDrafts(projectId: Id, drafts: readonly UnfinishedDrawing[]): void {
  try {
    // What can only go on here is no data, and is left out.
    for (let from = 0; from <= drafts.length; from++) {
      const text = JSON.stringify({ projectId, drafts: drafts.slice(from) })
      if (text.length <= mostChars) return sessionStorage.setItem(key, text)
    }
  } catch {
    // as above
  }
}
