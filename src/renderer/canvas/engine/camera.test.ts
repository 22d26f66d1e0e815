import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  actualSize,
  fitCamera,
  fitWidthCamera,
  focusBounds,
  maxScale,
  panBy,
  resizeCamera,
  revealBounds,
  toImage,
  toScreen,
  zoomAt,
} from './camera.ts'

const view = { width: 800, height: 600, pixelRatio: 2 }
const image = { width: 960, height: 720 }
const spot = fc.record({ x: fc.integer({ min: 0, max: 800 }), y: fc.integer({ min: 0, max: 600 }) })

describe('camera', () => {
  it('goes to the picture and back', () => {
    const camera = { scale: 2.5, x: 30, y: -12 }
    expect(toScreen(camera, toImage(camera, { x: 111, y: 222 }))).toEqual({ x: 111, y: 222 })
  })

  it('fits the whole picture in the middle', () => {
    const camera = fitCamera(view, image, 16)
    const a = toScreen(camera, { x: 0, y: 0 })
    const b = toScreen(camera, { x: 960, y: 720 })
    expect(a.y).toBeCloseTo(16)
    expect(b.y).toBeCloseTo(584)
    expect(a.x + b.x).toBeCloseTo(800)
  })

  it('fits the width, from the top where the picture is higher than the view, else in the middle', () => {
    const high = fitWidthCamera(view, { width: 400, height: 4000 }, 16)
    expect([toScreen(high, { x: 0, y: 0 }), toScreen(high, { x: 400, y: 0 })]).toEqual([
      { x: 16, y: 16 },
      { x: 784, y: 16 },
    ])
    const flat = fitWidthCamera(view, { width: 768, height: 100 }, 16)
    expect(flat).toEqual({ scale: 1, x: 16, y: 250 })
  })

  it('zooms around the pointer', () => {
    fc.assert(
      fc.property(spot, fc.double({ min: 0.7, max: 1.4, noNaN: true }), (at, factor) => {
        const camera = fitCamera(view, image)
        // On the picture: beside it, keeping the picture in view may win over keeping the point.
        const p = toImage(camera, at)
        fc.pre(p.x > 0 && p.y > 0 && p.x < image.width && p.y < image.height)
        const zoomed = toScreen(zoomAt(camera, at, factor, view, image), p)
        expect(zoomed.x).toBeCloseTo(at.x, 6)
        expect(zoomed.y).toBeCloseTo(at.y, 6)
      }),
    )
  })

  it('has limits, and never loses the picture', () => {
    let camera = fitCamera(view, image)
    for (let i = 0; i < 60; i++) camera = zoomAt(camera, { x: 0, y: 0 }, 2, view, image)
    expect(camera.scale).toBe(maxScale)
    camera = panBy(fitCamera(view, image), 1e6, -1e6, view, image)
    expect(camera.x).toBeLessThan(800)
    expect(camera.y + 720 * camera.scale).toBeGreaterThan(0)
    for (let i = 0; i < 60; i++) camera = zoomAt(camera, { x: 0, y: 0 }, 0.5, view, image)
    expect(camera.scale).toBeGreaterThan(0.1)
  })

  it('100 % is one picture pixel on one device pixel', () => {
    expect(actualSize(fitCamera(view, image), view, image).scale).toBe(0.5)
  })

  it('keeps the middle when the viewport changes', () => {
    const camera = zoomAt(fitCamera(view, image), { x: 400, y: 300 }, 3, view, image)
    const wider = { ...view, width: 1000 }
    const before = toImage(camera, { x: 400, y: 300 })
    const after = toImage(resizeCamera(camera, view, wider, image), { x: 500, y: 300 })
    expect(after.x).toBeCloseTo(before.x)
    expect(after.y).toBeCloseTo(before.y)
  })

  it('brings an object into view only when it is not, or is too small to see', () => {
    const camera = fitCamera(view, image)
    expect(revealBounds(camera, { minX: 100, minY: 100, maxX: 200, maxY: 200 }, view, image)).toBe(camera)
    const small = { minX: 500, minY: 500, maxX: 503, maxY: 503 }
    expect(revealBounds(camera, small, view, image).scale).toBeGreaterThan(camera.scale)
    const near = focusBounds({ minX: 0, minY: 0, maxX: 10, maxY: 10 }, view, image)
    const away = revealBounds(near, { minX: 900, minY: 700, maxX: 950, maxY: 715 }, view, image)
    expect(toScreen(away, { x: 900, y: 700 }).x).toBeGreaterThan(0)
    expect(toScreen(away, { x: 950, y: 715 }).x).toBeLessThan(800)
  })
})
