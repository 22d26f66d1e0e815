import path from 'node:path'
import type { Annotation } from '../../shared/model/annotation.ts'
import type { FileProblem } from '../../shared/model/dataset.ts'
import type { MaskLegend } from '../../shared/formats/maskLegend.ts'
import type { SourceFile, SourceKind } from '../db/records.ts'

/** An annotation as an export needs it: its class by name and by mask index. */
export interface ExportAnnotation extends Pick<Annotation, 'id' | 'region' | 'shape' | 'attributes' | 'z'> {
  className: string | null
  maskIndex: number | null
  origin: { kind: SourceKind; index: number } | null
}

/** Where the picture of an item lies below the folder of pictures: another that differs by its extension alone may be beside it, but labels go by name. */
export const writtenPicture = ({ name, relPath }: Pick<ExportItem, 'name' | 'relPath'>): string => {
  const extension = path.posix.extname(relPath)
  return relPath === `${name}${extension}` ? relPath : `${name}${extension}`
}

export interface ExportItem {
  name: string
  relPath: string
  width: number
  height: number
  orientation: number
  sources: SourceFile[]
  annotations: ExportAnnotation[]
}

/** How the dataset was written, and so is written again. */
export interface ExportRules {
  origin: 0 | 1
  /** Boxes of files that were drawn on the unturned picture were turned with it when they were imported; earlier imports left them as they are. */
  turned: boolean
  /** Index 0 is background: what nothing covers; without it that is void. */
  background: boolean
  hasBoxes: boolean
  hasMasks: boolean
  hasObjectMasks: boolean
  /** What the colours of class masks in colours stand for; null: VOC's palette. */
  legend: MaskLegend | null
  /** Folder of the pictures in the written dataset. */
  pictureFolder: string
}

export interface ExportedItem {
  /** Files written anew, or to be; everything else is to be copied. */
  written: string[]
  losses: FileProblem[]
  /** Mask indices painted, so that a class list can name them. */
  usedIndices: number[]
}
