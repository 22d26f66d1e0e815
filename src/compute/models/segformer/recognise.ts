import { mitVariants } from '../../../shared/model/train/models/mitVariants.ts'
import type { RecognisedModel } from '../../../shared/model/weights.ts'

type Shapes = ReadonlyMap<string, { readonly shape: readonly number[] }>

/** The sizes of a SegFormer, read off the shapes of its tensors under our names; null where a stage is absent. */
export function recogniseSegformer(tensors: Shapes): RecognisedModel | null {
  const size = (name: string, axis: number): number | null => tensors.get(name)?.shape[axis] ?? null
  const stages = [1, 2, 3, 4].map((n) => {
    const dim = size(`backbone.patch_embed${n}.proj.weight`, 0)
    let depth = 0
    while (tensors.has(`backbone.block${n}.${depth}.norm1.weight`)) depth++
    return dim === null || depth === 0 ? null : { dim, depth, sr: size(`backbone.block${n}.0.attn.sr.weight`, 2) ?? 1 }
  })
  if (stages.some((stage) => stage === null)) return null
  const whole = stages.filter((stage) => stage !== null)
  const dims = whole.map(({ dim }) => dim)
  const depths = whole.map(({ depth }) => depth)
  const variant = Object.entries(mitVariants).find(
    ([, known]) => known.dims.join() === dims.join() && known.depths.join() === depths.join(),
  )
  return {
    variant: variant?.[0] ?? null,
    dims,
    depths,
    srRatios: whole.map(({ sr }) => sr),
    embedDim: size('decode_head.linear_c1.proj.weight', 0),
    classes: size('decode_head.linear_pred.weight', 0),
  }
}
