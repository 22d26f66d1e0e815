import type { Model } from '../model.ts'
import type { SegformerConfig } from './config.ts'

/** Stage (from 0) and block of a backbone parameter; block is 'embed' for its patch embedding, 'norm' for its closing norm; undefined elsewhere. */
export function mitPlace(name: string): { stage: number; block: number | 'embed' | 'norm' } | undefined {
  const match = /^backbone\.(patch_embed|block|norm)(\d)\.(?:(\d+)\.)?/.exec(name)
  if (!match) return undefined
  const [, part, stage, block] = match
  return { stage: Number(stage) - 1, block: part === 'block' ? Number(block) : part === 'norm' ? 'norm' : 'embed' }
}

/**
 * Layers for layer-wise decay, counted as BEiT and Swin do: the first patch embedding is layer 0, the blocks of all stages 1 to n, everything of
 * the head n + 1. A later patch embedding and the norm that closes a stage go with the block before them.
 */
export function mitLayers(depths: SegformerConfig['depths']): Model['layers'] {
  const before = (stage: number): number => depths.slice(0, stage).reduce((a, b) => a + b, 0)
  const last = before(4) + 1
  return {
    last,
    layerOf(name) {
      const place = mitPlace(name)
      if (!place) return last
      if (place.block === 'embed') return before(place.stage)
      return place.block === 'norm' ? before(place.stage + 1) : before(place.stage) + place.block + 1
    },
  }
}
