import { AppError } from '../../../shared/errors.ts'

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

type Four = readonly [number, number, number, number]
const narrow: Four = [32, 64, 160, 256]
const wide: Four = [64, 128, 320, 512]

/** MiT-B0..B5 with the official head width (specs/segformer.md sections 1 and 2). */
export const segformerVariants = {
  'mit-b0': { dims: narrow, depths: [2, 2, 2, 2], embedDim: 256 },
  'mit-b1': { dims: wide, depths: [2, 2, 2, 2], embedDim: 256 },
  'mit-b2': { dims: wide, depths: [3, 4, 6, 3], embedDim: 768 },
  'mit-b3': { dims: wide, depths: [3, 4, 18, 3], embedDim: 768 },
  'mit-b4': { dims: wide, depths: [3, 8, 27, 3], embedDim: 768 },
  'mit-b5': { dims: wide, depths: [3, 6, 40, 3], embedDim: 768 },
} as const satisfies Record<string, { dims: Four; depths: Four; embedDim: number }>
export type SegformerVariant = keyof typeof segformerVariants

const common = { heads: [1, 2, 5, 8], srRatios: [8, 4, 2, 1], dropPath: 0.1, dropout: 0.1, eps: nvidiaEps, frozenStages: 0 } as const

/** A variant for so many classes; any field can be given instead. Errors: config/invalid. */
export function segformerConfig(
  variant: SegformerVariant | 'custom',
  classes: number,
  given: Partial<SegformerConfig> = {},
): SegformerConfig {
  const base = segformerVariants[variant === 'custom' ? 'mit-b0' : variant]
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
