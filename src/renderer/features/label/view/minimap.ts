import { panBy, visibleBounds, type Camera, type Viewport } from '../../../canvas/engine/camera.ts'
import type { ImageSize, ScreenVec } from '../../../../shared/geometry/spaces.ts'

const longestPx = 168
const thinnestPx = 40

/** CSS pixels of the small picture; very long or flat ones are cut, not made a thread. */
export function minimapSize({ width, height }: ImageSize): ImageSize {
  const scale = longestPx / Math.max(width, height)
  return { width: Math.max(thinnestPx, Math.round(width * scale)), height: Math.max(thinnestPx, Math.round(height * scale)) }
}

/** The part of the picture on screen, on the small picture; what lies outside of the picture is left out. */
export function seenPart(camera: Camera, view: Viewport, image: ImageSize, size: ImageSize) {
  const { minX, minY, maxX, maxY } = visibleBounds(camera, view)
  const [sx, sy] = [size.width / image.width, size.height / image.height]
  const within = (value: number, most: number): number => Math.min(most, Math.max(0, value))
  const [left, top] = [within(minX, image.width) * sx, within(minY, image.height) * sy]
  return { left, top, width: within(maxX, image.width) * sx - left, height: within(maxY, image.height) * sy - top }
}

/** The camera with a place of the small picture in the middle of the viewport. */
export function cameraAt(camera: Camera, view: Viewport, image: ImageSize, size: ImageSize, at: ScreenVec): Camera {
  const x = (at.x / size.width) * image.width * camera.scale + camera.x
  const y = (at.y / size.height) * image.height * camera.scale + camera.y
  return panBy(camera, view.width / 2 - x, view.height / 2 - y, view, image)
}
