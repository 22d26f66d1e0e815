import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { makeTinySam, type TinySamFamily } from '../../../../tests/support/tinySam/tinySam.ts'
import { imageNet } from '../../../shared/model/train/normalization.ts'
import { samMetadataKey, type SamOverrides } from '../../../shared/model/samModel.ts'
import { decodeModel, encodeModelProto } from '../../graph/codec.ts'
import type { SamCandidate, SamPicture, SamPrompt, SamSession } from '../samSession.ts'
import { openSam } from './openSam.ts'

const root = mkdtempSync(join(tmpdir(), 'maskwright-sam-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
let folders = 0
const opened: SamSession[] = []
afterEach(async () => {
  for (const session of opened.splice(0)) await session.close()
})

type Files = ReturnType<typeof makeTinySam>
const files = (family: TinySamFamily): Files => makeTinySam({ family, folder: join(root, String(folders++)) })
async function open(which: TinySamFamily | Files, overrides: SamOverrides = {}): Promise<SamSession> {
  const paths = typeof which === 'string' ? files(which) : which
  const session = await openSam({ ...paths, overrides, provider: 'cpu', threads: 1 })
  opened.push(session)
  return session
}

/** 160 x 80: red to the left, green in the middle, blue to the right. */
const colors = [
  [220, 30, 20],
  [20, 200, 40],
  [30, 40, 200],
] as const
const flag: SamPicture = {
  width: 160,
  height: 80,
  rgb: Uint8Array.from({ length: 160 * 80 * 3 }, (_, i) => colors[Math.min(2, Math.floor((Math.floor(i / 3) % 160) / 54))]![i % 3]!),
}
const red = { x: 20, y: 40, positive: true }
const green = { x: 80, y: 40, positive: true }
const blue = { x: 140, y: 40, positive: true }
const not = (point: typeof red) => ({ ...point, positive: false })

const ask = async (session: SamSession, prompt: Partial<SamPrompt>): Promise<SamCandidate[]> =>
  session.decode(await session.encode(flag), { points: [], box: null, logits: null, ...prompt })
const iousOf = (candidates: readonly SamCandidate[]): number[] => candidates.map(({ iou }) => Math.round(iou! * 100) / 100)
/** Which of the three stripes a mask covers. */
const stripes = (candidate: SamCandidate): string => {
  const mask = candidate.mask()
  return [red, green, blue].map(({ x, y }) => mask[y * 160 + x]).join('')
}

describe('which candidate comes first', () => {
  // The first IoU of the tiny models counts the entries they were given: clicks, corners and padding.
  it('official: three readings of one click or one box; mask 0 for more', async () => {
    const session = await open('sam')
    expect(iousOf(await ask(session, { points: [red] }))).toEqual([0.9, 0.8, 0.7])
    expect(iousOf(await ask(session, { box: [0, 0, 50, 80] }))).toEqual([0.9, 0.8, 0.7])
    expect(iousOf(await ask(session, { points: [red, not(green)] }))).toEqual([0.03, 0.9, 0.8, 0.7])
    expect(iousOf(await ask(session, { points: [red], box: [0, 0, 50, 80] }))).toEqual([0.03, 0.9, 0.8, 0.7])
  })

  it('a graph that chooses by the same rule gives one', async () => {
    const session = await open('samOneMask')
    expect(iousOf(await ask(session, { points: [red] }))).toEqual([0.9])
    expect(iousOf(await ask(session, { points: [red, green] }))).toEqual([0.03])
  })

  it('EdgeSAM: the steadiest, and its scores, which were never trained, are not told', async () => {
    const steady = await ask(await open('edgeSam'), { points: [red] })
    expect(steady.map(({ iou }) => iou)).toEqual([null, null, null, null])
    const scored = await ask(await open('edgeSam', { maskRule: 'iou' }), { points: [red] })
    expect(iousOf(scored)).toEqual([0.9, 0.8, 0.7, 0.02])
    expect(steady[0]!.logits.data).toEqual(scored[3]!.logits.data)
  })

  it('by the IoU among whatever else is told of every mask, in whichever order', async () => {
    const paths = files('sam')
    const model = decodeModel(readFileSync(paths.decoderFile!))
    const graph = model.graph!
    const iou = graph.output.find(({ name }) => name === 'iou_predictions')!
    for (const name of ['stability_scores', 'areas']) {
      graph.output.unshift({ ...iou, name })
      graph.node.push({ ...graph.node[0]!, name, opType: 'Neg', input: ['iou_predictions'], output: [name], attribute: [] })
    }
    writeFileSync(paths.decoderFile!, encodeModelProto(model))
    expect(iousOf(await ask(await open(paths), { points: [red] }))).toEqual([0.9, 0.8, 0.7])
  })

  it('none where the model says that nothing is there', async () => {
    const session = await open('hfSam2')
    expect(await ask(session, { points: [not(red)] })).toEqual([])
    expect(await ask(session, { points: [red] })).toHaveLength(3)
  })
})

describe('what a decoder is given', () => {
  it('the logits of a candidate, padding and all', async () => {
    const session = await open('sam')
    const [first] = await ask(session, { points: [red] })
    const [again] = await ask(session, { points: [green], logits: first!.logits })
    expect(again!.logits.data[0]).toBeCloseTo(first!.logits.data[0]! - 10, 4)
    expect(session.facts.feedback).toBe(true)
  })

  it('logits of another grid, sampled in the right places', async () => {
    const data = Float32Array.from({ length: 40 }, (_, i) => (i % 8 < 6 ? -40 : 40))
    const right = { width: 8, height: 5, data, scale: [20, 16] as const }
    for (const family of ['sam', 'sam2', 'sam2Ibai', 'samHq'] as const) {
      const [first] = await ask(await open(family), { points: [red], logits: right })
      expect(stripes(first!), family).toBe('001')
    }
  })

  it('no more points than it takes: the first and the newest', async () => {
    const session = await open('efficientSam')
    const many = [red, ...Array.from({ length: 8 }, () => not(blue)), green]
    const [first] = await ask(session, { points: many })
    expect(stripes(first!)).toBe('110')
    expect(iousOf(await ask(await open('sam', { maxPoints: 4 }), { points: many }))[0]).toBe(0.04)
    for (const family of ['hfSam', 'hfSam2'] as const) {
      const answer = await ask(await open(family, { maxPoints: 4 }), { points: many })
      expect(stripes(answer[0]!), family).toBe('110')
    }
  })

  it('as many points as a fixed length wants, which count for nothing', async () => {
    const paths = files('sam')
    const model = decodeModel(readFileSync(paths.decoderFile!))
    for (const name of ['point_coords', 'point_labels']) {
      const type = model.graph!.input.find((input) => input.name === name)!.type!.value
      if (type.case === 'tensorType') type.value.shape!.dim[1]!.value = { case: 'dimValue', value: 5n }
    }
    writeFileSync(paths.decoderFile!, encodeModelProto(model))
    const session = await open(paths)
    expect(iousOf(await ask(session, { points: [red] }))).toEqual([0.9, 0.8, 0.7])
    const [first] = await ask(session, { points: [red, not(blue), not(blue), not(blue), green, not(blue), not(blue)] })
    expect([first!.iou, stripes(first!)]).toEqual([expect.closeTo(0.05), '110'])
  })

  it('padding as the overrides say', async () => {
    expect(iousOf(await ask(await open('sam', { padLabel: null }), { points: [red, green] }))).toEqual([0.9, 0.8, 0.7])
  })
})

describe('what an encoder is given', () => {
  const cellsOf = async (session: SamSession): Promise<{ first: number[]; last: number[] }> => {
    const { tensors } = await session.encode(flag)
    const { data, dims } = tensors[0]!
    const cells = dims[2]! * dims[3]!
    const at = (cell: number): number[] => [0, 1, 2].map((channel) => data[channel * cells + cell]!)
    return { first: at(0), last: at(cells - 1) }
  }
  const normal = (rgb: readonly number[], order = [0, 1, 2]): number[] =>
    order.map((channel, i) => (rgb[channel]! - imageNet.mean[i]!) / imageNet.std[i]!)

  it('colours normalised as ImageNet, then zeros', async () => {
    const { first, last } = await cellsOf(await open('sam'))
    expect(last).toEqual([0, 0, 0])
    normal(colors[0]).forEach((value, i) => expect(first[i]).toBeCloseTo(value, 4))
  })

  it.each<[TinySamFamily]>([['samRaw'], ['efficientVitSam'], ['edgeSamRaw']])(
    '%s: the same comes out of a graph that normalises',
    async (family) => {
      const { first, last } = await cellsOf(await open(family))
      expect(last).toEqual([0, 0, 0])
      normal(colors[0]).forEach((value, i) => expect(first[i]).toBeCloseTo(value, 4))
    },
  )

  it('what the overrides say', async () => {
    const session = await open('sam', { colorOrder: 'BGR', mean: [0, 0, 0], std: [255, 255, 255] })
    const { first } = await cellsOf(session)
    ;[20, 30, 220].forEach((value, i) => expect(first[i]).toBeCloseTo(value / 255, 4))
    expect(session.facts.overridden).toEqual(['colorOrder', 'mean', 'std'])
    expect(session.facts.hash).not.toBe((await open('sam')).facts.hash)
  })

  it.each<[TinySamFamily, number[]]>([
    ['efficientSam', [2, 3]],
    ['efficientVitSam', [0, 1]],
    ['samRaw', [0, 1]],
  ])('%s: the one size of an encoder that was exported with one', async (family, axes) => {
    const paths = files(family)
    const model = decodeModel(readFileSync(paths.encoderFile))
    const type = model.graph!.input[0]!.type!.value
    if (type.case === 'tensorType') for (const axis of axes) type.value.shape!.dim[axis]!.value = { case: 'dimValue', value: 128n }
    writeFileSync(paths.encoderFile, encodeModelProto(model))
    const [first] = await ask(await open(paths), { points: [green] })
    expect(stripes(first!)).toBe('010')
  })

  it('no other size than the only one it takes', async () => {
    for (const overrides of [{ size: 256 }, { resize: 'none' }, { pad: false }] as const)
      await expect(open('sam', overrides)).rejects.toMatchObject({ code: 'assist/fixed-size', data: { imageSize: 128 } })
    await open('sam', { pad: false, fit: 'stretch' })
  })

  it('what a preprocessor_config.json says, where transformers left one', async () => {
    const folder = join(root, String(folders++))
    const paths = makeTinySam({ family: 'hfSam2', folder: join(folder, 'onnx') })
    const half = { image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5], rescale_factor: 1 / 255, size: { height: 128, width: 128 } }
    writeFileSync(join(folder, 'preprocessor_config.json'), JSON.stringify(half))
    const { facts } = await open(paths)
    expect([facts.preprocess.mean, facts.preprocess.std]).toEqual([
      [127.5, 127.5, 127.5],
      [127.5, 127.5, 127.5],
    ])
    const usual = { image_mean: [0.485, 0.456, 0.406], image_std: [0.229, 0.224, 0.225], size: { longest_edge: 1024 } }
    writeFileSync(join(folder, 'preprocessor_config.json'), JSON.stringify(usual))
    expect((await open(paths)).facts.overridden).toEqual([])
    writeFileSync(join(folder, 'preprocessor_config.json'), '{"image_mean": "grey"}')
    expect((await open(paths)).facts.preprocess.mean).toEqual(imageNet.mean)
    const absurd = { ...usual, image_mean: [1e300, 0, 0], image_std: [1e300, 1, 1], rescale_factor: 1e-300, size: { longest_edge: 1e6 } }
    writeFileSync(join(folder, 'preprocessor_config.json'), JSON.stringify(absurd))
    expect((await open(makeTinySam({ family: 'hfSam', folder: join(folder, 'onnx'), name: 'any' }))).facts.overridden).toEqual([])
    const official = makeTinySam({ family: 'sam', folder })
    writeFileSync(join(folder, 'preprocessor_config.json'), JSON.stringify(half))
    expect((await open(official)).facts.preprocess.mean).toEqual(imageNet.mean)
  })

  it('what its file says, over which the overrides stand', async () => {
    const paths = files('samMed2d')
    const model = decodeModel(readFileSync(paths.encoderFile))
    const value = JSON.stringify({ resize: 'nearest', maskRule: 'iou' })
    model.metadataProps.push({ $typeName: 'onnx.StringStringEntryProto', key: samMetadataKey, value })
    writeFileSync(paths.encoderFile, encodeModelProto(model))
    const { facts } = await open(paths, { maskRule: 'stability' })
    expect([facts.family, facts.preprocess.resize, facts.prompts.maskRule, facts.preprocess.fit]).toEqual([
      'sam',
      'nearest',
      'stability',
      'longSide',
    ])
    model.metadataProps[0]!.value = '{"resize":"cubic"}'
    writeFileSync(paths.encoderFile, encodeModelProto(model))
    await expect(open(paths)).rejects.toMatchObject({ code: 'assist/broken-model' })
  })
})

describe('a session', () => {
  it('gives the weights of its encoder back and takes them again', async () => {
    const session = await open('sam')
    const before = await session.encode(flag)
    await session.releaseEncoder()
    expect(await session.encode(flag)).toEqual(before)
  })

  it('decodes what another session of the same encoder encoded', async () => {
    const paths = files('sam')
    const [one, other] = [await open(paths), await open(paths)]
    expect(other.facts.hash).toBe(one.facts.hash)
    const [first] = await other.decode(await one.encode(flag), { points: [green], box: null, logits: null })
    expect(stripes(first!)).toBe('010')
  })

  it.each<[TinySamFamily, SamOverrides]>([
    ['efficientSamSingle', { size: 128 }],
    ['hfSamSingle', {}],
  ])('cuts one file that does everything in two: %s', async (family, overrides) => {
    const session = await open(family, overrides)
    const { tensors } = await session.encode(flag)
    // Colours of 32 x 32 cells instead of the pixels of the frame.
    expect(new Set(tensors.map(({ data }) => data.length))).toEqual(new Set([3 * 32 * 32]))
    expect(tensors.map(({ name }) => name)).not.toContain(session.facts.encoder.inputs[0]!.name)
    const [first] = await ask(session, { points: [green] })
    expect(stripes(first!)).toBe('010')
  })

  it('does not compute the masks that nobody looks at', async () => {
    const paths = files('sam')
    const model = decodeModel(readFileSync(paths.decoderFile!))
    const nodes = model.graph!.node
    const resized = nodes.find(({ output }) => output.includes('masks'))!
    // With this input no runtime would load the node.
    resized.input[3] = nodes.find(({ opType }) => opType === 'Gather')!.output[0]!
    writeFileSync(paths.decoderFile!, encodeModelProto(model))
    const [first] = await ask(await open(paths), { points: [green] })
    expect(stripes(first!)).toBe('010')
  })
})
