import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { GraphBuilder } from '../../../src/compute/graph/builder.ts'
import { encodeModel } from '../../../src/compute/graph/codec.ts'
import type { SamFamily } from '../../../src/shared/model/samModel.ts'
import {
  edgeSam,
  edgeSamRaw,
  efficientVitSam,
  sam,
  samHalf,
  samHq,
  samMed2d,
  samOneMask,
  samOsam,
  samRaw,
  type Halves,
} from './official.ts'
import {
  efficientSam,
  efficientSamSingle,
  hfSam,
  hfSam2,
  hfSam3Tracker,
  hfSamQuantised,
  hfSamSingle,
  sam2,
  sam2Bytes,
  sam2Ibai,
  sam2Osam,
} from './others.ts'

/** Every row of specs/sam-onnx.md sections 4.1 and 4.2, and how it is to be recognised. */
export const tinySams = {
  sam: { build: sam, family: 'sam' },
  samOsam: { build: samOsam, family: 'sam' },
  samOneMask: { build: samOneMask, family: 'sam' },
  samHalf: { build: samHalf, family: 'sam' },
  samRaw: { build: samRaw, family: 'samRaw' },
  samHq: { build: samHq, family: 'samHq' },
  samMed2d: { build: samMed2d, family: 'samMed2d' },
  efficientVitSam: { build: efficientVitSam, family: 'efficientVitSam' },
  edgeSam: { build: edgeSam, family: 'edgeSam' },
  edgeSamRaw: { build: edgeSamRaw, family: 'edgeSam' },
  efficientSam: { build: efficientSam, family: 'efficientSam' },
  efficientSamSingle: { build: efficientSamSingle, family: 'efficientSam' },
  hfSam: { build: hfSam, family: 'hfSam' },
  hfSamSingle: { build: hfSamSingle, family: 'hfSam' },
  hfSamQuantised: { build: hfSamQuantised, family: 'hfSam' },
  hfSam2: { build: hfSam2, family: 'hfSam2' },
  hfSam3Tracker: { build: hfSam3Tracker, family: 'hfSam2' },
  sam2: { build: sam2, family: 'sam2' },
  sam2Bytes: { build: sam2Bytes, family: 'sam2' },
  sam2Ibai: { build: sam2Ibai, family: 'sam2' },
  sam2Osam: { build: sam2Osam, family: 'sam2' },
} as const satisfies Record<string, { build: (size: number) => Halves; family: SamFamily }>

export type TinySamFamily = keyof typeof tinySams

/** Sides of those that know only one. */
export const tinySizes: { readonly [family in TinySamFamily]?: number } = { samMed2d: 256, hfSam3Tracker: 1008 }

/**
 * A model of a few kilobytes that behaves: it finds the pixels that have the colour of what was clicked. `imageSize` is the side of its frame, a
 * multiple of 16 unless there is only one; masks have a quarter of it. Gives the paths of the files written into `folder`.
 */
export function makeTinySam(options: { family?: TinySamFamily; folder: string; imageSize?: number; name?: string }): {
  encoderFile: string
  decoderFile: string | null
} {
  const { family = 'sam', folder, imageSize = tinySizes[family] ?? 128, name = 'tiny' } = options
  const { encoder, decoder } = tinySams[family].build(imageSize)
  mkdirSync(folder, { recursive: true })
  const write = (role: string, b: GraphBuilder): string => {
    const file = join(folder, `${name}.${role}.onnx`)
    writeFileSync(file, encodeModel(b.graph()))
    return file
  }
  return { encoderFile: write(decoder ? 'encoder' : 'model', encoder), decoderFile: decoder && write('decoder', decoder) }
}
