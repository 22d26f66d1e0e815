/** The longer side of layers that are looked at; they are for looking, not for measuring. */
const maxSide = 768

/** Every how manyth pixel is kept. */
export const shrinkBy = (width: number, height: number): number => Math.max(1, Math.ceil(Math.max(width, height) / maxSide))

/** Every n-th pixel of every n-th row, as `read` makes it. */
export function shrunk(
  map: ArrayLike<number>,
  { width, height }: { width: number; height: number },
  by: number,
  read: (value: number, at: number) => number,
): { width: number; height: number; data: Uint8Array } {
  const small = { width: Math.max(1, Math.floor(width / by)), height: Math.max(1, Math.floor(height / by)) }
  const data = new Uint8Array(small.width * small.height)
  for (let y = 0, o = 0; y < small.height; y++)
    for (let x = 0; x < small.width; x++, o++) {
      const at = y * by * width + x * by
      data[o] = read(map[at]!, at)
    }
  return { ...small, data }
}
