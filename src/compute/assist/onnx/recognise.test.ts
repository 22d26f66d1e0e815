import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { makeTinySam, tinySams, tinySizes, type TinySamFamily } from '../../../../tests/support/tinySam/tinySam.ts'
import { readModelHeader } from './modelHeader.ts'
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
const official: TinySamFamily[] = ['sam', 'samOsam', 'samOneMask', 'samHalf', 'samRaw', 'efficientVitSam']
const alike: readonly (readonly TinySamFamily[])[] = [
  official,
  ['edgeSam', 'edgeSamRaw'],
  ['hfSam', 'hfSamQuantised'],
  ['sam2', 'sam2Bytes', 'sam2Ibai', 'sam2Osam'],
]

it('puts only those halves together that belong together, in whichever order', () => {
  for (const one of ways) {
    for (const other of ways) {
      const pair = { encoder: models.get(one)!.encoder, decoder: models.get(other)!.decoder }
      // Nothing in an encoder of EdgeSAM says that it is none of SAM.
      const edge = one.startsWith('edgeSam') && official.includes(other)
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
