import { onnxTypeCode } from '../../../tensor/dtype.ts'
import { kernel, refuse, type Kernel } from '../kernel.ts'
import type { Tensor, Tf } from '../library.ts'

const unary = (run: (tf: Tf, x: Tensor) => Tensor): Kernel => kernel(({ tf, input }) => run(tf, input(0)))
const binary = (run: (tf: Tf, x: Tensor, y: Tensor) => Tensor): Kernel => kernel(({ tf, input }) => run(tf, input(0), input(1)))
const folded = (run: (tf: Tf, x: Tensor, y: Tensor) => Tensor): Kernel =>
  kernel(({ tf, inputs }) => inputs().reduce((x, y) => run(tf, x, y)))

/** ONNX rounds integer quotients towards zero, TensorFlow.js down. */
function divide(tf: Tf, x: Tensor, y: Tensor): Tensor {
  if (x.dtype !== 'int32') return tf.div(x, y)
  const down = tf.floorDiv(x, y)
  const short = tf.logicalAnd(tf.less(down, 0), tf.notEqual(tf.mul(down, y), x))
  return tf.add(down, tf.cast(short, 'int32'))
}

/** Integers of every width are int32 here; uint8 keeps its range. */
function cast(tf: Tf, x: Tensor, to: number): Tensor {
  if (to === onnxTypeCode.float32) return tf.cast(x, 'float32')
  if (to === onnxTypeCode.int32 || to === onnxTypeCode.int64) return tf.cast(x, 'int32')
  if (to === onnxTypeCode.uint8) return tf.mod(tf.cast(x, 'int32'), tf.scalar(256, 'int32'))
  if (to === onnxTypeCode.bool) return tf.cast(x, 'bool')
  return refuse(to === onnxTypeCode.float16 ? 'float16' : `a cast to the element type ${to}`)
}

export const elementwiseKernels: Readonly<Record<string, Kernel>> = {
  Add: binary((tf, x, y) => tf.add(x, y)),
  Sub: binary((tf, x, y) => tf.sub(x, y)),
  Mul: binary((tf, x, y) => tf.mul(x, y)),
  Div: binary(divide),
  Max: folded((tf, x, y) => tf.maximum(x, y)),
  Min: folded((tf, x, y) => tf.minimum(x, y)),
  Pow: binary((tf, x, y) => tf.pow(x, y)),
  Neg: unary((tf, x) => tf.neg(x)),
  Abs: unary((tf, x) => tf.abs(x)),
  Exp: unary((tf, x) => tf.exp(x)),
  Log: unary((tf, x) => tf.log(x)),
  Sqrt: unary((tf, x) => tf.sqrt(x)),
  Reciprocal: unary((tf, x) => tf.reciprocal(x)),
  Sin: unary((tf, x) => tf.sin(x)),
  Cos: unary((tf, x) => tf.cos(x)),
  Atan: unary((tf, x) => tf.atan(x)),
  Erf: unary((tf, x) => tf.erf(x)),
  Floor: unary((tf, x) => tf.floor(x)),
  Ceil: unary((tf, x) => tf.ceil(x)),
  Round: unary((tf, x) => tf.round(x)),
  Sign: unary((tf, x) => tf.sign(x)),
  Relu: unary((tf, x) => tf.relu(x)),
  Sigmoid: unary((tf, x) => tf.sigmoid(x)),
  Tanh: unary((tf, x) => tf.tanh(x)),
  Identity: unary((tf, x) => tf.clone(x)),
  Clip: kernel(({ tf, input, has, numbers }) => {
    const bound = (i: number, absent: number): number => (has(i) ? numbers(i)[0]! : absent)
    return tf.clipByValue(input(0), bound(1, -Infinity), bound(2, Infinity))
  }),
  Cast: kernel(({ tf, input, attributes }) => cast(tf, input(0), attributes.int('to')), ['to']),
  Equal: binary((tf, x, y) => tf.equal(x, y)),
  Greater: binary((tf, x, y) => tf.greater(x, y)),
  GreaterOrEqual: binary((tf, x, y) => tf.greaterEqual(x, y)),
  Less: binary((tf, x, y) => tf.less(x, y)),
  LessOrEqual: binary((tf, x, y) => tf.lessEqual(x, y)),
  And: binary((tf, x, y) => tf.logicalAnd(x, y)),
  Or: binary((tf, x, y) => tf.logicalOr(x, y)),
  Not: unary((tf, x) => tf.logicalNot(x)),
  Where: kernel(({ tf, input }) => tf.where(input(0), input(1), input(2))),
}
