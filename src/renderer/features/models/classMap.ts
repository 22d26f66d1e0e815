/** '#rrggbb' to [r, g, b]. */
export function rgb(color: string): readonly [number, number, number] {
  const value = parseInt(color.slice(1), 16)
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255]
}

/** Paints class indices as RGBA: the colour of each shown class, nothing where a class is hidden or unknown. `out` has 4 bytes per index. */
export function paintClassMap(
  indices: Uint8Array,
  colors: readonly string[],
  isShown: (index: number) => boolean,
  out: Uint8ClampedArray,
): void {
  const table = new Uint32Array(256)
  const bytes = new Uint8Array(table.buffer)
  colors.forEach((color, i) => {
    if (isShown(i)) bytes.set([...rgb(color), 255], i * 4)
  })
  const pixels = new Uint32Array(out.buffer, out.byteOffset, indices.length)
  for (let i = 0; i < indices.length; i++) pixels[i] = table[indices[i]!]!
}

/** Backgrounds cover most of a picture and say nothing about it: they begin hidden. */
export const startsHidden = (name: string): boolean => /^_*background_*$|^bg$/i.test(name)

export interface ClassMap {
  readonly width: number
  readonly height: number
  readonly indices: Uint8Array
}

/** Stands for a colour that is no class's. */
const UNKNOWN = 255

/** RGBA pixels back to class indices; of two classes with one colour the first is taken. */
export function indicesOf(pixels: Uint8ClampedArray, colors: readonly string[]): Uint8Array {
  const known = new Map<number, number>()
  colors.forEach((color, i) => {
    const key = parseInt(color.slice(1), 16)
    if (!known.has(key)) known.set(key, i)
  })
  const indices = new Uint8Array(pixels.length / 4)
  for (let i = 0; i < indices.length; i++) {
    const key = (pixels[i * 4]! << 16) | (pixels[i * 4 + 1]! << 8) | pixels[i * 4 + 2]!
    indices[i] = known.get(key) ?? UNKNOWN
  }
  return indices
}

/** Reads the class map of a prediction: an 8-bit PNG whose palette holds the colours of the classes, which is all a browser shows of it. */
export async function loadClassMap(url: string, colors: readonly string[], signal: AbortSignal): Promise<ClassMap> {
  const response = await fetch(url, { signal })
  if (!response.ok) throw new Error(`the class map answered ${response.status}`)
  const bitmap = await createImageBitmap(await response.blob(), { colorSpaceConversion: 'none', premultiplyAlpha: 'none' })
  const { width, height } = bitmap
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!
  context.drawImage(bitmap, 0, 0)
  bitmap.close()
  const { data } = context.getImageData(0, 0, width, height)
  return { width, height, indices: indicesOf(data, colors) }
}
