export type Rgb = readonly [number, number, number]

/** '#ff8000' -> [255, 128, 0]. */
export const rgbOf = (color: string): Rgb => [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16)) as unknown as Rgb

/** Classes per pixel as RGBA `[height,width,4]` in their colours; what is no class (void) stays clear. */
export function overlayPixels(map: ArrayLike<number>, colors: readonly Rgb[], alpha: number): Uint8Array {
  const pixels = new Uint8Array(map.length * 4)
  for (let i = 0, o = 0; i < map.length; i++, o += 4) {
    const color = colors[map[i]!]
    if (!color) continue
    pixels[o] = color[0]
    pixels[o + 1] = color[1]
    pixels[o + 2] = color[2]
    pixels[o + 3] = alpha
  }
  return pixels
}
