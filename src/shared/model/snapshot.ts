import { z } from 'zod'

/** One item of a snapshot; `labelPath` is an 8-bit greyscale PNG of class indices (255 void) rendered from the database. */
export const snapshotItemSchema = z.object({
  id: z.string().min(1),
  name: z.string().min(1),
  /** The dataset it comes from; absent: the snapshot's own. */
  datasetId: z.string().min(1).optional(),
  imagePath: z.string().min(1),
  labelPath: z.string().min(1),
  /** Size of the picture after EXIF rotation, in pixels. */
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  /** Splits the item belongs to, e.g. ['train']. */
  split: z.array(z.string()),
  /** SHA-256 of the picture's file, and the digest of its annotations, when it was frozen; older runs have neither. */
  imageSha256: z.string().optional(),
  digest: z.string().optional(),
})
export type SnapshotItem = z.infer<typeof snapshotItemSchema>

/** What a run trains on, frozen: classes in index order, items with their rendered label maps, and a hash over content and revisions. */
export const snapshotSchema = z.object({
  datasetId: z.string().min(1),
  hash: z.string().min(1),
  classes: z
    .array(z.object({ id: z.string().min(1), name: z.string().min(1), color: z.string().regex(/^#[0-9a-f]{6}$/i) }))
    .min(1)
    .max(255),
  ignoreIndex: z.literal(255),
  /** Other datasets that items come from, by the names the config uses. */
  otherDatasets: z.array(z.object({ id: z.string().min(1), name: z.string().min(1) })).optional(),
  items: z.array(snapshotItemSchema),
})
export type Snapshot = z.infer<typeof snapshotSchema>
