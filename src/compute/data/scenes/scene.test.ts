import { expect, it } from 'vitest'
import { NORMALIZATION } from '../normalize.ts'
import { closeUp, cropped } from './closeUp.ts'
import { coverageOf } from './coverage.ts'
import { clickBeside, clickOn, depthOf, noisyBox } from './firstPrompts.ts'
import { sceneRandom } from './fastRandom.ts'
import { ellipse, placed, ring } from './outlines.ts'
import { contentOnly, promptedBatch, type PromptedBatchSpec } from './promptedBatch.ts'
import { objectMask, renderScene } from './scene.ts'

const size = 96

it('a scene is the same bytes whatever was rendered before, and other numbers are other scenes', () => {
  const first = renderScene(3, 7, size)
  renderScene(3, 8, size)
  const again = renderScene(3, 7, size)
  expect(again.rgb).toEqual(first.rgb)
  expect(again.top).toEqual(first.top)
  expect(again.objects).toEqual(first.objects)
  expect(renderScene(4, 7, size).rgb).not.toEqual(first.rgb)
})

it('every object has as many pixels as it says, no object is the whole picture, and most scenes have several', () => {
  const counts = Array.from({ length: 12 }, (_, index) => {
    const scene = renderScene(5, index, size)
    for (const object of scene.objects) {
      expect(objectMask(scene, object).reduce((a, b) => a + b, 0)).toBe(object.pixels)
      expect(object.pixels).toBeLessThan(size * size)
    }
    return scene.objects.length
  })
  expect(counts.filter((count) => count > 3).length).toBeGreaterThan(6)
})

it('a close look shows an object whole that nearly fills the view, and the part that is cut out is that of the place', () => {
  const [whole, view] = [90, 40]
  const top = Uint8Array.from({ length: whole * whole }, (_, i) => {
    const [x, y] = [i % whole, Math.floor(i / whole)]
    return x >= 30 && x < 60 && y >= 50 && y < 74 ? 2 : x < 3 && y < 3 ? 3 : 1
  })
  const objects = [{ layers: [1] }, { layers: [2] }, { layers: [3] }]
  for (let seed = 0; seed < 30; seed++) {
    const place = closeUp(top, whole, view, objects, sceneRandom(seed, 0))
    const part = cropped(top, 1, whole, view, place)
    expect(part.filter((layer) => layer === 2)).toHaveLength(30 * 24)
    expect(part[0]).toBe(top[place.y * whole + place.x])
  }
})

it('coverage of a disc adds up to its area, with shares along the border only; a ring has a hole', () => {
  const radius = 20.3
  const disc = coverageOf(placed(ellipse(200), 40.2, 41.7, 2 * radius, 2 * radius), size, size)!
  expect(disc.data.reduce((a, b) => a + b, 0)).toBeCloseTo(Math.PI * radius ** 2, -1)
  for (let y = 0; y < disc.height; y++)
    for (let x = 0; x < disc.width; x++) {
      const r = Math.hypot(disc.x + x + 0.5 - 40.2, disc.y + y + 0.5 - 41.7)
      const value = disc.data[y * disc.width + x]!
      if (r < radius - 1.2) expect(value).toBeCloseTo(1, 5)
      if (r > radius + 1.2) expect(value).toBe(0)
    }
  const hole = coverageOf(placed(ring(sceneRandom(1, 1)), 40, 40, 40, 40), size, size)!
  expect(hole.data[Math.floor(hole.height / 2) * hole.width + Math.floor(hole.width / 2)]).toBe(0)
  expect(coverageOf(placed(ellipse(), -50, 10, 20, 20), size, size)).toBeNull()
})

it('clicks on an object are on it or within their wobble, clicks beside are not, a box encloses up to its noise', () => {
  const mask = Uint8Array.from({ length: size * size }, (_, i) => (Math.hypot((i % size) - 50, Math.floor(i / size) - 30) < 14 ? 1 : 0))
  const depth = depthOf(mask, size)
  expect(depth[30 * size + 50]).toBeGreaterThan(12)
  expect(depth[30 * size + 50]).toBe(depth.reduce((a, b) => Math.max(a, b), 0))
  for (let seed = 0; seed < 40; seed++) {
    const random = sceneRandom(seed, 0)
    const on = clickOn(mask, size, random)
    expect(Math.hypot(on.x - 50.5, on.y - 30.5)).toBeLessThan(14 + 3)
    const counted = contentOnly(size, [size, 40])
    const beside = clickBeside(mask, counted, size, random)
    expect(mask[Math.floor(beside.y) * size + Math.floor(beside.x)]).toBe(0)
    expect(beside.y).toBeLessThan(40)
    const [x0, y0, x1, y1] = noisyBox(mask, size, random)
    expect(Math.abs(x0 - 37)).toBeLessThan(12)
    expect(x1).toBeGreaterThan(x0)
    expect(y1).toBeGreaterThan(y0)
  }
})

it('a batch is the same numbers whatever was made before; targets are shares, prompts lie in the picture, unused points are marked', () => {
  const spec: PromptedBatchSpec = {
    seed: 2,
    batch: 2,
    size: 64,
    objects: 3,
    firstPoints: 4,
    rounds: 3,
    maskStride: 4,
    normalization: NORMALIZATION,
  }
  const batch = promptedBatch(spec, 5)
  promptedBatch(spec, 6)
  expect(promptedBatch(spec, 5)).toEqual(batch)
  expect(batch['target']!.every((share) => share >= 0 && share <= 1)).toBe(true)
  expect(batch['target']!.every((share, i) => share <= batch['counted']![i]!)).toBe(true)
  expect(batch['points']!.every((share) => share >= 0 && share <= 1)).toBe(true)
  for (let k = 0; k < 6; k++) {
    const labels = [...batch['labels']!.subarray(k * 4, k * 4 + 4)]
    expect(labels.filter((label) => label !== -1).length).toBeGreaterThan(0)
    expect(labels.includes(2)).toBe(labels.includes(3))
  }
  expect(batch['noise']).toHaveLength(6 * 2 * 16 * 16)
})
