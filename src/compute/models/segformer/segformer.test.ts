import { describe, expect, it } from 'vitest'
import { mitVariants } from '../../../shared/model/train/models/mitVariants.ts'
import { GraphBuilder } from '../../graph/builder.ts'
import { Net } from '../../nn/net.ts'
import { segformerConfig, type SegformerVariant } from './config.ts'
import { segformerModel } from './segformer.ts'

// specs/segformer.md section 3: official totals at 150 and 21 classes, encoder parameters of section 1.
const counts: Record<SegformerVariant, [at150: number, at21: number, encoder: number]> = {
  'mit-b0': [3_752_694, 3_719_541, 3_319_392],
  'mit-b1': [13_715_798, 13_682_645, 13_151_424],
  'mit-b2': [27_461_974, 27_362_773, 24_196_288],
  'mit-b3': [47_337_814, 47_238_613, 44_072_128],
  'mit-b4': [64_108_374, 64_009_173, 60_842_688],
  'mit-b5': [84_708_694, 84_609_493, 81_443_008],
}

function inferenceNet(variant: SegformerVariant, classes: number): Net {
  const net = new Net(new GraphBuilder(), false)
  segformerModel(segformerConfig(variant, classes)).infer(net)
  return net
}

const elements = (net: Net, keep: (name: string) => boolean = () => true): number =>
  net.parameters.filter((p) => keep(p.name)).reduce((sum, p) => sum + p.shape.reduce((a, b) => a * b, 1), 0)

describe('SegFormer', () => {
  it.each(Object.keys(mitVariants) as SegformerVariant[])('%s has the published parameter counts', (variant) => {
    const [at150, at21, encoder] = counts[variant]
    expect(elements(inferenceNet(variant, 150))).toBe(at150)
    const net = inferenceNet(variant, 21)
    expect(elements(net)).toBe(at21)
    expect(elements(net, (name) => name.startsWith('backbone.'))).toBe(encoder)
  })

  it('has the official names and buffers', () => {
    const net = inferenceNet('mit-b0', 21)
    const names = net.parameters.map((p) => p.name)
    expect(new Set(names).size).toBe(names.length)
    for (const name of [
      'backbone.patch_embed1.proj.weight',
      'backbone.block1.0.attn.sr.weight',
      'backbone.block3.1.mlp.dwconv.dwconv.bias',
      'backbone.norm4.weight',
      'decode_head.linear_c4.proj.weight',
      'decode_head.linear_pred.bias',
    ])
      expect(names).toContain(name)
    expect(names.some((n) => n.startsWith('backbone.block4.0.attn.sr'))).toBe(false)
    expect(net.buffers.map((b) => b.name)).toEqual(['decode_head.linear_fuse.bn.running_mean', 'decode_head.linear_fuse.bn.running_var'])
  })

  it('drops paths at rates that grow linearly over the blocks, and never in inference', () => {
    const net = new Net(new GraphBuilder(), true)
    segformerModel(segformerConfig('mit-b0', 5)).train(net, { batch: 2, height: 64, width: 64 })
    const rates = net.masks.filter((m) => m.name.includes('block')).map((m) => m.rate)
    expect(rates).toHaveLength(14)
    expect(rates[0]).toBeCloseTo(0.1 / 7, 10)
    expect(rates.at(-1)).toBeCloseTo(0.1, 10)
    expect(net.masks.at(-1)).toMatchObject({ name: 'mask.decode_head.dropout', shape: [2, 256, 1, 1], rate: 0.1 })
    expect(inferenceNet('mit-b0', 5).masks).toEqual([])
  })

  it('refuses channels that do not split into heads', () => {
    expect(() => segformerConfig('custom', 2, { dims: [32, 63, 160, 256] })).toThrow(/stage 2/)
  })
})
