import { broadcastShapes, staticShape } from '../../../tensor/shape.ts'
import { kernel, sizeOf, type Kernel, type KernelContext } from '../kernel.ts'
import type { Tensor, Tf } from '../library.ts'

/** Batched product with broadcast batches, which TensorFlow.js only knows where one side has a single matrix. */
function matMul(tf: Tf, x: Tensor, y: Tensor): Tensor {
  const outer = staticShape(broadcastShapes(x.shape.slice(0, -2), y.shape.slice(0, -2)))
  const stack = (t: Tensor): Tensor => {
    const [rows, columns] = t.shape.slice(-2) as [number, number]
    const own = t.shape.slice(0, -2)
    const whole = sizeOf(own) === 1 || sizeOf(own) === sizeOf(outer) ? t : tf.broadcastTo(t, [...outer, rows, columns])
    return tf.reshape(whole, [-1, rows, columns])
  }
  const [rows, columns] = [x.shape.at(-2)!, y.shape.at(-1)!]
  // Rows of every batch are rows of one product where all batches share the right side.
  if (sizeOf(y.shape.slice(0, -2)) === 1) {
    const inner = x.shape.at(-1)!
    const product = tf.matMul(tf.reshape(x, [sizeOf(outer) * rows, inner]), tf.reshape(y, [inner, columns]))
    return tf.reshape(product, [...outer, rows, columns])
  }
  return tf.reshape(tf.matMul(stack(x), stack(y)), [...outer, rows, columns])
}

function gemm({ tf, input, has, attributes }: KernelContext): Tensor {
  const [alpha, beta] = [attributes.float('alpha', 1), attributes.float('beta', 1)]
  const product = tf.matMul(input(0), input(1), attributes.flag('transA', false), attributes.flag('transB', false))
  const scaled = alpha === 1 ? product : tf.mul(product, alpha)
  if (!has(2)) return scaled
  return tf.add(scaled, beta === 1 ? input(2) : tf.mul(input(2), beta))
}

export const matmulKernels: Readonly<Record<string, Kernel>> = {
  MatMul: kernel(({ tf, input }) => matMul(tf, input(0), input(1))),
  Gemm: kernel(gemm, ['transA', 'transB', 'alpha', 'beta']),
}
