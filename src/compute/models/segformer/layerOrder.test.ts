import { expect, it } from 'vitest'
import { mitLayers, mitPlace } from './layerOrder.ts'

it('counts layers from the first patch embedding to the head', () => {
  const order = mitLayers([2, 2, 3, 2])
  expect(order.last).toBe(10)
  const layers = {
    'backbone.patch_embed1.proj.weight': 0,
    'backbone.patch_embed1.norm.bias': 0,
    'backbone.block1.0.norm1.weight': 1,
    'backbone.block1.1.mlp.fc1.bias': 2,
    'backbone.norm1.weight': 2,
    'backbone.patch_embed2.proj.weight': 2,
    'backbone.block3.2.attn.norm.weight': 7,
    'backbone.block4.1.attn.kv.weight': 9,
    'backbone.norm4.bias': 9,
    'decode_head.linear_fuse.bn.weight': 10,
  }
  expect(Object.fromEntries(Object.keys(layers).map((name) => [name, order.layerOf(name)]))).toEqual(layers)
})

it('tells the stage of a parameter, and that the head has none', () => {
  expect(mitPlace('backbone.block4.1.norm2.weight')).toEqual({ stage: 3, block: 1 })
  expect(mitPlace('backbone.patch_embed3.norm.weight')).toEqual({ stage: 2, block: 'embed' })
  expect(mitPlace('decode_head.linear_c1.proj.weight')).toBeUndefined()
})
