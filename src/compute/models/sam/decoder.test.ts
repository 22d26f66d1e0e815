import { describe, expect, it } from 'vitest'
import { backward } from '../../autodiff/backward.ts'
import { GraphBuilder } from '../../graph/builder.ts'
import { encodeModel } from '../../graph/codec.ts'
import type { Value } from '../../graph/graph.ts'
import { bindWeights } from '../../graph/passes.ts'
import { initialise } from '../../nn/init.ts'
import { imageToTokens } from '../../nn/layers.ts'
import { Net } from '../../nn/net.ts'
import { gelu } from '../../ops/activation.ts'
import { conv2d } from '../../ops/conv.ts'
import { add, mul } from '../../ops/elementwise.ts'
import { layerNorm } from '../../ops/norm.ts'
import { reduceSum } from '../../ops/reduce.ts'
import { transpose } from '../../ops/shape.ts'
import { Session, hostData, hostTensor } from '../../runtime/session.ts'
import type { TensorData } from '../../tensor/dtype.ts'
import { symbolDim, type Dim } from '../../tensor/dim.ts'
import { counterRng } from '../../tensor/rng.ts'
import { frequenciesName, pointLabels, promptEncoder, type PromptEncoderConfig } from './promptEncoder.ts'
import { twoWayDecoder, type TwoWayDecoderConfig } from './twoWayDecoder.ts'

interface Sizes {
  readonly prompt: PromptEncoderConfig
  readonly decoder: TwoWayDecoderConfig
}

const official: Sizes = {
  prompt: { width: 256, imageSize: 1024, grid: 64, maskChannels: 16 },
  decoder: { width: 256, grid: 64, depth: 2, heads: 8, mlpWidth: 2048, crossWidth: 128, masks: 4, iouDepth: 3, iouWidth: 256 },
}
const small: Sizes = {
  prompt: { width: 16, imageSize: 48, grid: 3, maskChannels: 8 },
  decoder: { width: 16, grid: 3, depth: 2, heads: 2, mlpWidth: 24, crossWidth: 8, masks: 3, iouDepth: 2, iouWidth: 12 },
}

const normal = (length: number, name: string): Float32Array => {
  const rng = counterRng(7, name)
  return Float32Array.from({ length }, () => rng.normal())
}

/** Image, points, labels and mask as inputs; every output of both parts. */
function build(net: Net, { prompt, decoder }: Sizes, images: number, prompts: Dim, points: Dim): { masks: Value; iou: Value } {
  const { b } = net
  const image = b.input('image', 'float32', [images, prompt.width, prompt.grid, prompt.grid])
  const encoder = promptEncoder(net, prompt)
  const tokens = encoder.points(b.input('points', 'float32', [prompts, points, 2]), b.input('labels', 'float32', [prompts, points]))
  const mask = encoder.mask(b.input('mask', 'float32', [prompts, 1, 4 * prompt.grid, 4 * prompt.grid]))
  const outputs = twoWayDecoder(net, decoder, {
    image: imageToTokens(net, image),
    positions: encoder.positions,
    dense: add(b, mask, encoder.noMask),
    prompts: tokens,
  })
  b.output('masks', outputs.masks)
  b.output('iou', outputs.iou)
  return outputs
}

/** Initial weights, with norms and biases moved away from 1 and 0. */
function weightsOf(net: Net): Map<string, Float32Array> {
  return new Map(
    net.parameters.map(({ name, shape, init }) => {
      const values = new Float32Array(shape.reduce((a, b) => a * b, 1))
      initialise(values, init, 1, name)
      if (init.kind === 'constant') normal(values.length, name).forEach((v, i) => (values[i] = values[i]! + 0.1 * v))
      return [name, values]
    }),
  )
}

const points = [10, 40, 3.5, 7, 20, 1]
const labels = [pointLabels.positive, pointLabels.negative, pointLabels.boxStart]

async function run(
  net: Net,
  feeds: Readonly<Record<string, readonly [TensorData, readonly number[]]>>,
): Promise<Record<string, Float32Array>> {
  const weights = weightsOf(net)
  const session = await Session.create(encodeModel(bindWeights(net.b.graph(), (name) => weights.get(name)!)), {
    provider: 'cpu',
    threads: 1,
  })
  const results = await session.run(Object.fromEntries(Object.entries(feeds).map(([name, [data, dims]]) => [name, hostTensor(data, dims)])))
  const host = Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, (hostData(tensor) as Float32Array).slice()]))
  await session.dispose()
  return host
}

const largest = (a: Float32Array, b: Float32Array): number => a.reduce((most, v, i) => Math.max(most, Math.abs(v - b[i]!)), 0)

describe('SAM prompt encoder and mask decoder', () => {
  it('have the official numbers of parameters', () => {
    const net = new Net(new GraphBuilder(), false)
    build(net, official, 1, 1, symbolDim('N'))
    const count = (part: string): number =>
      net.parameters
        .filter(({ name }) => name.startsWith(part) && name !== frequenciesName)
        .reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0)
    expect(count('prompt_encoder.')).toBe(6220)
    expect(count('mask_decoder.')).toBe(4_058_340)
  })

  it('take several prompt sets of one image as they take each of them alone, for any number of them', async () => {
    const { width, grid } = small.prompt
    const net = new Net(new GraphBuilder(), false)
    build(net, small, 1, symbolDim('B'), symbolDim('N'))
    const image = [normal(width * grid * grid, 'image'), [1, width, grid, grid]] as const
    const mask = normal(2 * 144, 'mask')
    const feeds = (count: number, at: number, which: readonly number[]) => ({
      image,
      points: [Float32Array.from(which.flatMap((shift) => points.map((p) => p + shift))), [count, 3, 2]] as const,
      labels: [Float32Array.from(which.flatMap(() => labels)), [count, 3]] as const,
      mask: [mask.slice(144 * at, 144 * (at + count)), [count, 1, 12, 12]] as const,
    })
    const both = await run(net, feeds(2, 0, [0, 5]))
    const first = await run(net, feeds(1, 0, [0]))
    const second = await run(net, feeds(1, 1, [5]))
    expect(both['masks']).toHaveLength(2 * 3 * 144)
    expect(largest(both['masks']!, Float32Array.of(...first['masks']!, ...second['masks']!))).toBeLessThan(1e-5)
    expect(largest(both['iou']!, Float32Array.of(...first['iou']!, ...second['iou']!))).toBeLessThan(1e-5)
    expect(largest(first['masks']!, second['masks']!)).toBeGreaterThan(1e-2)
  })

  it('ignore where a padding point lies, and stay finite with nothing else', async () => {
    const { width, grid } = small.prompt
    const net = new Net(new GraphBuilder(), false)
    build(net, small, 1, 1, symbolDim('N'))
    const at = (x: number) =>
      run(net, {
        image: [normal(width * grid * grid, 'image'), [1, width, grid, grid]],
        points: [Float32Array.of(x, 2 * x), [1, 1, 2]],
        labels: [Float32Array.of(pointLabels.padding), [1, 1]],
        mask: [new Float32Array(144), [1, 1, 12, 12]],
      })
    const [here, there] = [await at(0), await at(31)]
    expect(here['masks']!.every(Number.isFinite)).toBe(true)
    expect(there).toEqual(here)
  })

  it('encode a mask as the convolutions of the checkpoint do', async () => {
    const net = new Net(new GraphBuilder(), false)
    const { b } = net
    const mask = b.input('mask', 'float32', [2, 1, 12, 12])
    const encoder = promptEncoder(net, small.prompt)
    b.output('patches', encoder.mask(mask))
    const plain = (layer: number, part: string): Value => net.paramValue(`prompt_encoder.mask_downscaling.${layer}.${part}`)
    const stage = (x: Value, conv: number, norm: number): Value => {
      const y = conv2d(b, x, plain(conv, 'weight'), plain(conv, 'bias'), { stride: 2 })
      const last = layerNorm(b, transpose(b, y, [0, 2, 3, 1]), plain(norm, 'weight'), plain(norm, 'bias'), 1e-6)
      return gelu(b, transpose(b, last, [0, 3, 1, 2]))
    }
    b.output('convolutions', imageToTokens(net, conv2d(b, stage(stage(mask, 0, 1), 3, 4), plain(6, 'weight'), plain(6, 'bias'))))
    const got = await run(net, { mask: [normal(288, 'mask'), [2, 1, 12, 12]] })
    expect(largest(got['patches']!, got['convolutions']!)).toBeLessThan(1e-5)
  })

  it('have the gradient of what they compute, for every tensor but the frequencies', async () => {
    const { width, grid } = small.prompt
    const net = new Net(new GraphBuilder(), true)
    const { b } = net
    const { masks, iou } = build(net, small, 2, 2, 3)
    const [maskCotangent, iouCotangent] = [normal(2 * 3 * 144, 'dm'), normal(6, 'di')]
    const weighted = (x: Value, by: Float32Array): Value =>
      reduceSum(b, mul(b, x, b.constant(by, x.shape as number[])), [...x.shape.keys()])
    const loss = add(b, weighted(masks, maskCotangent), weighted(iou, iouCotangent))
    const names = net.parameters.map(({ name }) => name)
    const gradients = backward(
      b,
      { loss },
      names.map((name) => net.paramValue(name)),
    )
    const without = names.filter((_, i) => gradients[i] === undefined)
    expect(without).toEqual([frequenciesName])
    b.output('loss', loss)
    names.forEach((name, i) => gradients[i] && b.output(`d.${name}`, gradients[i]))
    const weights = weightsOf(net)
    const session = await Session.create(encodeModel(b.graph()), { provider: 'cpu', threads: 1 })
    const data = {
      image: hostTensor(normal(2 * width * grid * grid, 'image'), [2, width, grid, grid]),
      points: hostTensor(Float32Array.of(...points, ...points), [2, 3, 2]),
      labels: hostTensor(Float32Array.of(...labels, ...labels), [2, 3]),
      mask: hostTensor(normal(288, 'mask'), [2, 1, 12, 12]),
    }
    const gradientOf = new Map<string, Float32Array>()
    // Along the gradient itself the loss changes most: every wrong part of it shows.
    const at = (step: number) =>
      session.run({
        ...data,
        ...Object.fromEntries(
          net.parameters.map(({ name, shape }) => {
            const moved = weights.get(name)!.map((w, i) => w + step * (gradientOf.get(name)?.[i] ?? 0))
            return [name, hostTensor(moved, shape)]
          }),
        ),
      })
    const base = await at(0)
    for (const name of names) if (name !== frequenciesName) gradientOf.set(name, hostData(base[`d.${name}`]!) as Float32Array)
    const square = [...gradientOf.values()].reduce((sum, part) => sum + part.reduce((inner, d) => inner + d * d, 0), 0)
    const value = async (t: number) => (hostData((await at(t / square))['loss']!) as Float32Array)[0]!
    const step = 0.02
    const numeric = ((await value(step)) - (await value(-step))) / (2 * step)
    await session.dispose()
    expect(Math.abs(numeric - 1)).toBeLessThan(1e-2)
  })
})
