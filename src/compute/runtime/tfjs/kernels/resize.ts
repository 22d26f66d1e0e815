import { bilinearWeights } from '../../../ops/resize.ts'
import { kernel, refuse, type Kernel, type KernelContext } from '../kernel.ts'
import type { Tensor } from '../library.ts'

/** [N,C,H,W] -> [N,C,h,w] by the two ways our graphs use: bilinear between half-pixel centres, nearest by floor of i from / to. */
function resize({ tf, input, numbers, attributes, kept }: KernelContext): Tensor {
  const x = input(0)
  const [, , h, w] = x.shape as [number, number, number, number]
  const [, , toH, toW] = numbers(3) as readonly [number, number, number, number]
  const mode = attributes.text('mode', 'nearest')
  const coordinates = attributes.text('coordinate_transformation_mode', 'half_pixel')
  if (mode === 'linear' && coordinates === 'half_pixel') {
    const weights = (from: number, to: number): Tensor =>
      kept(`bilinear ${from} ${to}`, () => tf.tensor2d(bilinearWeights(from, to), [to, from]))
    const rows = tf.reshape(x, [-1, h, w])
    const tall = tf.matMul(tf.reshape(weights(h, toH), [1, toH, h]), rows)
    const wide = tf.matMul(tf.reshape(tall, [-1, w]), weights(w, toW), false, true)
    return tf.reshape(wide, [x.shape[0], x.shape[1]!, toH, toW])
  }
  if (mode === 'nearest' && coordinates === 'asymmetric' && attributes.text('nearest_mode', 'round_prefer_floor') === 'floor') {
    const sources = (from: number, to: number): Tensor =>
      kept(`nearest ${from} ${to}`, () =>
        tf.tensor1d(
          Int32Array.from({ length: to }, (_, i) => Math.floor((i * from) / to)),
          'int32',
        ),
      )
    return tf.gather(tf.gather(x, sources(h, toH) as never, 2), sources(w, toW), 3)
  }
  return refuse(`resizing with ${mode}, ${coordinates}`)
}

export const resizeKernels: Readonly<Record<string, Kernel>> = {
  Resize: kernel(resize, ['mode', 'coordinate_transformation_mode', 'nearest_mode']),
}
