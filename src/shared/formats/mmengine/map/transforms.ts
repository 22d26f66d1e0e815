import type { Account, Json } from './account.ts'
import { plainOf, type Part } from './part.ts'

/** A list of transforms that is being made at a path of the config. */
export class TransformList {
  readonly path: string
  readonly stage: 'train' | 'val'
  readonly #account: Account
  #count = 0

  constructor(account: Account, path: string, stage: 'train' | 'val') {
    this.#account = account
    this.path = path
    this.stage = stage
    account.set(path, [], { from: 'default', name: '', line: null, column: null })
  }

  /** The path of a new entry of this type; null where the list does not take it, which is said. */
  open(step: Part, type: string): string | null {
    if (this.stage === 'val' && type !== 'Resize' && type !== 'ResizeToMultiple') {
      step.droppedWhole('validation scales pictures and does nothing else to them')
      return null
    }
    const to = `${this.path}.${this.#count++}`
    const field = step.text('type')
    if (field) field.mapped(`${to}.type`, type)
    return to
  }

  /** Appends what mmengine leaves to another part. */
  append(step: Json, from: Part, reason: string): void {
    const to = `${this.path}.${this.#count++}`
    this.#account.set(to, step, from.at)
    this.#account.note('approximated', from.path, to, reason, from.at)
  }

  get entries(): { [key: string]: Json }[] {
    return this.#account.get(this.path) as { [key: string]: Json }[]
  }
}

type TransformMap = (step: Part, list: TransformList) => void

/** Steps that the studio always does. */
const settleLoading = (step: Part): void => {
  step.text('type')?.fixed()
  step.dropped(
    ['to_float32', 'color_type', 'imdecode_backend', 'backend_args', 'file_client_args', 'meta_keys', 'ignore_empty'],
    'pictures are read in one way here',
  )
}

const annotations: TransformMap = (step) => {
  settleLoading(step)
  const reduce = step.flag('reduce_zero_label')
  if (reduce) reduce.mapped('data.classes.reduceZeroLabel', reduce.value)
}

const resize: TransformMap = (step, list) => {
  const to = list.open(step, 'Resize')
  if (to === null) return
  const scale = step.pair('scale')
  if (scale) scale.mapped(`${to}.scale`, scale.value)
  const keep = step.flag('keep_ratio')
  if (keep) keep.mapped(`${to}.keepRatio`, keep.value)
  else step.fill('keep_ratio', `${to}.keepRatio`, false, 'the default of mmcv')
  step.dropped(['scale_factor'], 'a factor of the picture has no counterpart; give a scale')
}

const shortestEdge: TransformMap = (step, list) => {
  const to = list.open(step, 'Resize')
  if (to === null) return
  const short = step.number('scale')
  if (short) short.mapped(`${to}.shortSide`, short.value)
  step.dropped(['max_size'], 'the long side has no limit with a short side')
}

const randomResize: TransformMap = (step, list) => {
  const to = list.open(step, 'RandomResize')
  if (to === null) return
  const scale = step.pair('scale')
  if (scale) scale.mapped(`${to}.scale`, scale.value)
  const ratio = step.numbers('ratio_range', 2)
  if (ratio) ratio.mapped(`${to}.ratio`, ratio.value)
  else step.fill('ratio_range', `${to}.ratio`, [1, 1], 'no factor')
  const keep = step.flag('keep_ratio')
  if (keep?.value) keep.fixed()
  else if (keep) keep.nearly(to, 'the proportions are kept here')
  step.fixed('resize_type', ['Resize'], 'pictures are resized in one way here')
}

/** One of several sizes: drawn from all between the smallest and the largest. */
const choiceResize: TransformMap = (step, list) => {
  const field = step.any('scales')
  const sides = field && plainOf(field.value)
  const shortOf = (each: Json): number =>
    Array.isArray(each) ? Math.min(...each.filter((side) => typeof side === 'number')) : typeof each === 'number' ? each : Number.NaN
  const shorts = Array.isArray(sides) ? sides.map(shortOf) : []
  const [low, high] = [Math.min(...shorts), Math.max(...shorts)]
  if (!field || shorts.length === 0 || !Number.isFinite(low + high) || low < 1) return step.droppedWhole('the sizes are not understood')
  const to = list.open(step, 'RandomResize')
  if (to === null) return
  const longest = step.number('max_size')
  longest?.used(`${to}.scale`)
  step.account.set(`${to}.ratio`, [low / high, 1], field.at)
  field.approximated(
    `${to}.scale`,
    [longest?.value ?? high * 4, high],
    `any short side from ${low} to ${high} instead of ${shorts.length} given ones`,
  )
  step.any('resize_type')?.used(to)
  step.any('resize_cfg')?.used(to)
}

const randomCrop: TransformMap = (step, list) => {
  const to = list.open(step, 'RandomCrop')
  if (to === null) return
  const size = step.pair('crop_size')
  if (size) size.mapped(`${to}.size`, size.value)
  const ratio = step.number('cat_max_ratio')
  if (ratio) ratio.mapped(`${to}.catMaxRatio`, ratio.value)
  else step.fill('cat_max_ratio', `${to}.catMaxRatio`, 1, 'the default of mmsegmentation')
  step.fixed('ignore_index', [255], 'the void label is 255 here')
}

const centerCrop: TransformMap = (step, list) => {
  const to = list.open(step, 'CenterCrop')
  if (to === null) return
  const size = step.pair('crop_size')
  if (size) size.mapped(`${to}.size`, [size.value[1], size.value[0]])
}

const randomFlip: TransformMap = (step, list) => {
  const direction = step.any('direction')
  if (direction && plainOf(direction.value) !== 'horizontal') return step.droppedWhole('pictures are mirrored from left to right only')
  const to = list.open(step, 'RandomFlip')
  if (to === null) return
  direction?.fixed()
  const prob = step.number('prob')
  if (prob) prob.mapped(`${to}.prob`, prob.value)
}

const photometric: TransformMap = (step, list) => {
  const to = list.open(step, 'PhotoMetricDistortion')
  if (to === null) return
  for (const [from, key] of [
    ['brightness_delta', 'brightnessDelta'],
    ['hue_delta', 'hueDelta'],
  ] as const) {
    const field = step.number(from)
    if (field) field.mapped(`${to}.${key}`, field.value)
  }
  for (const [from, key] of [
    ['contrast_range', 'contrastRange'],
    ['saturation_range', 'saturationRange'],
  ] as const) {
    const field = step.numbers(from, 2)
    if (field) field.mapped(`${to}.${key}`, field.value)
  }
}

/** mmcv gives the size as (width, height). */
const pad: TransformMap = (step, list) => {
  const size = step.pair('size')
  if (!size) return step.droppedWhole('only Pad with a size is known here')
  const to = list.open(step, 'Pad')
  if (to === null) return
  size.mapped(`${to}.size`, [size.value[1], size.value[0]])
  step.fixed('pad_val', [0, { img: 0, seg: 255 }], 'pictures are filled up with black, labels with void here')
  step.fixed('seg_pad_val', [255], 'labels are filled up with void here')
  step.fixed('padding_mode', ['constant'], 'pictures are filled up with black here')
}

const toMultiple: TransformMap = (step, list) => {
  const to = list.open(step, 'ResizeToMultiple')
  if (to === null) return
  const divisor = step.number('size_divisor')
  if (divisor) divisor.mapped(`${to}.divisor`, divisor.value)
  step.any('interpolation')?.nearly(to, 'bilinear here')
}

const randomRotate: TransformMap = (step, list) => {
  const to = list.open(step, 'RandomRotate')
  if (to === null) return
  const prob = step.number('prob')
  if (prob) prob.mapped(`${to}.prob`, prob.value)
  const range = step.any('degree')?.value.kind === 'scalar' ? null : step.numbers('degree', 2)
  const degree = range ? null : step.number('degree')
  if (degree) degree.mapped(`${to}.degrees`, degree.value)
  if (range) {
    const most = Math.max(...range.value.map(Math.abs))
    if (range.value[0] === -range.value[1]!) range.mapped(`${to}.degrees`, most)
    else range.approximated(`${to}.degrees`, most, 'turns as far to one side as to the other')
  }
  const fill = step.number('pad_val')
  if (fill) fill.mapped(`${to}.fill`, fill.value)
  step.fixed('seg_pad_val', [255], 'labels become void outside')
  step.fixed('auto_bound', [false], 'the size stays here')
  step.dropped(['center'], 'pictures are turned around their middle')
}

const cutOut: TransformMap = (step, list) => {
  const ratio = step.numbers('cutout_ratio', 2)
  if (!ratio) return step.droppedWhole('only RandomCutOut with one cutout_ratio is known here')
  const to = list.open(step, 'RandomErasing')
  if (to === null) return
  const share = ratio.value[0]! * ratio.value[1]!
  ratio.approximated(`${to}.area`, [share, share], 'rectangles of this share of the picture, of any shape')
  const prob = step.number('prob')
  if (prob) prob.mapped(`${to}.prob`, prob.value)
  const holes = step.number('n_holes')
  if (holes) holes.mapped(`${to}.count`, holes.value)
  step.account.set(`${to}.fill`, 'black', step.at)
  step.any('fill_in')?.nearly(`${to}.fill`, 'black here')
  const label = step.any('seg_fill_in')
  step.account.set(`${to}.label`, label ? 'void' : 'keep', step.at)
  label?.nearly(`${to}.label`, 'void here')
}

const table: Readonly<Record<string, TransformMap>> = {
  LoadImageFromFile: settleLoading,
  LoadAnnotations: annotations,
  PackSegInputs: settleLoading,
  Resize: resize,
  ResizeShortestEdge: shortestEdge,
  RandomResize: randomResize,
  RandomChoiceResize: choiceResize,
  RandomCrop: randomCrop,
  CenterCrop: centerCrop,
  RandomFlip: randomFlip,
  PhotoMetricDistortion: photometric,
  Pad: pad,
  ResizeToMultiple: toMultiple,
  RandomRotate: randomRotate,
  RandomCutOut: cutOut,
}

/** A pipeline, step by step. */
export function mapPipeline(steps: readonly Part[], list: TransformList): void {
  for (const step of steps) {
    const map = Object.hasOwn(table, step.type) ? table[step.type]! : null
    if (map) map(step, list)
    else step.droppedWhole(`there is no transform like ${step.type.slice(0, 80) || 'it'}`)
  }
}
