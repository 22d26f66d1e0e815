import { AppError } from '../../shared/errors.ts'
import type { VocFile } from '../../shared/formats/vocXml.ts'
import type { ImageSize } from '../../shared/geometry/spaces.ts'
import type { BoxShape } from '../../shared/model/shape.ts'
import {
  storedEdges,
  turnBySize,
  turnedSize,
  turnIndices,
  turnIsOpen,
  uprightEdges,
  type UprightPicture,
} from '../../shared/picture/turn.ts'
import type { IndexPng } from './indexPng.ts'
import type { ProblemList } from './problemList.ts'

// Files that were drawn on a picture before its EXIF turn, by tools that do not know of it: turned with it when they are read, and back when written.

/** How the boxes of a file have to be turned to fit its picture, by the size that the file says. */
export const turnOfFile = ({ size }: VocFile, picture: UprightPicture): number => (size && turnBySize(size, picture)) ?? 1

/** A box on the stored pixels of a picture, upright; its sides keep all their digits. */
export function uprightBox(box: BoxShape, picture: UprightPicture, turn: number): BoxShape {
  if (turn === 1) return box
  const [x, y] = uprightEdges([box.x, box.y, box.x + box.w, box.y + box.h], picture, turn)
  return turn >= 5 ? { kind: 'box', x, y, w: box.h, h: box.w } : { ...box, x, y }
}

/** A box of the upright picture on the pixels as they are stored. */
export function storedBox(box: BoxShape, stored: ImageSize, turn: number): BoxShape {
  if (turn === 1) return box
  const [x, y, right, bottom] = storedEdges([box.x, box.y, box.x + box.w, box.y + box.h], stored, turn)
  return { kind: 'box', x, y, w: right - x, h: bottom - y }
}

/** What the size of an annotation file says about the picture it was made for. */
export function noteSize(size: VocFile['size'], file: string, picture: UprightPicture, problems: ProblemList): void {
  const turn = size && turnBySize(size, picture)
  if (size && turn === null) {
    const facts = { width: size.width, height: size.height, pictureWidth: picture.width, pictureHeight: picture.height }
    problems.add({ file, line: 1, code: 'voc/size-mismatch', remark: 'otherSize', facts, severity: 'warning' })
  } else if (size && turn !== 1) noteTurn(file, size, problems)
  else if (turnIsOpen(picture) || (!size && picture.orientation > 1)) noteOpenTurn(file, problems)
}

const noteTurn = (file: string, { width, height }: ImageSize, problems: ProblemList) =>
  problems.add({ file, code: 'voc/size-mismatch', remark: 'turnedAlong', facts: { width, height }, severity: 'note' })
const noteOpenTurn = (file: string, problems: ProblemList) =>
  problems.add({ file, code: 'voc/size-mismatch', remark: 'turnOpen', severity: 'warning' })

/** The same of a mask, which fits or has the size before the turn. */
export function noteMaskTurn(turn: number, size: ImageSize, file: string, picture: UprightPicture, problems: ProblemList): void {
  if (turn !== 1) noteTurn(file, size, problems)
  else if (turnIsOpen(picture)) noteOpenTurn(file, problems)
}

/** How a mask has to be turned to fit its picture. Errors: voc/size-mismatch. */
export function turnOfMask(png: ImageSize, relPath: string, picture: UprightPicture): number {
  const turn = turnBySize(png, picture)
  if (turn !== null) return turn
  const message = `${relPath} has ${png.width} x ${png.height} pixels, its picture ${picture.width} x ${picture.height}`
  throw new AppError('voc/size-mismatch', message, { file: relPath, width: png.width, height: png.height })
}

export const turnedMask = (png: IndexPng, turn: number): IndexPng =>
  turn === 1 ? png : { ...png, ...turnedSize(png, turn), indices: turnIndices(png.indices, png, turn) }
