// Runs every type of loss on the webgpu provider and answers with one JSON line. A process of its own: the driver is chosen by the environment.
import { readFileSync } from 'node:fs'
import { backward } from '../../src/compute/autodiff/backward.ts'
import { GraphBuilder } from '../../src/compute/graph/builder.ts'
import { encodeModel } from '../../src/compute/graph/codec.ts'
import { buildLoss } from '../../src/compute/losses/table.ts'
import { sessionRunner } from '../../src/compute/runtime/sessionRunner.ts'
import { asFloat32, asInt32, readSafetensors } from '../../src/compute/weights/safetensors.ts'
import { lossSchema } from '../../src/shared/model/train/losses/table.ts'

export interface LossOnDevice {
  readonly title: string
  readonly type: string
  /** ||loss and gradient - reference|| / ||reference||, or why it did not run. */
  readonly error: number | string
}

const file = readSafetensors(readFileSync(new URL('../fixtures/losses/losses.safetensors', import.meta.url)))
const cases = JSON.parse(file.metadata['cases']!) as { input: string; config: Record<string, unknown>; loss: number }[]
const pixelCounts = JSON.parse(file.metadata['pixelCounts']!) as number[]
const [shape, labelShape] = [
  [2, 4, 6, 7],
  [2, 6, 7],
]
// Strict is the default of a device provider: a node that would fall back to the CPU fails the session.
const runner = sessionRunner({ provider: 'webgpu', threads: 1 })

async function run(config: unknown, input: string): Promise<Float32Array> {
  const b = new GraphBuilder()
  const logits = b.input('logits', 'float32', shape)
  const labels = b.input('labels', 'int32', labelShape)
  const loss = buildLoss({ b, logits, labels, ignoreIndex: 255, pixelCounts }, lossSchema.parse(config))
  b.output('loss', loss)
  b.output('gradient', backward(b, { loss }, [logits])[0]!)
  const results = await (
    await runner(encodeModel(b.graph()))
  )({
    logits: { dtype: 'float32', dims: shape, data: asFloat32(file.tensors.get(`${input}.logits`)!) },
    labels: { dtype: 'int32', dims: labelShape, data: asInt32(file.tensors.get(`${input}.labels`)!) },
  })
  return Float32Array.of(...(results['loss']!.data as Float32Array), ...(results['gradient']!.data as Float32Array))
}

const norm = (x: Float32Array): number => Math.hypot(...x)
const answer: LossOnDevice[] = []
for (const [i, { config, input, loss }] of cases.entries()) {
  if (input !== 'ignored') continue
  const expected = Float32Array.of(loss, ...asFloat32(file.tensors.get(`${i}.gradient`)!))
  const error = await run(config, input).then(
    (got) => norm(got.map((value, k) => value - expected[k]!)) / norm(expected),
    (reason: unknown) => String(reason),
  )
  answer.push({ title: JSON.stringify(config), type: String(config['type']), error })
}
process.stdout.write(`${JSON.stringify(answer)}\n`)
