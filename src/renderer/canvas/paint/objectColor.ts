import type { Id } from '../../../shared/model/ids.ts'

const known = new Map<Id, string>()
const mostKnown = 50_000

/** A colour that belongs to an object as long as it lives: hue, strength and lightness from a hash of its id (FNV-1a), light enough for any picture. */
export function objectColor(id: Id): string {
  let color = known.get(id)
  if (color === undefined) {
    if (known.size >= mostKnown) known.clear()
    known.set(id, (color = colorOf(hashOf(id))))
  }
  return color
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  // The last characters of ids that were made together differ least; a final mix spreads them over all bits.
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return (hash ^ (hash >>> 13)) >>> 0
}

function colorOf(hash: number): string {
  const hue = (hash & 0xffff) / 0x10000
  const strength = 0.65 + (0.35 * ((hash >>> 16) & 3)) / 3
  const lightness = 0.5 + (0.18 * ((hash >>> 18) & 3)) / 3
  const chroma = strength * Math.min(lightness, 1 - lightness)
  const channel = (n: number): string => {
    const k = (n + hue * 12) % 12
    const value = lightness - chroma * Math.max(-1, Math.min(k - 3, 9 - k, 1))
    return Math.round(value * 255)
      .toString(16)
      .padStart(2, '0')
  }
  return `#${channel(0)}${channel(8)}${channel(4)}`
}
