import type { LossConfig } from './table.ts'

/**
 * Whether a loss of a batch is more than the mean of that of its pieces, however they are counted: it ranks or counts over all pictures at once.
 * Computed in pieces it is another loss.
 */
export function seesWholeBatch(loss: LossConfig): boolean {
  if (loss.type === 'crossEntropy') return loss.ohem !== null
  // The grid that thins the pixels depends on the pictures as well.
  return loss.type === 'lovasz' && (loss.per === 'batch' || loss.maxPixels !== null)
}
