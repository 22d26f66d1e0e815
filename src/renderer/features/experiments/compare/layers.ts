import type { ComparedPictures } from '../../../../shared/api/page/comparisons.ts'
import { assetUrl } from '../../../rpc/hostBridge.ts'

/** As the host draws them (compute/train/runPredictions.ts). */
export const verdictColors = { right: '#40a060', wrong: '#ff4040' } as const

/** Addresses of the layers; what they show never changes, hence the version. */
export const pictureUrl = (set: ComparedPictures, n: number): string => assetUrl('comparison', `${set.key}.${n}.picture`, { v: 1 })
export const truthUrl = (set: ComparedPictures, n: number): string => assetUrl('comparison', `${set.key}.${n}.truth`, { v: 1 })
export const runLayerUrl = (set: ComparedPictures, run: number, n: number, layer: 'prediction' | 'verdict'): string | null => {
  const each = set.runs[run]
  return each?.key && each.counts[n] ? assetUrl('comparison', `${each.key}.${n}.${layer}`, { v: 1 }) : null
}
