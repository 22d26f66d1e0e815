/** The factor on the loss that keeps float16 gradients above their smallest number, and the good steps since it last changed. */
export interface LossScale {
  readonly scale: number
  readonly good: number
}

export const firstLossScale: LossScale = { scale: 65536, good: 0 }
const growthInterval = 2000

/** After a step: doubled after 2000 good ones in a row, halved (and the step skipped) when a gradient was no finite number (torch GradScaler). */
export function nextLossScale({ scale, good }: LossScale, finite: boolean): LossScale {
  if (!finite) return { scale: scale / 2, good: 0 }
  return good + 1 === growthInterval ? { scale: scale * 2, good: 0 } : { scale, good: good + 1 }
}
