import { writeFileSync } from 'node:fs'
import { GraphBuilder } from '../../src/compute/graph/builder.ts'
import { encodeModel } from '../../src/compute/graph/codec.ts'
import { rawConcat, rawSlice } from '../../src/compute/ops/raw.ts'
import { metadataToProps } from '../../src/compute/predict/modelMetadata.ts'
import { symbolDim } from '../../src/compute/tensor/dim.ts'
import { imageNet } from '../../src/shared/model/train/normalization.ts'
import { plainInference } from '../../src/shared/model/train/inference.ts'
import type { ModelRecord } from '../../src/shared/model/modelRecord.ts'

const classes = [
  { name: 'red', color: '#ff0000' },
  { name: 'green', color: '#00ff00' },
]

/** An exported model without a training: what is redder than green is class red, the rest is class green. Answers with its record. */
export function makeColourModel(file: string, id: string): ModelRecord {
  const b = new GraphBuilder('colours')
  const [batch, height, width] = [symbolDim('batch'), symbolDim('height'), symbolDim('width')]
  const image = b.input('image', 'float32', [batch, 3, height, width])
  const channel = (n: number) => rawSlice(b, image, { axes: [1], starts: [n], ends: [n + 1] })
  b.output('logits', rawConcat(b, [channel(0), channel(1)], 1))
  const shared = { name: 'colours', checkpoint: 'best', datasetHash: 'none', precision: 'fp32' as const, classes }
  const props = metadataToProps({
    ...shared,
    format: 'maskwright-1',
    producer: 'test',
    task: 'semanticSegmentation',
    modelId: id,
    runId: id,
    step: 1,
    weights: 'trained',
    ignoreIndex: 255,
    normalization: imageNet,
    colorOrder: 'RGB',
    inputSize: [64, 64],
    multipleOf: 32,
    transforms: [{ type: 'ResizeToMultiple', divisor: 32 }],
    output: 'logits at input size',
    inference: plainInference,
  })
  for (const [key, value] of Object.entries(props)) b.metadata(key, value)
  const bytes = encodeModel(b.graph())
  writeFileSync(file, bytes)
  const parity = { maxAbsDiff: 0, maxAbsLogit: 1, relativeL2: 0, argmaxAgreement: 1, bound: 1, images: 1, passed: true }
  const facts = { bytes: bytes.length, opset: 17, irVersion: 8, inputSize: [64, 64] as [number, number], createdAt: 0 }
  return { ...shared, ...facts, id, taskId: 'semanticSegmentation', runId: null, parity, primary: null }
}
