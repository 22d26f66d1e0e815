import { fromPalette, palettes } from '../colour.ts'
import { placed, ragged, type ScenePoint } from '../outlines.ts'
import type { SceneCanvas } from '../sceneCanvas.ts'
import { drawAnimal, drawBuilding, drawCar, drawPerson, drawPole, drawTree } from './things.ts'

/** A road or a meadow under a sky: houses, trees, cars, people, signs; far things are small and stand higher. */
export function drawStreet(canvas: SceneCanvas): void {
  const { random, size } = canvas
  const horizon = size * random.range(0.25, 0.65)
  const sky = canvas.fill(() => undefined)
  const whole: [number, number, number, number] = [0, 0, size, size]
  canvas.paintNew(rectangleOf(0, 0, size, horizon + 2), {
    colour: fromPalette(random, palettes.sky),
    texture: random.chance(0.5) ? 'flat' : 'noise',
    contrast: random.range(0, 0.6),
  })
  canvas.object(sky, sky + 1)
  const isTown = random.chance(0.7)
  const ground = canvas.paintNew(rectangleOf(0, horizon, size, size - horizon), {
    colour: fromPalette(random, isTown ? palettes.asphalt : palettes.leaves),
    contrast: random.uniform() * 0.5,
    texture: 'noise',
    relief: 0.2,
  })
  canvas.object(ground)
  if (random.chance(0.3))
    canvas.object(
      canvas.paintNew(
        placed(ragged(random), random.range(0, size), horizon, size * random.range(0.5, 1.5), size * random.range(0.1, 0.4)),
        { colour: fromPalette(random, palettes.leaves) },
      ),
    )
  if (isTown || random.chance(0.3)) drawFronts(canvas, horizon)
  drawRoad(canvas, horizon, whole)
  if (random.chance(0.25)) canvas.defocus(random.scale(0.4, 1.6))
  const count = 3 + random.int(10)
  const depths = Array.from({ length: count }, () => random.uniform() ** 1.3).sort((a, b) => a - b)
  for (const depth of depths) {
    const y = horizon + depth * (size - horizon) * 1.05 + 2
    const scale = size * (0.06 + depth * random.range(0.3, 0.75))
    const x = random.range(-0.05, 1.05) * size
    switch (random.int(isTown ? 8 : 7)) {
      case 0:
      case 1:
        drawPerson(canvas, { x, y, height: scale })
        break
      case 2:
        drawTree(canvas, { x, y, height: scale * 2 })
        break
      case 3:
      case 4:
        drawPole(canvas, { x, y, height: scale * random.range(1, 2) })
        break
      case 5:
        if (!isTown || random.chance(0.2)) drawAnimal(canvas, { x, y, height: scale * 0.8 })
        else drawCar(canvas, { x, y, height: scale * 0.6 })
        break
      default:
        drawCar(canvas, { x, y, height: scale * 0.6 })
    }
  }
}

const rectangleOf = (x: number, y: number, w: number, h: number): ScenePoint[][] => [
  [
    [x, y],
    [x + w, y],
    [x + w, y + h],
    [x, y + h],
  ],
]

function drawFronts(canvas: SceneCanvas, horizon: number): void {
  const { random, size } = canvas
  let x = random.range(-0.3, 0.2) * size
  while (x < size && !canvas.isFull) {
    const width = size * random.range(0.08, 0.45)
    drawBuilding(canvas, x, horizon + random.range(0, 0.06) * size, width, size * random.range(0.1, 0.6))
    x += width * random.range(0.9, 1.6)
  }
}

function drawRoad(canvas: SceneCanvas, horizon: number, [, , size]: readonly [number, number, number, number]): void {
  const { random } = canvas
  if (random.chance(0.4)) return
  const vanish = random.range(0.1, 0.9) * size
  const [a, b] = [random.range(-0.6, 0.3) * size, random.range(0.7, 1.6) * size]
  const road = canvas.paintNew(
    [
      [
        [vanish - 4, horizon],
        [vanish + 4, horizon],
        [b, size],
        [a, size],
      ],
    ],
    { colour: fromPalette(random, palettes.asphalt), texture: 'noise', contrast: 0.3, relief: 0.2 },
  )
  const lines = Array.from({ length: random.int(4) }, () => {
    const at = random.range(a, b)
    const width = size * random.range(0.01, 0.04)
    return canvas.paintNew(
      [
        [
          [vanish, horizon + 4],
          [vanish + 1, horizon + 4],
          [at + width, size],
          [at, size],
        ],
      ],
      { colour: [225, 225, 215], texture: 'flat' },
    )
  })
  canvas.object(road, ...lines)
}
