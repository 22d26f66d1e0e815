import type { SceneRandom } from './fastRandom.ts'

/** A place in pixels, pixel centres at +.5. */
interface Place {
  readonly x: number
  readonly y: number
}

type Box = [x0: number, y0: number, x1: number, y1: number]

/** Bounds of the pixels of a mask, the far sides exclusive. */
function boundsOf(mask: Uint8Array, size: number): Box {
  let [x0, y0, x1, y1] = [size, size, 0, 0]
  for (let i = 0; i < mask.length; i++) {
    if (!mask[i]) continue
    const [x, y] = [i % size, Math.floor(i / size)]
    x0 = Math.min(x0, x)
    y0 = Math.min(y0, y)
    x1 = Math.max(x1, x + 1)
    y1 = Math.max(y1, y + 1)
  }
  return [x0, y0, x1, y1]
}

/** Distance of every pixel of the mask from the nearest pixel outside it (chamfer 1 and sqrt 2), 0 outside; the picture's border counts as outside. */
export function depthOf(mask: Uint8Array, size: number): Float32Array {
  const depth = new Float32Array(mask.length)
  const at = (x: number, y: number): number => (x < 0 || y < 0 || x >= size || y >= size ? 0 : depth[y * size + x]!)
  const pass = (forward: boolean): void => {
    const s = forward ? -1 : 1
    for (let k = 0; k < mask.length; k++) {
      const i = forward ? k : mask.length - 1 - k
      if (!mask[i]) continue
      const [x, y] = [i % size, Math.floor(i / size)]
      const near = Math.min(at(x + s, y) + 1, at(x, y + s) + 1, at(x + s, y + s) + Math.SQRT2, at(x - s, y + s) + Math.SQRT2)
      depth[i] = forward ? near : Math.min(depth[i]!, near)
    }
  }
  pass(true)
  pass(false)
  return depth
}

/** A click on the object: in its thickest place, or anywhere on it, and at times a pixel or two beside that. */
export function clickOn(mask: Uint8Array, size: number, random: SceneRandom): Place {
  const wobble = random.chance(0.5) ? 2 : 0
  const moved = (i: number): Place => ({
    x: (i % size) + 0.5 + random.range(-wobble, wobble),
    y: Math.floor(i / size) + 0.5 + random.range(-wobble, wobble),
  })
  if (random.chance(0.5)) {
    const depth = depthOf(mask, size)
    let best = 0
    for (let i = 0; i < depth.length; i++) if (depth[i]! > depth[best]!) best = i
    return moved(best)
  }
  return moved(anyOf(mask, 1, random))
}

/** A place that counts and is not on the object, mostly near it. */
export function clickBeside(mask: Uint8Array, counted: Uint8Array, size: number, random: SceneRandom): Place {
  const [x0, y0, x1, y1] = boundsOf(mask, size)
  const reach = random.range(0.1, 0.6) * Math.max(x1 - x0, y1 - y0)
  for (let attempt = 0; attempt < 30; attempt++) {
    const x = Math.floor(Math.min(size - 1, Math.max(0, random.range(x0 - reach, x1 + reach))))
    const y = Math.floor(Math.min(size - 1, Math.max(0, random.range(y0 - reach, y1 + reach))))
    if (counted[y * size + x] && !mask[y * size + x]) return { x: x + 0.5, y: y + 0.5 }
  }
  const beside = counted.map((counts, k) => (counts && !mask[k] ? 1 : 0))
  const i = anyOf(beside.includes(1) ? beside : counted, 1, random)
  return { x: (i % size) + 0.5, y: Math.floor(i / size) + 0.5 }
}

/** A pixel of this value, each as likely as the other; the middle one where there is none. */
function anyOf(mask: Uint8Array, value: number, random: SceneRandom): number {
  let chosen = mask.length >> 1
  const start = random.int(mask.length)
  for (let attempt = 0; attempt < 200; attempt++) {
    const i = random.int(mask.length)
    if (mask[i] === value) return i
  }
  for (let k = 0; k < mask.length; k++) {
    const i = (start + k) % mask.length
    if (mask[i] === value) {
      chosen = i
      break
    }
  }
  return chosen
}

/** The object's box, each side moved by a normal number of a tenth of its length, at most 20 pixels (Kirillov et al. 2023, appendix A). */
export function noisyBox(mask: Uint8Array, size: number, random: SceneRandom): Box {
  const [x0, y0, x1, y1] = boundsOf(mask, size)
  const exact = random.chance(0.3)
  const move = (length: number): number => (exact ? 0 : Math.min(20, Math.max(-20, random.normal() * 0.1 * length)))
  const [w, h] = [x1 - x0, y1 - y0]
  const [ax, bx] = [x0 + move(w), x1 + move(w)].sort((a, b) => a - b) as [number, number]
  const [ay, by] = [y0 + move(h), y1 + move(h)].sort((a, b) => a - b) as [number, number]
  return [Math.max(0, ax), Math.max(0, ay), Math.min(size, bx), Math.min(size, by)]
}
