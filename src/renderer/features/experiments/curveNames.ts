import type { CurveName } from '../../../shared/model/curve.ts'
import type { Run } from '../../../shared/model/run.ts'

/** 'val/mIoU'. */
export const keyOf = ({ split, name }: CurveName): string => `${split}/${name}`

export function nameOf(key: string): CurveName {
  const at = key.indexOf('/')
  return { split: key.slice(0, at), name: key.slice(at + 1) }
}

export const isLoss = (name: string): boolean => /loss/i.test(name) && name !== 'lossScale'

/** Which end of a curve is the good one; null where neither is. */
export function goodEnd(name: string): 'min' | 'max' | null {
  if (isLoss(name) || name.endsWith('Ms')) return 'min'
  return /^(mIoU|mAcc|aAcc|mAP|gIoU|cIoU|IoU|Acc|imagesPerSecond)$/.test(name) ? 'max' : null
}

/** The curve of the metric that decides about the best checkpoint. */
export const primaryCurve = ({ primary }: Pick<Run, 'primary'>): CurveName | null => primary && { split: 'val', name: primary.name }

const splits = ['val', 'train', 'system']
const places = ['mIoU', 'mAcc', 'aAcc', 'loss', 'lr']
const place = (of: readonly string[], what: string): number => (of.includes(what) ? of.indexOf(what) : of.length)

/** Validation first, then training, then the machine; what matters most first. */
export function compareKeys(a: string, b: string): number {
  const [one, other] = [nameOf(a), nameOf(b)]
  return place(splits, one.split) - place(splits, other.split) || place(places, one.name) - place(places, other.name) || a.localeCompare(b)
}
