import { describe, expect, it } from 'vitest'
import { visibleBounds } from '../../../canvas/engine/camera.ts'
import { cameraAt, minimapSize, seenPart } from './minimap.ts'

const image = { width: 1680, height: 840 }
const view = { width: 800, height: 600, pixelRatio: 2 }
const size = minimapSize(image)

describe('the small picture in the corner', () => {
  it('keeps its shape, and does not become a thread', () => {
    expect(size).toEqual({ width: 168, height: 84 })
    expect(minimapSize({ width: 30_000, height: 300 })).toEqual({ width: 168, height: 40 })
  })

  it('shows which part is on screen, and none of what lies beside the picture', () => {
    expect(seenPart({ scale: 1, x: -100, y: -50 }, view, image, size)).toEqual({ left: 10, top: 5, width: 80, height: 60 })
    expect(seenPart({ scale: 0.1, x: 300, y: 200 }, view, image, size)).toEqual({ left: 0, top: 0, width: 168, height: 84 })
  })

  it('a place of it comes to the middle of the viewport, at the same zoom', () => {
    const camera = cameraAt({ scale: 2, x: 0, y: 0 }, view, image, size, { x: 84, y: 42 })
    const { minX, maxX, minY, maxY } = visibleBounds(camera, view)
    expect([camera.scale, (minX + maxX) / 2, (minY + maxY) / 2]).toEqual([2, 840, 420])
  })
})
