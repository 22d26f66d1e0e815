import type { CurveName } from '../../../shared/model/curve.ts'
import type { Run } from '../../../shared/model/run.ts'

/** 'val/mIoU'. */
export const keyOf = ({ split, name }: CurveName): string => `${split}/${name}`

export function nameOf(key: string): CurveName {
  const at = key.indexOf('/')
  return { split: key.slice(0, at), name: key.slice(at + 1) }
}

type AnswerPart = 'mask' | 'iouError' | 'iou' | 'bestIou'
/** 'loss.bestIou2' -> what a training of a SAM tells of its second answer to the same clicks; null for any other curve. */
export function answerOf(name: string): { readonly part: AnswerPart; readonly n: number } | null {
  const [, part, n] = /^loss\.(mask|iouError|iou|bestIou)(\d+)$/.exec(name) ?? []
  return part ? { part: part as AnswerPart, n: Number(n) } : null
}
/** How well it overlaps, which is told beside the losses. */
export const isAnswerIou = (name: string): boolean => /iou$/i.test(answerOf(name)?.part ?? '')

export const isLoss = (name: string): boolean => /loss/i.test(name) && name !== 'lossScale' && !isAnswerIou(name)

/** 'NoC85' -> 85: clicks until an IoU in percent is reached; null for any other curve. */
export const wantedIou = (name: string): number | null => numberIn(name, /^NoC(\d+)$/)
/** 'IoU@3' -> 3: the IoU after so many clicks; null for any other curve. */
export const afterClicks = (name: string): number | null => numberIn(name, /^IoU@(\d+)$/)
function numberIn(name: string, rule: RegExp): number | null {
  const found = rule.exec(name)
  return found ? Number(found[1]) : null
}

/** Which end of a curve is the good one; null where neither is. */
export function goodEnd(name: string): 'min' | 'max' | null {
  if (isLoss(name) || name.endsWith('Ms') || wantedIou(name) !== null) return 'min'
  return /^(mIoU|mAcc|aAcc|mAP|gIoU|cIoU|IoU|Acc|imagesPerSecond)$/.test(name) || afterClicks(name) !== null || isAnswerIou(name)
    ? 'max'
    : null
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
