import { z } from 'zod'
import { query } from './base.ts'

export const folderEntrySchema = z.object({
  /** Opaque; a path never comes from a page. */
  id: z.string(),
  name: z.string(),
  kind: z.enum(['folder', 'file']),
  /** What the folder looks like from its direct children; a file, from its name. */
  looksLike: z.enum(['voc', 'project', 'images', 'weights', 'nothing']),
})
export type FolderEntry = z.infer<typeof folderEntrySchema>

export const foldersApi = {
  /** Folders under the roots given to `serve --root`; null lists the roots. Errors: folder/not-found, folder/outside-roots. */
  list: query.input(z.object({ folderId: z.string().nullable() })).output(
    z.object({
      folder: folderEntrySchema.nullable(),
      /** For display only. */
      displayPath: z.string(),
      parentId: z.string().nullable(),
      entries: z.array(folderEntrySchema),
    }),
  ),
  /** The id of a path of this machine; only a command line of this user knows paths. Errors: auth/forbidden, folder/not-found. */
  idForPath: query.input(z.object({ path: z.string().max(4096) })).output(z.object({ folderId: z.string() })),
}
