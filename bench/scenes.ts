import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { objectMask, renderScene, type Scene } from '../src/compute/data/scenes/scene.ts'

const columns = 6

/** Writes a sheet of rendered training scenes, below each its objects in colours: `scenes --out sheet.png [--seed 1] [--from 0] [--count 18] [--size 256]`. */
export async function scenesBench(argv: string[]): Promise<void> {
  const { values } = parseArgs({
    args: argv,
    options: {
      out: { type: 'string', default: 'scenes.png' },
      seed: { type: 'string', default: '1' },
      from: { type: 'string', default: '0' },
      count: { type: 'string', default: '18' },
      size: { type: 'string', default: '256' },
    },
  })
  const [seed, from, count, size] = [values.seed, values.from, values.count, values.size].map(Number) as [number, number, number, number]
  const [width, height] = [columns * size, 2 * Math.ceil(count / columns) * size]
  const sheet = new Uint8Array(width * height * 3)
  const put = (picture: Uint8Array, x0: number, y0: number): void => {
    for (let y = 0; y < size; y++) sheet.set(picture.subarray(y * size * 3, (y + 1) * size * 3), ((y0 + y) * width + x0) * 3)
  }
  const begun = process.cpuUsage()
  const scenes = Array.from({ length: count }, (_, i) => renderScene(seed, from + i, size))
  const { user, system } = process.cpuUsage(begun)
  scenes.forEach((scene, i) => {
    const [x, y] = [(i % columns) * size, 2 * Math.floor(i / columns) * size]
    put(scene.rgb, x, y)
    put(coloured(scene), x, y + size)
  })
  await sharp(sheet, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(values.out)
  const objects = scenes.reduce((sum, scene) => sum + scene.objects.length, 0)
  console.log(
    `${values.out}: ${count} scenes, ${objects} objects, ${((user + system) / 1000 / count).toFixed(0)} ms of processor time each`,
  )
}

/** The picture, dark, with every object in a colour of its own. */
function coloured(scene: Scene): Uint8Array {
  const picture = scene.rgb.map((value) => value * 0.35)
  scene.objects.forEach((object, k) => {
    const hue = ((k * 0.618) % 1) * 6
    const channel = (n: number): number => 255 * (1 - Math.max(0, Math.min((n + hue) % 6, 4 - ((n + hue) % 6), 1)))
    const colour = [channel(5), channel(3), channel(1)]
    objectMask(scene, object).forEach((inside, i) => {
      if (inside) for (let c = 0; c < 3; c++) picture[i * 3 + c] = picture[i * 3 + c]! * 0.5 + colour[c]! * 0.5
    })
  })
  return picture
}
