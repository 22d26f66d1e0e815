import { AppError } from '../../shared/errors.ts'
import type { Size } from './sample.ts'

/** A picture may have been replaced since its size was read. Errors: voc/size-mismatch. */
export function checkSize(file: string, is: Readonly<Size>, expected: Readonly<Size>): void {
  if (is.width === expected.width && is.height === expected.height) return
  const data = { file, width: is.width, height: is.height, expectedWidth: expected.width, expectedHeight: expected.height }
  throw new AppError(
    'voc/size-mismatch',
    `${file}: ${is.width} x ${is.height} pixels instead of ${expected.width} x ${expected.height}`,
    data,
  )
}
