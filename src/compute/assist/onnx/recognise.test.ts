import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { makeTinySam, tinySams, tinySizes, type TinySamFamily } from '../../../../tests/support/tinySam/tinySam.ts'
import type { SamTensor } from '../../../shared/model/samModel.ts'
import { readModelHeader, type ModelHeader } from './modelHeader.ts'
import { recognise } from './recognise.ts'

const root = mkdtempSync(join(tmpdir(), 'maskwright-sam-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const ways = Object.keys(tinySams) as TinySamFamily[]
const models = new Map(
  ways.map((way) => {
    const { encoderFile, decoderFile } = makeTinySam({ family: way, folder: join(root, way) })
    const encoder = readModelHeader(encoderFile)
    return [way, { encoder, decoder: decoderFile === null ? encoder : readModelHeader(decoderFile) }]
  }),
)

/** Families whose halves really can be exchanged, because they share the official decoder, or the one of SAM 2 by names. */
const officialOnes: TinySamFamily[] = ['sam', 'samOsam', 'samOneMask', 'samHalf', 'samRaw', 'efficientVitSam']
const alike: readonly (readonly TinySamFamily[])[] = [
  officialOnes,
  ['edgeSam', 'edgeSamRaw'],
  ['hfSam', 'hfSamQuantised'],
  ['sam2', 'sam2Bytes', 'sam2Ibai', 'sam2Osam'],
]

it('puts only those halves together that belong together, in whichever order', () => {
  for (const one of ways) {
    for (const other of ways) {
      const pair = { encoder: models.get(one)!.encoder, decoder: models.get(other)!.decoder }
      // Nothing in an encoder of EdgeSAM says that it is none of SAM.
      const edge = one.startsWith('edgeSam') && officialOnes.includes(other)
      const together = edge || one === other || alike.some((group) => group.includes(one) && group.includes(other))
      const found = recognise(pair)
      expect(found !== null, `encoder of ${one}, decoder of ${other}`).toBe(together)
      if (one === other) expect(found!.signature.family).toBe(tinySams[one].family)
      const single = pair.encoder === pair.decoder
      if (!single) expect(recognise({ encoder: pair.decoder, decoder: pair.encoder }), `${other} before ${one}`).toBeNull()
    }
  }
})

it('reads from the shapes what the frame and the masks measure', () => {
  for (const way of ways.filter((name) => name !== 'efficientSamSingle')) {
    const { signature } = recognise(models.get(way)!)!
    const size = tinySizes[way] ?? 128
    expect([signature.preprocess.size, signature.grid], way).toEqual([size, way === 'hfSam3Tracker' ? 288 : size / 4])
  }
  const half = [127.5, 127.5, 127.5]
  expect(recognise(models.get('hfSam3Tracker')!)!.signature.preprocess).toMatchObject({ fit: 'stretch', mean: half, std: half })
})

const official = models.get('sam')!
const withDecoder = (change: (decoder: ModelHeader) => Partial<ModelHeader>) => ({
  ...official,
  decoder: { ...official.decoder, ...change(official.decoder) },
})

it('a decoder of which no output can be masks is none, and one that says nothing of its outputs may be one', () => {
  const outputs = (...list: [name: string, dtype: string, dims: SamTensor['dims']][]) =>
    recognise(withDecoder(() => ({ outputs: list.map(([name, dtype, dims]) => ({ name, dtype, dims })) })))
  expect(outputs(['iou_predictions', 'float32', [1, 4]])).toBeNull()
  expect(outputs(['masks', 'bool', [1, 4, 32, 32]], ['iou_predictions', 'float32', [1, 4]])).toBeNull()
  expect(outputs(['masks', 'float32', [4, 32, 32]])).toBeNull()
  expect(outputs(['iou', 'float32', [1, 4]], ['x', 'float16', [1, 4, null, null]])).not.toBeNull()
  expect(outputs(['x', 'undefined', null])).not.toBeNull()
})

it('where only one point has room, a box is not given as two', () => {
  const points = (length: number | null) =>
    recognise(
      withDecoder(({ inputs }) => ({
        inputs: inputs.map((input) =>
          input.name === 'point_coords'
            ? { ...input, dims: [1, length, 2] }
            : input.name === 'point_labels'
              ? { ...input, dims: [1, length] }
              : input,
        ),
      })),
    )!.signature.box
  expect([1, 2, 5, null].map(points)).toEqual(['emulated', 'native', 'native', 'native'])
})
