/**
 * The Pascal VOC colour map as 256 x RGB bytes: index i spreads its bits over the high bits of R, G and B (VOC devkit, VOClabelcolormap).
 * Index 0 is black, 1 (128,0,0), 15 (192,128,128), 255 (224,224,192).
 */
export function vocPalette(): Uint8Array {
  const table = new Uint8Array(256 * 3)
  for (let i = 0; i < 256; i++) {
    for (let bits = i, shift = 7; shift >= 0; shift--, bits >>= 3) {
      table[i * 3]! |= (bits & 1) << shift
      table[i * 3 + 1]! |= ((bits >> 1) & 1) << shift
      table[i * 3 + 2]! |= ((bits >> 2) & 1) << shift
    }
  }
  return table
}

/** The VOC colour of one index as [r, g, b]. */
export function vocColor(index: number): [number, number, number] {
  const color: [number, number, number] = [0, 0, 0]
  for (let bits = index, shift = 7; shift >= 0; shift--, bits >>= 3) {
    color[0] |= (bits & 1) << shift
    color[1] |= ((bits >> 1) & 1) << shift
    color[2] |= ((bits >> 2) & 1) << shift
  }
  return color
}
