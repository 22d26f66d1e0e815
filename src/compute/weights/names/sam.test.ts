import { expect, it } from 'vitest'
import { GraphBuilder } from '../../graph/builder.ts'
import { samVariants } from '../../models/sam/config.ts'
import { samDecoder, samEncoder } from '../../models/sam/sam.ts'
import { Net } from '../../nn/net.ts'
import type { WeightTensor } from '../weightTensor.ts'
import { toOfficialSamNames } from './sam.ts'

const official = [
  (net: Net) => void samEncoder(net, samVariants['vit-b'], 'padded'),
  (net: Net) => void samDecoder(net, samVariants['vit-b']),
].flatMap((build) => {
  const net = new Net(new GraphBuilder(), false)
  build(net)
  return net.parameters.map(({ name }) => name)
})

/** As convert_sam_to_hf.py renames, one replacement after the other. */
function transformersName(name: string): string {
  const replaced = [
    ['iou_prediction_head.layers.0', 'iou_prediction_head.proj_in'],
    ['iou_prediction_head.layers.1', 'iou_prediction_head.layers.0'],
    ['iou_prediction_head.layers.2', 'iou_prediction_head.proj_out'],
    ['mask_decoder.output_upscaling.0', 'mask_decoder.upscale_conv1'],
    ['mask_decoder.output_upscaling.1', 'mask_decoder.upscale_layer_norm'],
    ['mask_decoder.output_upscaling.3', 'mask_decoder.upscale_conv2'],
    ['mask_downscaling.0', 'mask_embed.conv1'],
    ['mask_downscaling.1', 'mask_embed.layer_norm1'],
    ['mask_downscaling.3', 'mask_embed.conv2'],
    ['mask_downscaling.4', 'mask_embed.layer_norm2'],
    ['mask_downscaling.6', 'mask_embed.conv3'],
    ['point_embeddings', 'point_embed'],
    ['pe_layer.positional_encoding_gaussian_matrix', 'shared_embedding.positional_embedding'],
    ['image_encoder', 'vision_encoder'],
    ['neck.0', 'neck.conv1'],
    ['neck.1', 'neck.layer_norm1'],
    ['neck.2', 'neck.conv2'],
    ['neck.3', 'neck.layer_norm2'],
    ['patch_embed.proj', 'patch_embed.projection'],
    ['.norm', '.layer_norm'],
    ['blocks', 'layers'],
  ].reduce((text, [from, to]) => text.replace(from!, to!), name)
  if (!replaced.includes('output_hypernetworks_mlps')) return replaced
  return replaced.replace('layers.0', 'proj_in').replace('layers.1', 'layers.0').replace('layers.2', 'proj_out')
}

const tensor = (name: string): WeightTensor => ({ dtype: 'F32', shape: [1], read: () => Float32Array.of(name.length) })

it.each(['', 'model.'])('every tensor that transformers renamed is found again, behind the prefix "%s"', (prefix) => {
  const file = new Map(official.map((name) => [prefix + transformersName(name), tensor(name)]))
  expect([...file.keys()].some((name) => official.includes(name.slice(prefix.length)))).toBe(true)
  const found = toOfficialSamNames(file)
  expect([...found.keys()].sort()).toEqual([...official].sort())
  for (const [name, own] of found) expect(own.read()[0]).toBe(file.get(prefix + transformersName(name))!.read()[0])
})

it('the table of places is taken from either of the parts that share it', () => {
  const table = 'prompt_encoder.pe_layer.positional_encoding_gaussian_matrix'
  const anchor = 'vision_encoder.patch_embed.projection.weight'
  for (const name of ['shared_image_embedding.positional_embedding', 'prompt_encoder.shared_embedding.positional_embedding'])
    expect([...toOfficialSamNames(new Map([anchor, name].map((each) => [each, tensor(each)]))).keys()]).toContain(table)
})

it('names of segment-anything stay as they are', () => {
  const file = new Map(official.map((name) => [`sam.${name}`, tensor(name)]))
  expect(toOfficialSamNames(file)).toBe(file)
})
