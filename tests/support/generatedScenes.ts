import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import sharp from 'sharp'
import { openProjectStore } from '../../src/main/db/openStore.ts'
import type { ImportedAnnotation, ImportedItem } from '../../src/main/db/records.ts'
import { newId } from '../../src/main/newId.ts'
import { counterRng, type CounterRng } from '../../src/shared/counterRng.ts'
import { vocColor } from '../../src/shared/formats/vocPalette.ts'
import { rasterizePolygon } from '../../src/shared/geometry/maskSpans.ts'
import type { ImageSize } from '../../src/shared/geometry/spaces.ts'
import type { ImagePoint, PolygonShape, Shape } from '../../src/shared/model/shape.ts'
import { databaseEntry } from './generatedRuns.ts'

export const sceneSize = { width: 1920, height: 1280 } as const

/** A picture to generate: `shapes` in painter's order, classes in turn, regions of no class on top. */
export interface Scene {
  readonly name: string
  readonly shapes: readonly Shape[]
  readonly voids?: readonly Shape[]
  /** Plain grey of this size; else one that looks like a photograph to a decoder. */
  readonly plain?: ImageSize
  /** `sceneSize` when absent. */
  readonly size?: ImageSize
}

const classNames = ['car', 'tree', 'person', 'sign', 'road', 'house', 'sky', 'bicycle'] as const

const hex = ([r, g, b]: readonly [number, number, number]): string =>
  `#${[r, g, b].map((channel) => channel.toString(16).padStart(2, '0')).join('')}`

/** A closed wobbly outline around a point. */
function blob(rng: CounterRng, x: number, y: number, radius: number, vertices: number): ImagePoint[] {
  const [waves, phase, depth] = [rng.int(4) + 3, rng.range(0, 6.28), rng.range(0.1, 0.35)]
  return Array.from({ length: vertices }, (_, i): ImagePoint => {
    const angle = (i / vertices) * 2 * Math.PI
    const away = radius * (1 - depth + depth * Math.sin(waves * angle + phase))
    return [x + away * Math.cos(angle), y + away * Math.sin(angle)]
  })
}

/** Places spread evenly over the picture, with a little disorder. */
function places(rng: CounterRng, count: number, size: ImageSize = sceneSize): { x: number; y: number; room: number }[] {
  const room = Math.sqrt((size.width * size.height) / count)
  const columns = Math.ceil(size.width / room)
  const rows = Math.ceil(count / columns)
  return Array.from({ length: count }, (_, i) => ({
    x: (((i % columns) + 0.5 + rng.range(-0.15, 0.15)) * size.width) / columns,
    y: ((Math.floor(i / columns) + 0.5 + rng.range(-0.15, 0.15)) * size.height) / rows,
    room,
  }))
}

/** Polygons of `vertices` vertices each, overlapping a little. */
export function polygons(seed: number, count: number, vertices: number): Shape[] {
  const rng = counterRng(seed, 'polygons')
  return places(rng, count).map(({ x, y, room }) => ({
    kind: 'polygon',
    parts: [{ outer: blob(rng, x, y, room * rng.range(0.4, 0.65), vertices), holes: [] }],
  }))
}

/** A mask of the whole picture with many holes, and `count` masks over it. */
export function masks(seed: number, count: number, size: ImageSize): Shape[] {
  const rng = counterRng(seed, 'masks')
  const blobs = (n: number, vertices: number): ImagePoint[][] =>
    places(rng, n, size).map(({ x, y, room }) => blob(rng, x, y, room * rng.range(0.25, 0.5), vertices))
  const outer: ImagePoint[] = [
    [0, 0],
    [size.width, 0],
    [size.width, size.height],
    [0, size.height],
  ]
  const whole: PolygonShape = { kind: 'polygon', parts: [{ outer, holes: blobs(400, 60) }] }
  const others = blobs(count, 200).map((ring): PolygonShape => ({ kind: 'polygon', parts: [{ outer: ring, holes: [] }] }))
  return [whole, ...others].map((polygon) => rasterizePolygon(polygon, size.width, size.height)!)
}

/** Small shapes of every kind but masks. */
export function mixed(seed: number, count: number): Shape[] {
  const rng = counterRng(seed, 'mixed')
  return places(rng, count).map(({ x, y, room }, i): Shape => {
    const [w, h] = [room * rng.range(0.4, 0.9), room * rng.range(0.4, 0.9)]
    switch (i % 5) {
      case 0:
        return { kind: 'rotatedBox', cx: x, cy: y, w, h, angleRad: rng.range(0, 3) }
      case 1:
        return { kind: 'polygon', parts: [{ outer: blob(rng, x, y, room * 0.45, 12), holes: [] }] }
      case 2:
        return {
          kind: 'polyline',
          points: [
            [x - w / 2, y],
            [x, y + h / 2],
            [x + w / 2, y - h / 2],
          ],
        }
      case 3:
        return { kind: 'point', x, y }
      default:
        return { kind: 'box', x: x - w / 2, y: y - h / 2, w, h }
    }
  })
}

const writePlain = (file: string, { width, height }: ImageSize): Promise<unknown> =>
  sharp({ create: { width, height, channels: 3, background: '#606468' } })
    .jpeg({ quality: 95 })
    .toFile(file)

/** A picture with soft structure and grain, like a photograph to a decoder. */
async function writePicture(file: string, seed: number, { width, height }: ImageSize): Promise<void> {
  const rng = counterRng(seed, 'picture')
  const small = Uint8Array.from({ length: 48 * 32 * 3 }, () => 40 + rng.int(150))
  const grain = Uint8Array.from({ length: 256 * 256 }, () => 96 + rng.int(64))
  const tile = await sharp(grain, { raw: { width: 256, height: 256, channels: 1 } })
    .png()
    .toBuffer()
  await sharp(small, { raw: { width: 48, height: 32, channels: 3 } })
    .resize(width, height, { kernel: 'cubic' })
    .composite([{ input: tile, tile: true, blend: 'soft-light' }])
    .jpeg({ quality: 85 })
    .toFile(file)
}

/** A new project with one dataset of these pictures, in this order; answers with the ids of its items. */
export async function generateScenes(folder: string, scenes: readonly Scene[]): Promise<string[]> {
  const images = path.join(folder, 'images')
  await mkdir(images, { recursive: true })
  const store = await openProjectStore({ folder, entry: databaseEntry, host: { socket: null }, create: { name: 'Generated scenes' } })
  try {
    const datasetId = newId()
    const classes = classNames.map((name, order) => ({ id: newId(), name, maskIndex: order + 1, color: hex(vocColor(order + 1)), order }))
    await store.call('datasets.begin', { id: datasetId, name: 'scenes', rootPath: images, batchId: newId() })
    const ids: string[] = []
    for (const [position, { name, shapes, voids = [], plain, size = plain ?? sceneSize }] of scenes.entries()) {
      const file = path.join(images, `${name}.jpg`)
      await (plain ? writePlain(file, plain) : writePicture(file, position, size))
      const annotations = [...shapes, ...voids].map((shape, z): ImportedAnnotation => ({
        id: newId(),
        classId: z < shapes.length ? classes[z % classes.length]!.id : null,
        region: z < shapes.length ? 'object' : 'void',
        shape,
        attributes: {},
        z,
        source: null,
      }))
      const item: ImportedItem = {
        id: newId(),
        name,
        relPath: `${name}.jpg`,
        position,
        ...size,
        orientation: 1,
        bytes: 0,
        sources: [],
        annotations,
      }
      await store.call('datasets.addItems', { datasetId, classes, items: [item] })
      ids.push(item.id)
    }
    await store.call('datasets.finish', {
      datasetId,
      dialect: { format: 'voc', vocOrigin: 1, classNamesFrom: 'labels.txt', voidIndex: 255, maskKind: 'none' },
      classes,
      splits: [],
      problems: [],
    })
    return ids
  } finally {
    await store.close()
  }
}
