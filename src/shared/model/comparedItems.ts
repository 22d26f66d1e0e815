import { z } from 'zod'

/** items.json of a comparison: the pictures that every run predicts, and what their label maps (of the baseline) mean. */
export const comparedItemsSchema = z.object({
  classes: z.array(z.object({ id: z.string(), name: z.string(), color: z.string().regex(/^#[0-9a-f]{6}$/i) })),
  items: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      imagePath: z.string(),
      labelPath: z.string(),
      width: z.int().positive(),
      height: z.int().positive(),
    }),
  ),
})
export type ComparedItems = z.infer<typeof comparedItemsSchema>

/** What can be seen of a compared picture: itself and its truth once, prediction and verdict (right or wrong) per run. */
export const comparedLayers = ['picture', 'truth', 'prediction', 'verdict'] as const
export type ComparedLayer = (typeof comparedLayers)[number]

/** 'map' is a prediction at full size where 'prediction' is smaller. */
export const comparedLayerFile = (picture: number, layer: ComparedLayer | 'map'): string =>
  `${picture}.${layer}.${layer === 'picture' ? 'webp' : 'png'}`

export const countsFile = 'counts.jsonl'
const countsLineSchema = z.object({ n: z.int().min(0), counts: z.array(z.int().min(0)) })

/** One line of counts.jsonl. The break stands before it, so that a line that a kill tore does not spoil the next. */
export const countsLine = (n: number, counts: readonly number[]): string => `\n${JSON.stringify({ n, counts })}`

/** Pixel counts by picture; what cannot be read is left out. */
export function parseCounts(text: string): Map<number, number[]> {
  const known = new Map<number, number[]>()
  for (const line of text.split('\n')) {
    try {
      const { n, counts } = countsLineSchema.parse(JSON.parse(line))
      known.set(n, counts)
    } catch {
      // Torn, or empty.
    }
  }
  return known
}

/** pairs.json: disagreement by picture, a triangle of pairs (pairPlace); null where all of a picture is void. */
export const pairsSchema = z.array(z.array(z.number().nullable()))
