import { z } from 'zod'
import { idSchema, type Id } from '../../../../shared/model/ids.ts'
import { unfinishedSchema, type UnfinishedDrawing } from '../../../canvas/tools/unfinished.ts'

const key = 'mw.drafts'
/** Of what a window may keep; older drawings give way. */
const mostChars = 500_000
/** See Project.key. Earlier versions kept the id of the project alone, which its copies have as well. */
const storedSchema = z.union([
  z.object({ projectKey: z.string(), drafts: z.array(z.unknown()).max(100) }),
  z.object({ projectId: idSchema, drafts: z.array(z.unknown()).max(100) }),
])
type Stored = z.infer<typeof storedSchema>

function read(isOf: (stored: Stored) => boolean): UnfinishedDrawing[] {
  try {
    const text = sessionStorage.getItem(key) ?? ''
    const stored = text.length > mostChars ? undefined : storedSchema.safeParse(JSON.parse(text)).data
    if (!stored || !isOf(stored)) return []
    return stored.drafts.flatMap((draft) => unfinishedSchema.safeParse(draft).data ?? [])
  } catch {
    // no storage, or nonsense in it: nothing was kept
    return []
  }
}

/** The unfinished drawings that this window kept over a reload, oldest first; what is none, or of another project, is left out. */
export const readDrafts = (projectKey: string): UnfinishedDrawing[] =>
  read((stored) => 'projectKey' in stored && stored.projectKey === projectKey)

/** Those that an earlier version kept of the project, or of a copy of it. */
export const readDraftsOfId = (projectId: Id): UnfinishedDrawing[] =>
  read((stored) => 'projectId' in stored && stored.projectId === projectId)

export function writeDrafts(projectKey: string, drafts: readonly UnfinishedDrawing[]): void {
  try {
    // What can only go on here is no data, and is left out.
    for (let from = 0; from <= drafts.length; from++) {
      const text = JSON.stringify({ projectKey, drafts: drafts.slice(from) })
      if (text.length <= mostChars) return sessionStorage.setItem(key, text)
    }
  } catch {
    // as above
  }
}
