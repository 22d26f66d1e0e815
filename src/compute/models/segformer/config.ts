import { AppError } from '../../../shared/errors.ts'
import { mitDefaults, mitVariants } from '../../../shared/model/train/models/mitVariants.ts'

/** Everything that decides the shape of a SegFormer. */
export interface SegformerConfig {
  readonly dims: readonly [number, number, number, number]
  readonly depths: readonly [number, number, number, number]
  readonly heads: readonly [number, number, number, number]
  /** Spatial reduction of keys and values per stage. */
  readonly srRatios: readonly [number, number, number, number]
  /** Width of the all-MLP head. */
  readonly embedDim: number
  readonly classes: number
  /** Drop-path rate of the last block; the first has 0. */
  readonly dropPath: number
  /** Dropout of whole channels before the classifier. */
  readonly dropout: number
  readonly eps: NormEps
  /** What stands between the fused levels and the classifier; the official head has a batch norm. */
  readonly headNorm: 'batch' | 'group'
  /** The first so many stages are not trained and run without drop path. */
  readonly frozenStages: number
}

/** Layer norm eps by place: implementations differ, and bit-level parity breaks when they are mixed up (specs/segformer.md section 1). */
export interface NormEps {
  /** norm1, norm2 of a block and the norm after a stage. */
  readonly block: number
  /** After a patch embedding and after the spatial reduction. */
  readonly embed: number
  readonly batchNorm: number
}

export const nvidiaEps: NormEps = { block: 1e-6, embed: 1e-5, batchNorm: 1e-5 }

export type SegformerVariant = keyof typeof mitVariants

const common = { ...mitDefaults, dropPath: 0.1, dropout: 0.1, eps: nvidiaEps, frozenStages: 0, headNorm: 'batch' } as const

/** A variant for so many classes; any field can be given instead. Errors: config/invalid. */
export function segformerConfig(
  variant: SegformerVariant | 'custom',
  classes: number,
  given: Partial<SegformerConfig> = {},
): SegformerConfig {
  const base = mitVariants[variant === 'custom' ? 'mit-b0' : variant]
  const defined = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<SegformerConfig>
  const config = { ...common, ...base, classes, ...defined }
  config.dims.forEach((dim, i) => {
    if (dim % config.heads[i]! !== 0)
      throw new AppError('config/invalid', `stage ${i + 1}: ${dim} channels do not split into ${config.heads[i]} heads`, {
        stage: i + 1,
        dim,
        heads: config.heads[i]!,
      })
  })
  return config
}
