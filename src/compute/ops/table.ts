import { geluOp, logSoftmaxOp, reluOp, sigmoidOp, siluOp, softmaxOp, softplusOp, tanhOp } from './activation.ts'
import { andOp, castOp, equalOp, greaterOp, greaterOrEqualOp, lessOp, lessOrEqualOp, notOp, orOp, whereOp } from './compare.ts'
import { conv2dOp, convTranspose2dOp, maxPool2dOp } from './conv.ts'
import { crossEntropyOp } from './crossEntropy.ts'
import { cropToOp, resizeBilinearToOp } from './dataSized.ts'
import {
  absOp,
  addOp,
  atanOp,
  ceilOp,
  clipOp,
  cosOp,
  divOp,
  erfOp,
  expOp,
  floorOp,
  logOp,
  maximumOp,
  minimumOp,
  mulOp,
  negOp,
  powOp,
  reciprocalOp,
  roundOp,
  signOp,
  sinOp,
  sqrtOp,
  squareOp,
  subOp,
} from './elementwise.ts'
import { binaryFocalOp, focusedCrossEntropyOp } from './focal.ts'
import { attentionOp, linearOp, matMulOp } from './matmul.ts'
import { batchNormEvalOp, batchNormTrainOp, layerNormOp } from './norm.ts'
import type { AnyOp } from './op.ts'
import { reduceMaxOp, reduceMeanOp, reduceMinOp, reduceSumOp } from './reduce.ts'
import { resizeBilinearOp, resizeNearestOp } from './resize.ts'
import { argMaxOp, cumSumOp, oneHotOp, scatterElementsOp, topKOp } from './select.ts'
import { concatOp, expandOp, gatherElementsOp, gatherNdOp, gatherOp, padOp, reshapeOp, sliceOp, transposeOp } from './shape.ts'

const elementwise = [absOp, addOp, atanOp, ceilOp, clipOp, cosOp, divOp, erfOp, expOp, floorOp, logOp, maximumOp, minimumOp, mulOp, negOp]
const elementwiseMore = [powOp, reciprocalOp, roundOp, signOp, sinOp, sqrtOp, squareOp, subOp]
const activations = [geluOp, logSoftmaxOp, reluOp, sigmoidOp, siluOp, softmaxOp, softplusOp, tanhOp]
const comparisons = [andOp, castOp, equalOp, greaterOp, greaterOrEqualOp, lessOp, lessOrEqualOp, notOp, orOp, whereOp]
const layers = [conv2dOp, convTranspose2dOp, maxPool2dOp, attentionOp, linearOp, matMulOp, batchNormEvalOp, batchNormTrainOp, layerNormOp]
const rest = [
  reduceMaxOp,
  reduceMeanOp,
  reduceMinOp,
  reduceSumOp,
  resizeBilinearOp,
  resizeNearestOp,
  crossEntropyOp,
  binaryFocalOp,
  focusedCrossEntropyOp,
]
const selections = [argMaxOp, cumSumOp, oneHotOp, scatterElementsOp, topKOp]
const dataSized = [cropToOp, resizeBilinearToOp]
const shapes = [concatOp, expandOp, gatherElementsOp, gatherNdOp, gatherOp, padOp, reshapeOp, sliceOp, transposeOp]

/** Every op there is. A test reads this folder and fails for a record that is not listed. */
export const opTable = [
  ...elementwise,
  ...elementwiseMore,
  ...activations,
  ...comparisons,
  ...layers,
  ...rest,
  ...selections,
  ...shapes,
  ...dataSized,
] as unknown as readonly AnyOp[]
