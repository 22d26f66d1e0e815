import { invariant } from '../../shared/errors.ts'
import type { Value } from '../graph/graph.ts'
import * as conv from '../ops/conv.ts'
import { add, div, mul, sqrt, square, sub } from '../ops/elementwise.ts'
import * as matmul from '../ops/matmul.ts'
import * as norm from '../ops/norm.ts'
import { reduceMean } from '../ops/reduce.ts'
import { reshape, transpose } from '../ops/shape.ts'
import { evaluateDim, mulDims } from '../tensor/dim.ts'
import { convInit, linearInit, ones, zeros, type Init } from './init.ts'
import type { Net } from './net.ts'

/** Size of an axis that must be a number. */
export function sizeAt(x: Value, axis: number): number {
  const dim = x.shape.at(axis)
  invariant(typeof dim === 'number', `axis ${axis} of ${x.name} must be a number here`)
  return dim
}

/** Fully connected layer, tokens `[.., in] -> [.., out]`, weight `[out, in]` (torch nn.Linear). */
export function linear(net: Net, name: string, x: Value, out: number): Value {
  const weight = net.param(`${name}.weight`, [out, sizeAt(x, -1)], linearInit)
  const bias = net.param(`${name}.bias`, [out], zeros)
  return matmul.linear(net.b, x, weight, bias)
}

/** The same layer on channel-first features, `[N,in,H,W] -> [N,out,H,W]`: the parameters of a Linear, run as a 1x1 convolution. */
export function linearChannels(net: Net, name: string, x: Value, out: number): Value {
  const weight = net.param(`${name}.weight`, [out, sizeAt(x, 1)], linearInit)
  const bias = net.param(`${name}.bias`, [out], zeros)
  return conv.conv2d(net.b, x, reshape(net.b, weight, [out, sizeAt(x, 1), 1, 1]), bias, {})
}

export interface ConvOptions {
  readonly out: number
  readonly kernel: number
  readonly stride?: number
  readonly pad?: number
  readonly group?: number
  readonly bias?: boolean
}

/** Convolution `[N,C,H,W] -> [N,out,H',W']`, weight `[out, C/group, k, k]` (torch nn.Conv2d). */
export function conv2d(net: Net, name: string, x: Value, options: ConvOptions): Value {
  const { out, kernel, stride = 1, pad = 0, group = 1, bias = true } = options
  const shape = [out, sizeAt(x, 1) / group, kernel, kernel] as const
  const weight = net.param(`${name}.weight`, shape, convInit(shape, group))
  return conv.conv2d(net.b, x, weight, bias ? net.param(`${name}.bias`, [out], zeros) : null, { stride, pad, group })
}

/** Layer normalisation over the last axis; every norm carries its own eps. */
export function layerNorm(net: Net, name: string, x: Value, eps: number): Value {
  const width = sizeAt(x, -1)
  return norm.layerNorm(net.b, x, net.param(`${name}.weight`, [width], ones), net.param(`${name}.bias`, [width], zeros), eps)
}

/** The same without adding the bias, which the caller takes care of. */
export function layerNormUnbiased(net: Net, name: string, x: Value, eps: number): { normed: Value; bias: Value } {
  const width = sizeAt(x, -1)
  const scale = net.param(`${name}.weight`, [width], ones)
  const bias = net.param(`${name}.bias`, [width], zeros)
  return { normed: norm.layerNorm(net.b, x, scale, net.b.zeros({ dtype: 'float32', shape: [width] }), eps), bias }
}

export interface BatchNormOptions {
  readonly eps?: number
  readonly momentum?: number
  /** A constant per channel that belongs to x but was left out of it, see `batchNorm`. */
  readonly shift?: Value
}

/**
 * Batch normalisation over (N, H, W) of `[N,C,H,W]` (torch nn.BatchNorm2d): training normalises with the batch's biased variance and moves the
 * running statistics by `momentum`, with the unbiased variance n / (n - 1).
 *
 * `shift` stands for biases before the norm. Subtracting the mean removes them, so in training they reach the running mean only and their
 * gradient is exactly zero (through the sum it would be rounding noise, which AdamW would blow up to full steps).
 */
export function batchNorm(net: Net, name: string, x: Value, options: BatchNormOptions = {}): Value {
  const { eps = 1e-5, momentum = 0.1, shift } = options
  const { b } = net
  const width = sizeAt(x, 1)
  const scale = net.param(`${name}.weight`, [width], ones)
  const bias = net.param(`${name}.bias`, [width], zeros)
  const mean = net.buffer(`${name}.running_mean`, [width], 0)
  const variance = net.buffer(`${name}.running_var`, [width], 1)
  if (!net.training) return norm.batchNormEval(b, x, scale, bias, shift ? sub(b, mean, shift) : mean, variance, eps)
  const batch = norm.batchNormTrain(b, x, scale, bias, eps)
  const count = [x.shape[0]!, x.shape[2]!, x.shape[3]!].reduce<number>((n, dim) => n * evaluateDim(dim, {}), 1)
  invariant(count > 1, 'batch statistics need more than one value per channel')
  const move = (running: Value, now: Value, factor: number): Value => add(b, mul(b, running, 1 - momentum), mul(b, now, momentum * factor))
  const batchMean = shift ? add(b, batch.mean, shift) : batch.mean
  net.bufferUpdates.push({ name: `${name}.running_mean`, value: move(mean, batchMean, 1) })
  net.bufferUpdates.push({ name: `${name}.running_var`, value: move(variance, batch.variance, count / (count - 1)) })
  return batch.y
}

/** Groups of `groupNorm`: 32 (Wu and He 2018), fewer where a group would be a single channel. */
function groupsOf(channels: number): number {
  let groups = Math.min(32, Math.max(1, Math.floor(channels / 2)))
  while (channels % groups !== 0) groups--
  return groups
}

/** Group normalisation of `[N,C,H,W]` (Wu and He 2018): mean and variance over the pixels and the channels of a group of each picture, so that no picture depends on another. */
export function groupNorm(net: Net, name: string, x: Value, eps = 1e-5): Value {
  const { b } = net
  const [n, , h, w] = x.shape
  const width = sizeAt(x, 1)
  const groups = groupsOf(width)
  const column = (part: string, init: Init): Value => reshape(b, net.param(`${name}.${part}`, [width], init), [1, width, 1, 1])
  const grouped = reshape(b, x, [n!, groups, mulDims(mulDims(h!, w!), width / groups)])
  const centred = sub(b, grouped, reduceMean(b, grouped, [2], true))
  const variance = reduceMean(b, square(b, centred), [2], true)
  const normed = reshape(b, div(b, centred, sqrt(b, add(b, variance, eps))), x.shape)
  return add(b, mul(b, normed, column('weight', ones)), column('bias', zeros))
}

/** Stochastic depth (Huang et al. 2016): the whole branch of a sample is dropped; `[N, ..]`, one mask value per sample. */
export function dropPath(net: Net, name: string, branch: Value, rate: number): Value {
  if (!net.training || rate === 0) return branch
  return mul(net.b, branch, net.mask(name, [branch.shape[0]!, ...branch.shape.slice(1).map(() => 1)], rate))
}

/** Dropout of whole channels (torch nn.Dropout2d), `[N,C,H,W]`. */
export function dropout2d(net: Net, name: string, x: Value, rate: number): Value {
  if (!net.training || rate === 0) return x
  return mul(net.b, x, net.mask(name, [x.shape[0]!, x.shape[1]!, 1, 1], rate))
}

/** Tokens `[N, H*W, C] -> [N,C,H,W]`. */
export function tokensToImage(net: Net, x: Value, height: Value['shape'][number], width: Value['shape'][number]): Value {
  const [n, , c] = x.shape
  return reshape(net.b, transpose(net.b, x, [0, 2, 1]), [n!, c!, height, width])
}

/** `[N,C,H,W] -> tokens [N, H*W, C]`. */
export function imageToTokens(net: Net, x: Value): Value {
  const [n, c, h, w] = x.shape
  return transpose(net.b, reshape(net.b, x, [n!, c!, mulDims(h!, w!)]), [0, 2, 1])
}
