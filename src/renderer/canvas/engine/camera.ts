import { clamp } from '../../../shared/geometry/point.ts'
import type { Bounds, ImageSize, ImageVec, ScreenPx, ScreenVec } from '../../../shared/geometry/spaces.ts'

/** screen = picture * scale + (x, y); scale is CSS pixels per picture pixel. */
export interface Camera {
  readonly scale: number
  readonly x: ScreenPx
  readonly y: ScreenPx
}

/** The viewport in CSS pixels, and how many device pixels one of them has. */
export interface Viewport {
  readonly width: ScreenPx
  readonly height: ScreenPx
  readonly pixelRatio: number
}

export const maxScale = 64
/** Part of the picture that always stays in the viewport, in CSS pixels. */
const keepInView = 48

export const toScreen = (camera: Camera, p: ImageVec): ScreenVec => ({ x: p.x * camera.scale + camera.x, y: p.y * camera.scale + camera.y })
export const toImage = (camera: Camera, p: ScreenVec): ImageVec => ({
  x: (p.x - camera.x) / camera.scale,
  y: (p.y - camera.y) / camera.scale,
})

const fitScale = (view: Viewport, image: ImageSize, marginPx: ScreenPx): number =>
  Math.min(Math.max(1, view.width - 2 * marginPx) / image.width, Math.max(1, view.height - 2 * marginPx) / image.height)

/** The whole picture, centred. */
export function fitCamera(view: Viewport, image: ImageSize, marginPx: ScreenPx = 16): Camera {
  const scale = Math.min(maxScale, fitScale(view, image, marginPx))
  return { scale, x: (view.width - image.width * scale) / 2, y: (view.height - image.height * scale) / 2 }
}

/** As wide as the viewport, from the top when it is higher. */
export function fitWidthCamera(view: Viewport, image: ImageSize, marginPx: ScreenPx = 16): Camera {
  const scale = Math.min(maxScale, Math.max(1, view.width - 2 * marginPx) / image.width)
  const height = image.height * scale
  return { scale, x: (view.width - image.width * scale) / 2, y: Math.max(marginPx, (view.height - height) / 2) }
}

/** Far enough out to see the whole picture small, close enough to see single pixels. */
function scaleLimits(view: Viewport, image: ImageSize): readonly [number, number] {
  return [Math.min(fitScale(view, image, 0) / 4, 1 / view.pixelRatio), maxScale]
}

/** Scales around a point of the screen: the picture under it stays where it is. */
export function zoomAt(camera: Camera, at: ScreenVec, factor: number, view: Viewport, image: ImageSize): Camera {
  const [low, high] = scaleLimits(view, image)
  const scale = clamp(camera.scale * factor, low, high)
  const ratio = scale / camera.scale
  return keepVisible({ scale, x: at.x - (at.x - camera.x) * ratio, y: at.y - (at.y - camera.y) * ratio }, view, image)
}

/** One picture pixel on one device pixel, the middle of the viewport stays. */
export function actualSize(camera: Camera, view: Viewport, image: ImageSize): Camera {
  return zoomAt(camera, { x: view.width / 2, y: view.height / 2 }, 1 / view.pixelRatio / camera.scale, view, image)
}

export function panBy(camera: Camera, dx: ScreenPx, dy: ScreenPx, view: Viewport, image: ImageSize): Camera {
  return keepVisible({ ...camera, x: camera.x + dx, y: camera.y + dy }, view, image)
}

function keepVisible(camera: Camera, view: Viewport, image: ImageSize): Camera {
  const keep = (offset: number, length: number, room: number): number => {
    const margin = Math.min(keepInView, length, room / 2)
    return clamp(offset, margin - length, room - margin)
  }
  return {
    scale: camera.scale,
    x: keep(camera.x, image.width * camera.scale, view.width),
    y: keep(camera.y, image.height * camera.scale, view.height),
  }
}

/** Keeps the point in the middle of the viewport when the viewport changes size. */
export function resizeCamera(camera: Camera, from: Viewport, to: Viewport, image: ImageSize): Camera {
  return panBy(camera, (to.width - from.width) / 2, (to.height - from.height) / 2, to, image)
}

/** Brings an extent into the viewport: unchanged when it is in view and large enough to work on, else centred and fitted. */
export function revealBounds(camera: Camera, bounds: Bounds, view: Viewport, image: ImageSize): Camera {
  const a = toScreen(camera, { x: bounds.minX, y: bounds.minY })
  const b = toScreen(camera, { x: bounds.maxX, y: bounds.maxY })
  const seen = a.x >= 0 && a.y >= 0 && b.x <= view.width && b.y <= view.height
  if (seen && Math.max(b.x - a.x, b.y - a.y) >= 12) return camera
  return focusBounds(bounds, view, image, seen ? 8 : camera.scale)
}

/** Brings a place into the viewport: unchanged when it is in view, else centred at the same scale. */
export function revealPoint(camera: Camera, p: ImageVec, view: Viewport, image: ImageSize): Camera {
  const { x, y } = toScreen(camera, p)
  if (x >= 0 && y >= 0 && x <= view.width && y <= view.height) return camera
  return focusBounds({ minX: p.x, minY: p.y, maxX: p.x, maxY: p.y }, view, image, camera.scale)
}

/** Centres an extent and scales so that it takes up to half of the viewport. */
export function focusBounds(bounds: Bounds, view: Viewport, image: ImageSize, mostScale = maxScale): Camera {
  const width = Math.max(1, bounds.maxX - bounds.minX)
  const height = Math.max(1, bounds.maxY - bounds.minY)
  const fitting = Math.min(view.width / (2 * width), view.height / (2 * height))
  const scale = clamp(Math.min(fitting, mostScale), scaleLimits(view, image)[0], maxScale)
  return keepVisible(
    {
      scale,
      x: view.width / 2 - ((bounds.minX + bounds.maxX) / 2) * scale,
      y: view.height / 2 - ((bounds.minY + bounds.maxY) / 2) * scale,
    },
    view,
    image,
  )
}

/** The part of the picture plane that the viewport shows. */
export function visibleBounds(camera: Camera, view: Viewport): Bounds {
  const a = toImage(camera, { x: 0, y: 0 })
  const b = toImage(camera, { x: view.width, y: view.height })
  return { minX: a.x, minY: a.y, maxX: b.x, maxY: b.y }
}
