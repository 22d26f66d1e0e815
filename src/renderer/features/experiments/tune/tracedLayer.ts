import { shallowRef, watch, type ShallowRef } from 'vue'
import { maskFromBits } from '../../../../shared/geometry/rle.ts'
import { maskToPolygon } from '../../../../shared/geometry/traceMask.ts'

/** The border of what a layer shows, as the path of an SVG in pixels of the layer; '' for an empty one. */
export function outlinePath(alpha: ArrayLike<number>, width: number, height: number): string {
  const bits = Uint8Array.from({ length: width * height }, (_, i) => Number(alpha[i * 4 + 3]! > 0))
  const outline = maskToPolygon(maskFromBits(bits, { x: 0, y: 0, w: width, h: height }))
  const ring = (points: readonly (readonly [number, number])[]): string =>
    points.length === 0 ? '' : `M${points.map(([x, y]) => `${x} ${y}`).join('L')}Z`
  return (outline?.parts ?? []).flatMap((part) => [ring(part.outer), ...part.holes.map(ring)]).join('')
}

async function readOutline(url: string): Promise<string> {
  const image = new Image()
  image.src = url
  await image.decode()
  const { naturalWidth: width, naturalHeight: height } = image
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d', { willReadFrequently: true })!
  context.drawImage(image, 0, 0)
  return outlinePath(context.getImageData(0, 0, width, height).data, width, height)
}

/** The outline of a layer, read from its picture; null until it is known. */
export function useOutline(url: () => string): ShallowRef<string | null> {
  const path = shallowRef<string | null>(null)
  watch(
    url,
    async (wanted) => {
      path.value = null
      // Without the outline the layer itself is still shown.
      const read = await readOutline(wanted).catch(() => null)
      if (wanted === url()) path.value = read
    },
    { immediate: true },
  )
  return path
}
