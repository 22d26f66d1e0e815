/** The small SAM that ships, alone in its process: node smallSamChild.ts '{"threads": 2, ...}' -> EncoderFigures as JSON. */
import { statSync } from 'node:fs'
import path from 'node:path'
import { readModelHeader } from '../src/compute/assist/onnx/modelHeader.ts'
import { readSamWeights } from '../src/compute/weights/samWeightsFile.ts'
import { Session, hostTensor } from '../src/compute/runtime/session.ts'
import { pictureTimes, processorMs } from './samPictures.ts'
import type { EncoderFigures } from './sam.ts'
import { root } from './studioServer.ts'

const { side, pictures, threads } = JSON.parse(process.argv[2]!) as { side: number; pictures: number; threads: number }
const folder = path.join(root, 'resources/sam')
const files = { encoderFile: path.join(folder, 'encoder.onnx'), decoderFile: path.join(folder, 'decoder.onnx') }
const input = readModelHeader(files.encoderFile).inputs[0]!
const size = Number(input.dims!.at(-1))
const encodeMs: number[] = []
const busyMs: number[] = []
const session = await Session.create(files.encoderFile, { provider: 'cpu', threads })
const picture = hostTensor(
  Float32Array.from({ length: 3 * size * size }, (_, i) => Math.sin(i)),
  [1, 3, size, size],
)
for (let i = 0; i <= pictures; i++) {
  const start = performance.now()
  const used = process.cpuUsage()
  await session.run({ [input.name]: picture })
  if (i === 0) continue
  encodeMs.push(performance.now() - start)
  busyMs.push(processorMs(used))
}
await session.dispose()
const { tensors } = await readSamWeights(folder)
const figures: EncoderFigures = {
  size,
  parameters: [...tensors.values()].reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0),
  fileBytes: Object.values(files).reduce((sum, file) => sum + statSync(file).size, 0),
  encodeMs,
  processorMs: busyMs,
  pictureMs: await pictureTimes(files, { side, pictures, threads }),
  peakBytes: process.resourceUsage().maxRSS * 1024,
}
process.stdout.write(JSON.stringify(figures))
