import type { ErrorData } from '../../../shared/errors.ts'
import type { RuntimeTensor } from '../../runtime/session.ts'
import { hostData } from '../../runtime/session.ts'
import { fromFloat16 } from '../../tensor/dtype.ts'
import type { Signature } from './adapter.ts'

/** The masks of one prompt, whatever their output is called and wherever it stands. */
export interface Answer {
  readonly count: number
  readonly width: number
  readonly height: number
  /** `[count,height,width]` logits. */
  readonly masks: Float32Array
  /** The masks show the whole frame, padding included; otherwise the window only. */
  readonly whole: boolean
  /** Predicted IoU of each mask. */
  readonly scores: Float32Array | null
  /** Below 0: the model says that nothing is there. */
  readonly objectScore: number | null
}

/** A result as float32; null for other types. */
export function floatsOf(tensor: RuntimeTensor): Float32Array | null {
  const data = hostData(tensor)
  if (data instanceof Float32Array) return data
  return tensor.type === 'float16' ? fromFloat16(new Uint16Array(data.buffer, data.byteOffset, data.length)) : null
}

/** Faster than asking every number: zero times what is not finite is not zero. */
export function allFinite(data: Float32Array): boolean {
  let sum = 0
  for (let i = 0; i < data.length; i++) sum += data[i]! * 0
  return sum === 0
}

/** What is wrong with the outputs, instead of an answer. */
export interface NoAnswer {
  readonly problem: string
  /** The same for people: `why` and its facts. */
  readonly data: ErrorData
}

/** The masks among the outputs of a decoder. */
export function readAnswer(outputs: Readonly<Record<string, RuntimeTensor>>, { grid, preprocess }: Signature): Answer | NoAnswer {
  const entries = Object.entries(outputs)
  const maskLike = entries.filter(([, { dims }]) => dims.length >= 4)
  const squareOf = (side: number) => maskLike.find(([, { dims }]) => dims.at(-1) === side && dims.at(-2) === side)
  const lowRes = maskLike.find(([name]) => /low_?res/i.test(name)) ?? squareOf(grid) ?? squareOf(preprocess.size)
  const found = lowRes ?? maskLike[0]
  if (!found) return { problem: `it gives no masks: ${outputsText(entries)}`, data: { why: 'noMasks' } }
  const [name, { dims }] = found
  const [height, width] = [dims.at(-2)!, dims.at(-1)!]
  const count = dims.slice(0, -2).reduce((product, dim) => product * dim, 1)
  const masks = floatsOf(found[1])
  const otherShape = { why: 'otherShape', tensor: name, found: dims.join(' × ') } as const
  if (!masks || masks.length === 0 || count > 64)
    return {
      problem: `its masks are ${name} ${found[1].type} [${dims.join()}]`,
      data: masks ? otherShape : { why: 'noFloats', tensor: name },
    }
  const whole = width === height && (width === grid || width === preprocess.size)
  if (lowRes && !whole)
    return {
      problem: `its masks are ${name} [${dims.join()}], not ${grid} x ${grid}`,
      data: { ...otherShape, wanted: `${grid} × ${grid}` },
    }
  const perMask = entries.filter(([key, tensor]) => key !== name && isScores(key, tensor, count))
  const scored = perMask.find(([key]) => /iou/i.test(key)) ?? perMask.find(([key]) => !/stability|area/i.test(key))
  const scores = scored ? floatsOf(scored[1]) : null
  const object = entries.find(([key]) => key === 'object_score_logits')
  if (!allFinite(masks) || (scores && !allFinite(scores)))
    return { problem: 'it gives numbers that are not finite', data: { why: 'notFinite', tensor: name } }
  return { count, width, height, masks, whole, scores, objectScore: (object && floatsOf(object[1])?.[0]) ?? null }
}

function isScores(name: string, { dims }: RuntimeTensor, count: number): boolean {
  return name !== 'object_score_logits' && dims.length <= 3 && dims.reduce((product, dim) => product * dim, 1) === count
}

function outputsText(entries: readonly [string, RuntimeTensor][]): string {
  return entries.map(([name, { type, dims }]) => `${name} ${type} [${dims.join()}]`).join('; ')
}
