import { photograph } from './camera.ts'
import { closeUp, cropped } from './closeUp.ts'
import { sceneRandom } from './fastRandom.ts'
import { drawAerial, drawCamouflage, drawCells, drawGraphics, drawInFront, drawLeaves, drawPortrait, drawTable } from './layouts/layouts.ts'
import { drawStreet } from './layouts/street.ts'
import { SceneCanvas, type SceneObject } from './sceneCanvas.ts'

/** A rendered picture and what there is to see in it. */
export interface Scene {
  readonly size: number
  /** Red, green, blue by turns. */
  readonly rgb: Uint8Array
  /** The layer on top of every pixel. */
  readonly top: Uint8Array
  /** Everything that could be pointed at, with at least `smallestObject` visible pixels. */
  readonly objects: readonly (SceneObject & { readonly pixels: number })[]
}

/** Visible pixels below which nothing is an object, in a picture of 256 x 256. */
const smallestObject = 36

const layouts = [
  drawStreet,
  drawStreet,
  drawStreet,
  drawTable,
  drawTable,
  drawPortrait,
  drawPortrait,
  drawLeaves,
  drawLeaves,
  drawCells,
  drawCells,
  drawAerial,
  drawGraphics,
  drawCamouflage,
] as const

/** How many scenes are looked at from close by, and how much closer: objects there are large, as where someone zoomed in. */
const closeScenes = 0.4
const closest = 2.6

/** Scene `index` of a seed, size x size pixels: the same bytes whatever was rendered before. */
export function renderScene(seed: number, index: number, size: number): Scene {
  const random = sceneRandom(seed, index)
  const whole = random.chance(closeScenes) ? Math.round(size * random.scale(1.3, closest)) : size
  const canvas = new SceneCanvas(whole, random)
  random.pick(layouts)(canvas)
  if (random.chance(0.1)) drawInFront(canvas)
  const view = closeUp(canvas.top, whole, size, canvas.objects, random)
  const [rgb, top] = [cropped(canvas.rgb, 3, whole, size, view), cropped(canvas.top, 1, whole, size, view)]
  const counts = new Uint32Array(256)
  for (const layer of top) counts[layer]!++
  const least = (smallestObject * size * size) / (256 * 256)
  const objects = canvas.objects
    .map(({ layers }) => ({ layers, pixels: layers.reduce((sum, layer) => sum + counts[layer]!, 0) }))
    .filter(({ pixels }) => pixels >= least && pixels < size * size * 0.95)
  return { size, rgb: photograph(rgb, size, random), top, objects: distinct(objects) }
}

/** An object whose parts are all hidden but one would be there twice. */
function distinct<T extends { readonly layers: readonly number[]; readonly pixels: number }>(objects: readonly T[]): T[] {
  const seen = new Set<string>()
  return objects.filter(({ layers, pixels }) => {
    const key = `${Math.min(...layers)} ${pixels}`
    return !seen.has(key) && seen.add(key)
  })
}

/** 1 where the object is seen, 0 elsewhere. */
export function objectMask({ top, size }: Scene, { layers }: SceneObject): Uint8Array {
  const isOwn = new Uint8Array(256)
  for (const layer of layers) isOwn[layer] = 1
  const mask = new Uint8Array(size * size)
  for (let i = 0; i < mask.length; i++) mask[i] = isOwn[top[i]!]!
  return mask
}
