import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { lossSchema } from '../../../../shared/model/train/losses/table.ts'
import { optimizerSchema } from '../../../../shared/model/train/optimizers/table.ts'
import { GraphBuilder } from '../../../graph/builder.ts'
import type { Graph } from '../../../graph/graph.ts'
import { denseLoss, implementations } from '../../../losses/table.ts'
import { segformerConfig } from '../../../models/segformer/config.ts'
import { segformerModel } from '../../../models/segformer/segformer.ts'
import { Net } from '../../../nn/net.ts'
import { emaGraph, updateGraph } from '../../../optim/updateGraph.ts'
import { flatGradientGraph, gradientGraph, inferenceGraph, initialArenas } from '../../../train/stepGraph.ts'
import { kernelTable } from './table.ts'

const compute = path.join(import.meta.dirname, '../../..')
const adamw = optimizerSchema.parse({ type: 'adamw', rules: [] })
const size = { batch: 2, height: 32, width: 32 }
const config = segformerConfig('mit-b0', 3)

/** Operators without a kernel, and attributes that a kernel does not obey. */
function missing(graph: Graph): string[] {
  return graph.nodes.flatMap(({ type, attributes }) => {
    const kernel = kernelTable.get(type)
    if (!kernel) return [type]
    return Object.keys(attributes).flatMap((name) => (kernel.attributes.includes(name) ? [] : [`${type}.${name}`]))
  })
}

describe('the kernels of TensorFlow.js', () => {
  it('know every ONNX operator that the source of the ops and of the graph builder names', () => {
    const files = ['ops', 'graph'].flatMap((folder) =>
      readdirSync(path.join(compute, folder))
        .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !['mixedPrecision.ts', 'codec.ts'].includes(file))
        .map((file) => readFileSync(path.join(compute, folder, file), 'utf8')),
    )
    const named = new Set(files.flatMap((text) => [...text.matchAll(/'([A-Z][A-Za-z]+)'/g)].map(([, type]) => type!)))
    // Seen only in passes and views, which read graphs and add nothing to them.
    for (const type of ['Squeeze', 'Unsqueeze', 'Flatten']) named.delete(type)
    expect(named.size).toBeGreaterThan(50)
    expect([...named].filter((type) => !kernelTable.has(type))).toEqual([])
  })

  it.each(Object.keys(implementations))('know all of a training graph with the loss %s, and every attribute of it', (type) => {
    const loss = denseLoss({ list: [lossSchema.parse({ type })], ignoreIndex: 255 })
    const model = segformerModel(config, loss)
    expect(missing(gradientGraph({ ...size, model, optimizer: adamw }).graph)).toEqual([])
  })

  it('know the update graphs of every optimizer, the flat training graph and the dynamic network', () => {
    for (const { value: type } of optimizerSchema.options.map((option) => option.shape.type))
      for (const clip of [{ clipNorm: 1 }, { clipValue: 1 }])
        expect(missing(updateGraph(8, optimizerSchema.parse({ type, rules: [], ...clip }))), type).toEqual([])
    expect(missing(emaGraph(8))).toEqual([])
    const model = segformerModel(config)
    expect(missing(inferenceGraph(model).graph)).toEqual([])
    const net = new Net(new GraphBuilder(), true)
    model.train(net, size)
    expect(missing(flatGradientGraph({ ...size, model, optimizer: adamw }, initialArenas(net, 1)).graph)).toEqual([])
  })
})
