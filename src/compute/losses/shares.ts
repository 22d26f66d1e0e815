import type { LossConfig } from '../../shared/model/train/losses/table.ts'

/** Input of a training graph that sees a piece of a batch, `[losses]`: what its mean counts in the mean of the batch, 1 on average. */
export const lossSharesInput = 'lossShares'

/** What a loss is a mean over; the mean of a batch is that of its pieces, each counted by its amount. */
type Amount = 'pixels' | 'labelledPixels' | 'labelledPictures'

function amountOf(loss: LossConfig): Amount {
  switch (loss.type) {
    case 'crossEntropy':
    case 'softmaxFocal':
      return loss.avgNonIgnore ? 'labelledPixels' : 'pixels'
    case 'sigmoidFocal':
      return loss.average === 'labelled' ? 'labelledPixels' : 'pixels'
    case 'dice':
    case 'tversky':
      return 'labelledPictures'
    case 'lovasz':
      return loss.per === 'image' ? 'labelledPictures' : 'pixels'
  }
}

/** Amounts of a piece, one per loss, from its labels `[pictures,H,W]`. */
export function lossAmounts(list: readonly LossConfig[], labels: Int32Array, pictures: number, ignoreIndex: number): Float64Array {
  const size = labels.length / pictures
  let labelledPixels = 0
  let labelledPictures = 0
  for (let n = 0; n < pictures; n++) {
    let inPicture = 0
    for (let i = n * size; i < (n + 1) * size; i++) if (labels[i] !== ignoreIndex) inPicture++
    labelledPixels += inPicture
    if (inPicture > 0) labelledPictures++
  }
  const amounts: Record<Amount, number> = { pixels: labels.length, labelledPixels, labelledPictures }
  return Float64Array.from(list, (loss) => amounts[amountOf(loss)])
}

/** Shares of a piece from its amounts and their sums over all `pieces` of the batch; 1 where there is nothing at all. */
export function lossShares(amounts: Float64Array, sums: Float64Array, pieces: number): Float32Array {
  return Float32Array.from(amounts, (amount, i) => (sums[i]! === 0 ? 1 : (amount * pieces) / sums[i]!))
}
