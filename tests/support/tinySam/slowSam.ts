import { writeFileSync } from 'node:fs'
import { GraphBuilder } from '../../../src/compute/graph/builder.ts'
import { encodeModel } from '../../../src/compute/graph/codec.ts'
import { rawAdd, rawExpand, rawMatMul, rawReduce, rawScale } from '../../../src/compute/ops/raw.ts'
import { colorsOf, folded } from './parts.ts'
import { sam } from './official.ts'
import { makeTinySam } from './tinySam.ts'

/** A tiny SAM whose encoder multiplies large matrices for seconds first, so that there is time to end it. */
export function makeSlowSam(folder: string, name = 'slow', rounds = 200): { encoderFile: string; decoderFile: string } {
  const { encoderFile, decoderFile } = makeTinySam({ folder, name })
  const b = new GraphBuilder('encoder')
  const image = b.input('images', 'float32', [1, 3, 128, 128])
  let work = rawExpand(b, rawReduce(b, 'ReduceMean', image, [0, 1, 2, 3], false), [1024, 1024])
  for (let i = 0; i < rounds; i++) work = rawScale(b, rawMatMul(b, work, work), 1e-6)
  const nothing = rawScale(b, rawReduce(b, 'ReduceMean', work, [0, 1], false), 0)
  b.output('image_embeddings', rawAdd(b, folded(b, colorsOf(b, image, 128), 4), nothing))
  writeFileSync(encoderFile, encodeModel(b.graph()))
  return { encoderFile, decoderFile: decoderFile! }
}

/** A tiny SAM whose decoder takes seconds to load: what is constant in it is computed then. */
export function makeSlowToLoadSam(folder: string, name = 'heavy', rounds = 200): { encoderFile: string; decoderFile: string } {
  const { encoderFile, decoderFile } = makeTinySam({ folder, name })
  const { decoder } = sam(128)
  const b = decoder!
  let work = rawExpand(b, b.constant([0.5]), [1024, 1024])
  for (let i = 0; i < rounds; i++) work = rawScale(b, rawMatMul(b, work, work), 1e-6)
  b.output('work', rawReduce(b, 'ReduceMean', work, [0, 1], false))
  writeFileSync(decoderFile!, encodeModel(b.graph()))
  return { encoderFile, decoderFile: decoderFile! }
}
