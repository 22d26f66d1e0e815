import { axisOf, kernel, type Kernel, type KernelContext } from '../kernel.ts'
import type { Tensor } from '../library.ts'
import { meanOver } from './reduce.ts'

/** Softmax along any axis, the largest exponent taken out. */
function softmax({ tf, input, attributes }: KernelContext): Tensor {
  const x = input(0)
  const axis = axisOf(attributes.int('axis', -1), x.shape.length)
  const exponentials = tf.exp(tf.sub(x, tf.max(x, [axis], true)))
  return tf.div(exponentials, tf.sum(exponentials, [axis], true))
}

function layerNorm({ tf, input, has, attributes, outputCount }: KernelContext): readonly Tensor[] {
  const x = input(0)
  const first = axisOf(attributes.int('axis', -1), x.shape.length)
  const axes = x.shape.map((_, i) => i).slice(first)
  const mean = meanOver(tf, x, axes, true)
  const centred = tf.sub(x, mean)
  const inverse = tf.rsqrt(tf.add(meanOver(tf, tf.square(centred), axes, true), attributes.float('epsilon', 1e-5)))
  const scaled = tf.mul(tf.mul(centred, inverse), input(1))
  return [has(2) ? tf.add(scaled, input(2)) : scaled, mean, inverse].slice(0, outputCount)
}

/** Inference only: x [N,C,..] with stored statistics, as one factor and one summand per channel. */
function batchNorm({ tf, input, attributes }: KernelContext): Tensor {
  const [x, scale, bias, mean, variance] = [0, 1, 2, 3, 4].map(input) as [Tensor, Tensor, Tensor, Tensor, Tensor]
  const factor = tf.mul(scale, tf.rsqrt(tf.add(variance, attributes.float('epsilon', 1e-5))))
  const perChannel = (t: Tensor): Tensor => tf.reshape(t, [1, -1, ...x.shape.slice(2).map(() => 1)])
  return tf.add(tf.mul(tf.sub(x, perChannel(mean)), perChannel(factor)), perChannel(bias))
}

export const normKernels: Readonly<Record<string, Kernel>> = {
  Softmax: kernel(softmax, ['axis']),
  LayerNormalization: kernel(layerNorm, ['axis', 'epsilon']),
  BatchNormalization: kernel(batchNorm, ['epsilon']),
}
