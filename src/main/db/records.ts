import type { Attributes } from '../../shared/model/annotation.ts'
import type { Dataset } from '../../shared/model/dataset.ts'
import type { ItemStatus } from '../../shared/model/item.ts'
import type { Shape } from '../../shared/model/shape.ts'

// Records that only the host sees: what an import hands to the store and what export, media and snapshots read back.

export type SourceKind = 'image' | 'xml' | 'classMask' | 'augMask' | 'objectMask'

/** A file of the linked folder as it was when imported; `relPath` with forward slashes. */
export interface SourceFile {
  kind: SourceKind
  relPath: string
  sha256: string
  bytes: number
}

/** What is kept of the file of a picture. */
export interface PictureFileFacts {
  sha256: string
  bytes: number
  orientation: number
}

export interface ImportedAnnotation {
  id: string
  classId: string | null
  region: 'object' | 'void'
  shape: Shape
  attributes: Attributes
  z: number
  /** Which file it came from, and which object of it: position in the XML, or the index in the object mask. */
  source: { kind: SourceKind; index: number } | null
}

export interface ImportedItem {
  id: string
  name: string
  /** Of the picture, from the dataset's root. */
  relPath: string
  position: number
  width: number
  height: number
  orientation: number
  bytes: number
  sources: SourceFile[]
  annotations: ImportedAnnotation[]
}

export interface ImportedClass {
  id: string
  name: string
  maskIndex: number | null
  color: string
  order: number
}

export interface ImportedSplit {
  name: string
  itemIds: string[]
}

export interface ItemFiles {
  itemId: string
  datasetId: string
  rootPath: string
  /** When its import began (ms): a file that changed since may be another one. */
  importedAt: number
  name: string
  relPath: string
  position: number
  width: number
  height: number
  orientation: number
  rev: number
  status: ItemStatus
  imageSha256: string
  sources: SourceFile[]
  /** Digest of the annotations now, and as they were imported: equal means untouched. */
  digest: string
  importedDigest: string
  /** annotation id -> where it came from. */
  origins: Record<string, { kind: SourceKind; index: number }>
}

export interface LabelledItem {
  id: string
  name: string
  relPath: string
  width: number
  height: number
  imageSha256: string
  imageBytes: number
  digest: string
  splits: string[]
}

/** What tells whether the picture of an item is still the one that was imported. */
export type OriginalFile = Pick<
  ItemFiles,
  'itemId' | 'datasetId' | 'rootPath' | 'relPath' | 'importedAt' | 'width' | 'height' | 'imageSha256' | 'sources'
>

export function originalOf(item: LabelledItem, { id, rootPath, createdAt }: Pick<Dataset, 'id' | 'rootPath' | 'createdAt'>): OriginalFile {
  const { relPath, width, height, imageSha256, imageBytes } = item
  const sources = [{ kind: 'image' as const, relPath, sha256: imageSha256, bytes: imageBytes }]
  return { itemId: item.id, datasetId: id, rootPath, importedAt: createdAt, relPath, width, height, imageSha256, sources }
}

/** What of a picture somebody could point at. */
export interface ItemObjects extends LabelledItem {
  /** Masks and polygons by class; empty where there are none. */
  objects: { classId: string | null; count: number; masks: number }[]
  /** Annotations that are neither: boxes, points, lines. */
  others: number
}
