import { AppError } from '../../shared/errors.ts'
import type { Size } from './sample.ts'

/** A picture may have been replaced since its size was read. Errors: file/changed. */
export function checkPicture(file: string, is: Readonly<Size>, was: Readonly<Size>): void {
  if (sameSize(is, was)) return
  const data = { file, width: is.width, height: is.height, wasWidth: was.width, wasHeight: was.height }
  throw new AppError('file/changed', `${file}: ${is.width} x ${is.height} pixels, ${was.width} x ${was.height} when it was imported`, data)
}

/** A label map lies over its picture. Errors: voc/size-mismatch. */
export function checkLabels(file: string, is: Readonly<Size>, expected: Readonly<Size>): void {
  if (sameSize(is, expected)) return
  const data = { file, width: is.width, height: is.height, expectedWidth: expected.width, expectedHeight: expected.height }
  throw new AppError(
    'voc/size-mismatch',
    `${file}: ${is.width} x ${is.height} pixels instead of ${expected.width} x ${expected.height}`,
    data,
  )
}

const sameSize = (a: Readonly<Size>, b: Readonly<Size>): boolean => a.width === b.width && a.height === b.height
