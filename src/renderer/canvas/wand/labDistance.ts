/** Differences are kept in steps of this, in one byte. */
export const differenceStep = 0.5

// CIE 15:2004: sRGB (D65) -> XYZ -> L*a*b*; the curve is read from a table fine enough for an error below a tenth of a unit.
const linear = Float32Array.from({ length: 256 }, (_, i) => {
  const c = i / 255
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
})
const curveSteps = 16_384
const curve = Float32Array.from({ length: curveSteps + 1 }, (_, i) => {
  const t = i / curveSteps
  return t > 216 / 24_389 ? Math.cbrt(t) : (24_389 / 27 / 116) * t + 16 / 116
})
const f = (t: number): number => curve[Math.min(curveSteps, Math.round(t * curveSteps))]!

/** RGBA bytes at `at` -> L*, a*, b*. */
export function labAt(rgba: Uint8ClampedArray, at: number): readonly [number, number, number] {
  const [r, g, b] = [linear[rgba[at]!]!, linear[rgba[at + 1]!]!, linear[rgba[at + 2]!]!]
  const x = f((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047)
  const y = f(0.2126729 * r + 0.7151522 * g + 0.072175 * b)
  const z = f((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883)
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
}

/** How far each pixel's colour is from that of pixel `seed` (CIE76), in steps, at most 255. */
export function differencesFrom(rgba: Uint8ClampedArray, seed: number): Uint8Array {
  const [l0, a0, b0] = labAt(rgba, seed * 4)
  const differences = new Uint8Array(rgba.length / 4)
  // Neighbours often have the very same colour: it is worked out once.
  const words = new Uint32Array(rgba.buffer, rgba.byteOffset, differences.length)
  let last = words[seed]!
  let known = 0
  for (let i = 0; i < differences.length; i++) {
    const word = words[i]!
    if (word !== last) {
      const [l, a, b] = labAt(rgba, i * 4)
      known = Math.min(255, Math.round(Math.hypot(l - l0, a - a0, b - b0) / differenceStep))
      last = word
    }
    differences[i] = known
  }
  return differences
}
