/** A decoder alone in its process: what its masks leave behind for the garbage collector is nobody else's. Started with BareFiles as JSON; answers each BareRun with its milliseconds. */
import { decoderModel } from '../src/compute/assist/onnx/decoderModel.ts'
import { findPair } from '../src/compute/assist/onnx/partner.ts'
import { recogniseWith } from '../src/compute/assist/onnx/recognise.ts'
import { inputOf } from '../src/compute/assist/onnx/tensors.ts'
import { Session, hostTensor } from '../src/compute/runtime/session.ts'
import type { BareFiles, BareRun } from './assistBare.ts'

const { encoderFile, decoderFile, threads } = JSON.parse(process.argv[2]!) as BareFiles
const model = recogniseWith(findPair(encoderFile, decoderFile), {})
const { decoder } = model
const sizeOf = (name: string, last: number): number[] =>
  (inputOf(decoder, name)?.dims ?? []).slice(-last).map((dim) => {
    if (typeof dim !== 'number') throw new Error(`${name} of ${decoderFile} has no fixed size`)
    return dim
  })
const embedding = [1, ...sizeOf('image_embeddings', 3)]
const grid = sizeOf('mask_input', 2)
const fixed = {
  image_embeddings: hostTensor(
    Float32Array.from({ length: embedding.reduce((a, b) => a * b) }, (_, i) => Math.sin(i)),
    embedding,
  ),
  mask_input: hostTensor(new Float32Array(grid[0]! * grid[1]!), [1, 1, ...grid]),
  has_mask_input: hostTensor(new Float32Array(1), [1]),
  point_labels: hostTensor(Float32Array.of(1, -1), [1, 2]),
}
const load = (file: Uint8Array | string): Promise<Session> => Session.create(file, { provider: 'cpu', threads })
const sessions = { whole: await load(decoderFile), small: await load(await decoderModel(model)) }

async function run({ which, x, y, side }: BareRun): Promise<number> {
  const session = sessions[which]
  const scale = (grid[0]! * 4) / side
  const point_coords = hostTensor(Float32Array.of(x * scale, y * scale, 0, 0), [1, 2, 2])
  const all = { ...fixed, point_coords, orig_im_size: hostTensor(Float32Array.of(side, side), [2]) }
  // What was cut away may have been the only one to ask for the size.
  const feeds = Object.fromEntries(Object.entries(all).filter(([name]) => session.inputNames.includes(name)))
  const started = performance.now()
  await session.run(feeds)
  return performance.now() - started
}

process.on('message', (wanted: BareRun) => void run(wanted).then((ms) => process.send!(ms)))
process.send!('ready')
