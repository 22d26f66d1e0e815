import { expect, it } from 'vitest'
import { GraphBuilder } from '../graph/builder.ts'
import { encodeModel } from '../graph/codec.ts'
import { Session, hostData, hostTensor } from '../runtime/session.ts'
import { symbolDim } from '../tensor/dim.ts'
import { counterRng } from '../tensor/rng.ts'
import { groupNorm } from './layers.ts'
import { Net } from './net.ts'

/** Wu and He 2018, equation 7, in double precision. */
function expected(x: Float32Array, [n, c, h, w]: readonly number[], groups: number, weight: Float32Array, bias: Float32Array): number[] {
  const size = (c! / groups) * h! * w!
  const y = new Array<number>(x.length)
  for (let g = 0; g < n! * groups; g++) {
    const of = [...x.subarray(g * size, (g + 1) * size)]
    const mean = of.reduce((sum, v) => sum + v, 0) / size
    const variance = of.reduce((sum, v) => sum + (v - mean) ** 2, 0) / size
    of.forEach((v, i) => {
      const channel = Math.floor((g * size + i) / (h! * w!)) % c!
      y[g * size + i] = ((v - mean) / Math.sqrt(variance + 1e-5)) * weight[channel]! + bias[channel]!
    })
  }
  return y
}

it.each([
  [[2, 8, 3, 5], 4],
  [[1, 64, 2, 2], 32],
  [[3, 6, 4, 1], 3],
])('groupNorm of %j has %i groups and the values of the paper, for sizes known only when it runs', async (shape, groups) => {
  const rng = counterRng(1, 'group norm')
  const random = (length: number) => Float32Array.from({ length }, () => 3 + rng.normal())
  const x = random(shape.reduce((a, b) => a * b, 1))
  const [weight, bias] = [random(shape[1]!), random(shape[1]!)]
  const b = new GraphBuilder('norm')
  const net = new Net(b, false)
  b.output('y', groupNorm(net, 'norm', b.input('x', 'float32', [symbolDim('N'), shape[1]!, symbolDim('H'), symbolDim('W')])))
  const session = await Session.create(encodeModel(b.graph()), { provider: 'cpu', threads: 1 })
  const vector = (data: Float32Array) => hostTensor(data, [data.length])
  const { y } = await session.run({ x: hostTensor(x, shape), 'norm.weight': vector(weight), 'norm.bias': vector(bias) })
  await session.dispose()
  const got = hostData(y!) as Float32Array
  expected(x, shape, groups, weight, bias).forEach((value, i) => expect(got[i]).toBeCloseTo(value, 3))
})
