import type { WeightTensor } from '../weightTensor.ts'

type Tensors = ReadonlyMap<string, WeightTensor>

const anchor = 'vision_encoder.patch_embed.projection.weight'
const positions = 'prompt_encoder.pe_layer.positional_encoding_gaussian_matrix'

/** Names of transformers' SamModel and those of segment-anything, as they follow each other in a name (huggingface/transformers, models/sam/convert_sam_to_hf.py). */
const renamed: readonly (readonly [RegExp, string])[] = [
  [/^(shared_image_embedding|prompt_encoder\.shared_embedding)\.positional_embedding$/, positions],
  [/^vision_encoder\.patch_embed\.projection\./, 'image_encoder.patch_embed.proj.'],
  [/^vision_encoder\.layers\./, 'image_encoder.blocks.'],
  [/^vision_encoder\.neck\.conv1\./, 'image_encoder.neck.0.'],
  [/^vision_encoder\.neck\.layer_norm1\./, 'image_encoder.neck.1.'],
  [/^vision_encoder\.neck\.conv2\./, 'image_encoder.neck.2.'],
  [/^vision_encoder\.neck\.layer_norm2\./, 'image_encoder.neck.3.'],
  [/^vision_encoder\./, 'image_encoder.'],
  [/^prompt_encoder\.mask_embed\.conv1\./, 'prompt_encoder.mask_downscaling.0.'],
  [/^prompt_encoder\.mask_embed\.layer_norm1\./, 'prompt_encoder.mask_downscaling.1.'],
  [/^prompt_encoder\.mask_embed\.conv2\./, 'prompt_encoder.mask_downscaling.3.'],
  [/^prompt_encoder\.mask_embed\.layer_norm2\./, 'prompt_encoder.mask_downscaling.4.'],
  [/^prompt_encoder\.mask_embed\.conv3\./, 'prompt_encoder.mask_downscaling.6.'],
  [/^prompt_encoder\.point_embed\./, 'prompt_encoder.point_embeddings.'],
  [/^mask_decoder\.upscale_conv1\./, 'mask_decoder.output_upscaling.0.'],
  [/^mask_decoder\.upscale_layer_norm\./, 'mask_decoder.output_upscaling.1.'],
  [/^mask_decoder\.upscale_conv2\./, 'mask_decoder.output_upscaling.3.'],
  [/\.layer_norm(?=\d\.|_final_attn\.)/, '.norm'],
]

const head = /^(mask_decoder\.(?:iou_prediction_head|output_hypernetworks_mlps\.\d+)\.)(proj_in|proj_out|layers\.(\d+))\./

/** The tensors of a SAM under the names of segment-anything, where the file has those of transformers; any others are left as they are. */
export function toOfficialSamNames(all: Tensors): Tensors {
  const first = [...all.keys()].find((name) => name === anchor || name.endsWith(`.${anchor}`))
  if (first === undefined) return all
  const prefix = first.slice(0, -anchor.length)
  const own = [...all].flatMap(([name, tensor]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), tensor] as const] : []))
  const depths = innerDepths(own.map(([name]) => name))
  const official = new Map<string, WeightTensor>()
  // The table of places is shared by two parts and may be there twice.
  for (const [name, tensor] of own) official.set(headName(name, depths) ?? plainName(name), tensor)
  return official
}

function plainName(name: string): string {
  return renamed.reduce((text, [pattern, official]) => text.replace(pattern, official), name)
}

/** Hidden layers of every small network between its first and its last one. */
function innerDepths(names: readonly string[]): ReadonlyMap<string, number> {
  const depths = new Map<string, number>()
  for (const name of names) {
    const [, network, , layer] = head.exec(name) ?? []
    if (network !== undefined) depths.set(network, Math.max(depths.get(network) ?? 0, layer === undefined ? 0 : Number(layer) + 1))
  }
  return depths
}

function headName(name: string, depths: ReadonlyMap<string, number>): string | null {
  const found = head.exec(name)
  if (!found) return null
  const [whole, network, part, layer] = found
  const place = part === 'proj_in' ? 0 : part === 'proj_out' ? depths.get(network!)! + 1 : Number(layer) + 1
  return `${network}layers.${place}.${name.slice(whole.length)}`
}
