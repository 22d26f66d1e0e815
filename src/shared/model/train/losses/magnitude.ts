import type { LossConfig, LossType } from './table.ts'

/**
 * A batch in which all classes are alike: `classes` of equal area in a picture of `pixels` labelled pixels, the logit `own` for the class of a
 * pixel and `other` for each other one. Two numbers then say everything, and a loss can be worked out without a network.
 */
export interface EvenBatch {
  readonly classes: number
  readonly pixels: number
  readonly own: number
  readonly other: number
}

/** A network that knows nothing: every logit is 0. */
export const untrained = (classes: number, pixels: number): EvenBatch => ({ classes, pixels, own: 0, other: 0 })

/** The class of a pixel has probability `p` by softmax and by sigmoid, the others share the rest alike. */
export function confident(classes: number, pixels: number, p: number): EvenBatch {
  const own = Math.log(p / (1 - p))
  return { classes, pixels, own, other: own - Math.log((p / (1 - p)) * (classes - 1)) }
}

type Of<T extends LossType> = Extract<LossConfig, { type: T }>
const softplus = (z: number): number => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)))
const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z))

/** Probabilities of the own class and of each other one. */
function probabilities({ classes, own, other }: EvenBatch, activation: 'softmax' | 'sigmoid'): { p: number; q: number } {
  if (activation === 'sigmoid') return { p: sigmoid(own), q: sigmoid(other) }
  const p = 1 / (1 + (classes - 1) * Math.exp(other - own))
  return { p, q: p * Math.exp(other - own) }
}

/** As compute/losses, for an even batch; class weights, border weights and the choice of hard pixels are left out. */
const values: { readonly [T in LossType]: (config: Of<T>, batch: EvenBatch) => number } = {
  crossEntropy({ labelSmoothing: e }, batch) {
    const { p, q } = probabilities(batch, 'softmax')
    return -(1 - e) * Math.log(p) - (e / batch.classes) * (Math.log(p) + (batch.classes - 1) * Math.log(q))
  },
  sigmoidFocal({ gamma, alpha, classAlphas, average }, { classes, own, other }) {
    const term = (z: number): number => sigmoid(z) ** gamma * softplus(z)
    const a = classAlphas ? classAlphas.reduce((sum, each) => sum + each, 0) / classAlphas.length : alpha
    const sum = a * term(-own) + (1 - a) * (classes - 1) * term(other)
    return average === 'all' ? sum / classes : sum
  },
  softmaxFocal({ gamma }, batch) {
    const { p } = probabilities(batch, 'softmax')
    return -((1 - p) ** gamma) * Math.log(p)
  },
  dice({ form, activation, smooth, exponent, naive, eps }, batch) {
    const { classes, pixels } = batch
    const { p, q } = probabilities(batch, activation)
    const area = form === 'perClass' ? pixels / classes : pixels
    const power = form === 'perClass' ? exponent : naive ? 1 : 2
    const squares = (p ** power + (classes - 1) * q ** power) * area
    if (form === 'perClass') return 1 - (2 * p * area + smooth) / (squares + area + smooth)
    return 1 - (2 * p * area + (naive ? eps : 0)) / (squares + area + (naive ? eps : 2 * eps))
  },
  lovasz(_, batch) {
    const { p, q } = probabilities(batch, 'softmax')
    const [missed, alarm] = [1 - p, q]
    return missed >= alarm ? missed : alarm * (1 - 1 / batch.classes) + missed / batch.classes
  },
  tversky({ alpha, beta, gamma, smooth }, batch) {
    const { classes, pixels } = batch
    const { p, q } = probabilities(batch, 'softmax')
    const area = pixels / classes
    const above = p * area + smooth
    return (1 - above / (above + alpha * (classes - 1) * q * area + beta * (1 - p) * area)) ** gamma
  },
}

/** The loss of an even batch, without its weight. */
export function lossAt(config: LossConfig, batch: EvenBatch): number {
  return (values[config.type] as (config: LossConfig, batch: EvenBatch) => number)(config, batch)
}

/** The sum of |d loss / d logit| over all logits of an even batch: how hard the loss pulls, without its weight. */
export function pullAt(config: LossConfig, batch: EvenBatch): number {
  const step = 1e-4
  const slope = (key: 'own' | 'other'): number =>
    (lossAt(config, { ...batch, [key]: batch[key] + step }) - lossAt(config, { ...batch, [key]: batch[key] - step })) / (2 * step)
  return Math.abs(slope('own')) + Math.abs(slope('other'))
}
