import type { Json } from './account.ts'
import type { Part } from './part.ts'

type LossMap = (loss: Part, to: string) => void

const ohemNote = 'OHEM: the pixels that count are chosen as in mmsegmentation'

function weights(loss: Part, to: string): void {
  const weight = loss.number('loss_weight')
  if (weight) weight.mapped(`${to}.weight`, weight.value)
  const classes = loss.any('class_weight')
  if (classes?.value.kind === 'list' || classes?.value.kind === 'tuple') {
    const list = loss.numbers('class_weight')
    if (list) list.mapped(`${to}.classWeights`, list.value)
  } else classes?.dropped('class weights from a file are not read; write the list')
}

function common(loss: Part, to: string, name: string): void {
  weights(loss, to)
  loss.fixed('reduction', ['mean'], 'losses are means here')
  loss.fixed('ignore_index', [255, -100], 'the void label is 255 here')
  const given = loss.text('loss_name')
  if (!given) return
  const curve = given.value.replace(/^loss_/, '')
  if (curve === name) given.fixed('the curve has the name of the type')
  else if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/.test(curve)) given.mapped(`${to}.name`, curve)
  else given.dropped('no name for a curve')
}

const crossEntropy: LossMap = (loss, to) => {
  loss.fixed('use_sigmoid', [false], 'cross entropy is over the softmax of the classes here')
  loss.fixed('use_mask', [false], 'there are no masks here')
  const average = loss.flag('avg_non_ignore')
  if (average) average.mapped(`${to}.avgNonIgnore`, average.value)
  else loss.fill('avg_non_ignore', `${to}.avgNonIgnore`, false, 'the default of mmsegmentation')
  common(loss, to, 'ce')
}

const focal: LossMap = (loss, to) => {
  loss.fixed('use_sigmoid', [true], 'the focal loss of mmsegmentation is over sigmoids')
  const gamma = loss.number('gamma')
  if (gamma) gamma.mapped(`${to}.gamma`, gamma.value)
  const alpha = loss.any('alpha')
  if (alpha?.value.kind === 'scalar') {
    const one = loss.number('alpha')
    if (one) one.mapped(`${to}.alpha`, one.value)
  } else if (alpha) {
    const list = loss.numbers('alpha')
    if (list) list.mapped(`${to}.classAlphas`, list.value)
  }
  loss.fill('reduction', `${to}.average`, 'all', 'mmsegmentation divides by all pixels and classes, ignored pixels too')
  common(loss, to, 'focal')
}

/** Two losses have had this name: with smooth and exponent up to 1.0, with naive_dice and eps from 1.1 on. */
const dice: LossMap = (loss, to) => {
  if (['smooth', 'exponent', 'class_weight'].some((key) => loss.has(key))) {
    loss.account.set(`${to}.form`, 'perClass', loss.at)
    loss.account.set(`${to}.activation`, 'softmax', loss.at)
    loss.account.set(`${to}.classes`, 'all', loss.at)
    numbers(loss, to, { smooth: 'smooth', exponent: 'exponent' })
    loss.account.note(
      'approximated',
      loss.path,
      to,
      'Dice per class, as up to mmsegmentation 1.0; ignored pixels are in no sum here',
      loss.at,
    )
  } else {
    loss.account.set(`${to}.form`, 'global', loss.at)
    const sigmoid = loss.flag('use_sigmoid')
    if (sigmoid) sigmoid.mapped(`${to}.activation`, sigmoid.value ? 'sigmoid' : 'softmax')
    else loss.fill('use_sigmoid', `${to}.activation`, 'sigmoid', 'the default of mmsegmentation')
    const naive = loss.flag('naive_dice')
    if (naive) naive.mapped(`${to}.naive`, naive.value)
    loss.account.note(
      'approximated',
      loss.path,
      to,
      'one Dice over all classes, as from mmsegmentation 1.1 on; ignored pixels are in no sum here',
      loss.at,
    )
  }
  numbers(loss, to, { eps: 'eps' })
  loss.fixed('activate', [true], 'the logits always go through the activation')
  common(loss, to, 'dice')
}

const lovasz: LossMap = (loss, to) => {
  loss.fixed('loss_type', ['multi_class'], 'the loss is over all classes here')
  const image = loss.flag('per_image')
  if (image) image.mapped(`${to}.per`, image.value ? 'image' : 'batch')
  const classes = loss.any('classes')
  if (classes?.value.kind === 'scalar') {
    const which = loss.text('classes')
    if (which) which.mapped(`${to}.classes`, which.value)
  } else classes?.dropped('a list of classes has no counterpart')
  loss.account.note(
    'approximated',
    loss.path,
    `${to}.maxPixels`,
    'at most 32768 pixels of a batch are sorted; "maxPixels": null takes all',
    loss.at,
  )
  common(loss, to, 'lovasz')
}

const tversky: LossMap = (loss, to) => {
  numbers(loss, to, { alpha: 'alpha', beta: 'beta', smooth: 'smooth' })
  loss.fill('type', `${to}.classes`, 'all', 'mmsegmentation takes the mean over every class')
  common(loss, to, 'tversky')
}

const ohem: LossMap = (loss, to) => {
  const threshold = loss.number('thres')
  if (threshold) threshold.mapped(`${to}.ohem.threshold`, threshold.value)
  const kept = loss.number('min_kept')
  if (kept) kept.approximated(`${to}.ohem.minKept`, kept.value, 'counted per picture here')
  loss.account.note('approximated', loss.path, `${to}.ohem`, ohemNote, loss.at)
  loss.fixed('ignore_label', [255], 'the void label is 255 here')
  loss.fixed('ignore_index', [255], 'the void label is 255 here')
  common(loss, to, 'ohem')
}

const table: Readonly<Record<string, { type: string; map: LossMap }>> = {
  CrossEntropyLoss: { type: 'crossEntropy', map: crossEntropy },
  OhemCrossEntropy: { type: 'crossEntropy', map: ohem },
  FocalLoss: { type: 'sigmoidFocal', map: focal },
  DiceLoss: { type: 'dice', map: dice },
  LovaszLoss: { type: 'lovasz', map: lovasz },
  TverskyLoss: { type: 'tversky', map: tversky },
}

function numbers(loss: Part, to: string, keys: Readonly<Record<string, string>>): void {
  for (const [from, key] of Object.entries(keys)) {
    const field = loss.number(from)
    if (field) field.mapped(`${to}.${key}`, field.value)
  }
}

/** `decode_head.loss_decode`, one or several, and the pixels that `sampler` chooses. */
export function mapLosses(head: Part): void {
  let count = 0
  for (const loss of head.parts('loss_decode')) {
    const known = Object.hasOwn(table, loss.type) ? table[loss.type]! : null
    if (!known) {
      loss.droppedWhole(`there is no loss like ${loss.type.slice(0, 80) || 'it'}`)
      continue
    }
    const to = `loss.${count++}`
    loss.text('type')?.mapped(`${to}.type`, known.type)
    known.map(loss, to)
  }
  if (count === 0) head.fill('loss_decode', 'loss', [{ type: 'crossEntropy', avgNonIgnore: false }], 'the default of mmsegmentation')
  mapSampler(head)
}

function mapSampler(head: Part): void {
  const sampler = head.part('sampler')
  if (!sampler) return
  const losses = head.account.get('loss') as { [key: string]: Json }[]
  const at = losses.findIndex(({ type }) => type === 'crossEntropy')
  if (sampler.type !== 'OHEMPixelSampler' || at < 0) return sampler.droppedWhole('only OHEM, and only for cross entropy, is known here')
  const to = `loss.${at}.ohem`
  sampler.text('type')?.used(to)
  const threshold = sampler.number('thresh')
  head.account.set(`${to}.threshold`, null, sampler.at)
  if (threshold) threshold.mapped(`${to}.threshold`, threshold.value)
  const kept = sampler.number('min_kept')
  if (kept) kept.mapped(`${to}.minKept`, kept.value)
}
