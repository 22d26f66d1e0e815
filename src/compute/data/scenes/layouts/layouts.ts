import { anyColour, fromPalette, mix, near, palettes, shade, type Rgb } from '../colour.ts'
import { anyOutline, blob, ellipse, glyph, placed, polygon, ragged, rectangle, roundedBox, strip, wander } from '../outlines.ts'
import type { SceneCanvas } from '../sceneCanvas.ts'
import { makeSurface, type Surface } from '../surface.ts'
import { drawAnimal, drawPerson, drawPole, drawVessel } from './things.ts'

/** Paints one background: a texture, or a wall and a floor. */
function drawBackground(canvas: SceneCanvas, colour: Rgb = anyColour(canvas.random)): void {
  const { random, size } = canvas
  const back = canvas.fill(makeSurface(random, { colour, box: [0, 0, size, size] }))
  canvas.object(back)
  if (random.chance(0.4)) {
    const y = random.range(0.3, 0.8) * size
    const tilt = random.normal() * size * 0.05
    const floor = canvas.paintNew(
      [
        [
          [0, y + tilt],
          [size, y - tilt],
          [size, size],
          [0, size],
        ],
      ],
      { colour: random.chance(0.5) ? fromPalette(random, palettes.wood) : near(random, colour, 40) },
    )
    canvas.object(floor)
  }
}

/** Things on a table or a shelf. */
export function drawTable(canvas: SceneCanvas): void {
  const { random, size } = canvas
  drawBackground(canvas, fromPalette(random, random.pick([palettes.wood, palettes.plaster, palettes.metal, palettes.asphalt])))
  const count = 2 + random.int(10)
  const scale = random.scale(0.12, 0.6)
  const rows = Array.from({ length: count }, () => random.range(0.25, 1.05)).sort((a, b) => a - b)
  if (random.chance(0.4)) {
    for (let i = random.int(5); i > 0; i--) drawShape(canvas, random.scale(0.1, 0.5))
    canvas.defocus(random.scale(0.6, 3))
  }
  for (const row of rows) drawVessel(canvas, { x: random.range(0, 1) * size, y: row * size, height: size * scale * random.range(0.6, 1.5) })
}

/** Living things, large in the picture. */
export function drawPortrait(canvas: SceneCanvas): void {
  const { random, size } = canvas
  drawBackground(canvas, fromPalette(random, random.pick([palettes.leaves, palettes.soil, palettes.sky, palettes.plaster])))
  const clutter = random.int(6)
  for (let i = 0; i < clutter; i++) drawShape(canvas, random.scale(0.1, 0.6))
  if (random.chance(0.5)) canvas.defocus(random.scale(0.6, 3))
  const count = 1 + random.int(3)
  for (let i = 0; i < count; i++) {
    const height = size * random.range(0.3, 1.1)
    const place = { x: random.range(0.15, 0.85) * size, y: random.range(0.6, 1.15) * size, height }
    if (random.chance(0.6)) drawAnimal(canvas, place)
    else drawPerson(canvas, place)
  }
  if (random.chance(0.3)) drawPole(canvas, { x: random.range(0, size), y: size, height: size * random.range(0.5, 1) })
}

function drawShape(canvas: SceneCanvas, scale: number, colour?: Rgb): void {
  const { random, size } = canvas
  const side = size * scale
  const stretch = random.scale(0.5, 2)
  const outline = placed(
    anyOutline(random),
    random.range(-0.05, 1.05) * size,
    random.range(-0.05, 1.05) * size,
    side * stretch,
    side / stretch,
    random.range(0, 6.3),
  )
  const layer = canvas.paintNew(outline, colour ? { colour } : {}, {
    shadow: random.chance(0.35),
    rim: random.chance(0.12) ? random.range(1, 3) : 0,
    opacity: random.chance(0.08) ? random.range(0.5, 0.9) : 1,
  })
  const marks = random.chance(0.2) ? 1 + random.int(3) : 0
  const [x, y, w, h] = [outline[0]![0]![0], outline[0]![0]![1], side, side]
  const parts = Array.from({ length: marks }, () => {
    const part = canvas.paintNew(
      placed(
        anyOutline(random),
        x + random.normal() * w * 0.2,
        y + random.normal() * h * 0.2,
        w * random.range(0.1, 0.4),
        h * random.range(0.1, 0.4),
      ),
    )
    canvas.object(part)
    return part
  })
  canvas.object(layer)
  if (parts.length > 0) canvas.object(layer, ...parts)
}

/** Shapes of all sizes over one another until little of the background is left (Lee, Mumford and Huang 2001, "dead leaves"). */
export function drawLeaves(canvas: SceneCanvas): void {
  const { random } = canvas
  drawBackground(canvas)
  const theme = random.chance(0.35) ? anyColour(random) : null
  const count = 6 + random.int(50)
  const largest = random.scale(0.15, 0.9)
  const scales = Array.from({ length: count }, () => random.scale(0.03, largest)).sort((a, b) => b - a)
  for (const scale of scales) drawShape(canvas, scale, theme ? near(random, theme, random.range(5, 50)) : undefined)
}

/** One or few shapes that hardly differ from what is behind them. */
export function drawCamouflage(canvas: SceneCanvas): void {
  const { random } = canvas
  const colour = anyColour(random)
  drawBackground(canvas, colour)
  const count = 1 + random.int(6)
  for (let i = 0; i < count; i++) drawShape(canvas, random.scale(0.1, 0.7), near(random, colour, random.range(4, 25)))
}

/** A disc that is darker or paler in the middle, with a rim and a soft inside. */
function cellSurface(canvas: SceneCanvas, colour: Rgb, x: number, y: number, radius: number): Surface {
  const { random } = canvas
  const middle = mix(colour, random.chance(0.7) ? [240, 235, 235] : shade(colour, 0.5), random.uniform() * 0.6)
  const rim = shade(colour, random.range(0.6, 1.1))
  const pallor = random.range(0.2, 0.7)
  const grain = makeSurface(random, {
    colour: [128, 128, 128],
    box: [x - radius, y - radius, 2 * radius, 2 * radius],
    relief: 0.1,
    contrast: random.uniform() * 0.2,
  })
  return (px, py, out) => {
    grain(px, py, out)
    const r = Math.hypot(px - x, py - y) / radius
    const t = r < pallor ? 1 - r / pallor : 0
    const edge = Math.max(0, (r - 0.75) * 4)
    for (let c = 0; c < 3; c++) {
      const body = colour[c]! + (middle[c]! - colour[c]!) * t
      out[c] = body + (rim[c]! - body) * Math.min(1, edge) + (out[c]! - 128) * 0.3
    }
  }
}

/** Cells under a microscope: many alike, some over one another, few with a nucleus, and specks between them. */
export function drawCells(canvas: SceneCanvas): void {
  const { random, size } = canvas
  const pale: Rgb = random.chance(0.8)
    ? [random.range(190, 250), random.range(185, 245), random.range(180, 250)]
    : shade(anyColour(random), 0.4)
  canvas.object(canvas.fill(makeSurface(random, { colour: pale, box: [0, 0, size, size], contrast: 0.1, relief: 0.2, texture: 'noise' })))
  const colour = fromPalette(random, palettes.stain)
  const radius = size * random.scale(0.03, 0.16)
  const count = Math.min(70, Math.round(random.range(0.2, 1.1) * (size / (2 * radius)) ** 2))
  const isSquare = random.chance(0.1)
  for (let i = 0; i < count && !canvas.isFull; i++) {
    const r = radius * random.range(0.8, 1.2)
    const [x, y] = [random.range(0, size), random.range(0, size)]
    const form = isSquare ? roundedBox(0.4) : random.chance(0.7) ? ellipse() : blob(random, 0.3)
    const outline = placed(form, x, y, 2 * r * random.range(0.85, 1.1), 2 * r, random.range(0, 3.2))
    const layer = canvas.paint(outline, cellSurface(canvas, near(random, colour, 8), x, y, r), {
      opacity: random.range(0.7, 1),
      rim: random.chance(0.15) ? 1 : 0,
    })
    if (random.chance(0.06)) {
      const lobes = Array.from({ length: 1 + random.int(3) }, () =>
        canvas.paintNew(
          placed(
            blob(random, 0.3),
            x + random.normal() * r * 0.35,
            y + random.normal() * r * 0.35,
            r * random.range(0.6, 1.3),
            r * random.range(0.6, 1.3),
          ),
          { colour: shade(colour, 0.45), texture: 'noise' },
        ),
      )
      canvas.object(...lobes)
      canvas.object(layer, ...lobes)
    } else canvas.object(layer)
  }
  for (let i = random.int(15); i > 0; i--) {
    const speck = size * random.range(0.008, 0.025)
    canvas.object(
      canvas.paintNew(placed(blob(random, 0.5), random.range(0, size), random.range(0, size), speck * 2, speck * 2), {
        colour: shade(colour, 0.5),
      }),
    )
  }
}

/** Drawn things: signs, letters, panels and lines in plain colours. */
export function drawGraphics(canvas: SceneCanvas): void {
  const { random, size } = canvas
  const paper = anyColour(random)
  canvas.object(
    canvas.fill(
      makeSurface(random, { colour: paper, box: [0, 0, size, size], contrast: 0.05, texture: 'flat', relief: random.uniform() * 0.2 }),
    ),
  )
  for (let i = random.int(5); i > 0; i--)
    canvas.object(
      canvas.paintNew(
        placed(
          random.chance(0.5) ? rectangle : roundedBox(0.2),
          random.range(0, size),
          random.range(0, size),
          size * random.range(0.1, 0.7),
          size * random.range(0.1, 0.6),
        ),
        { contrast: 0.05, texture: 'flat' },
        { rim: random.chance(0.3) ? 2 : 0, shadow: random.chance(0.2) },
      ),
    )
  for (let i = 1 + random.int(4); i > 0; i--) {
    const height = size * random.scale(0.04, 0.4)
    const [x, y] = [random.range(0, 0.8) * size, random.range(0.1, 0.9) * size]
    const ink = random.chance(0.5) ? shade(paper, 0.2) : anyColour(random)
    const letters = Array.from({ length: 1 + random.int(7) }, (_, k) =>
      canvas.paintNew(placed(glyph(random), x + k * height * 0.8, y, height * 0.7, height), {
        colour: ink,
        contrast: 0.05,
        texture: 'flat',
        relief: 0,
      }),
    )
    for (const letter of letters) canvas.object(letter)
  }
  for (let i = random.int(4); i > 0; i--)
    canvas.object(
      canvas.paintNew(
        strip(
          wander(random, [random.range(0, size), random.range(0, size)], size * random.range(0.3, 1), random.range(0, 0.2)),
          () => size * random.range(0.006, 0.03),
        ),
        { texture: 'flat' },
      ),
    )
}

/** Land from above: fields, roads, rivers, roofs. */
export function drawAerial(canvas: SceneCanvas): void {
  const { random, size } = canvas
  const land = (): Rgb => fromPalette(random, random.chance(0.6) ? palettes.leaves : palettes.soil)
  canvas.object(canvas.fill(makeSurface(random, { colour: land(), box: [0, 0, size, size], texture: 'noise' })))
  const turn = random.range(0, 1.5)
  for (let i = 2 + random.int(9); i > 0; i--)
    canvas.object(
      canvas.paintNew(
        placed(
          random.chance(0.6) ? rectangle : polygon(random, 4 + random.int(3)),
          random.range(0, size),
          random.range(0, size),
          size * random.range(0.15, 0.7),
          size * random.range(0.1, 0.5),
          turn + (random.chance(0.3) ? random.normal() * 0.3 : 0),
        ),
        { colour: land(), relief: 0.1 },
      ),
    )
  for (let i = random.int(4); i > 0; i--) {
    const width = size * random.scale(0.012, 0.1)
    const colour = fromPalette(random, random.chance(0.7) ? palettes.asphalt : palettes.sky)
    canvas.object(
      canvas.paintNew(
        strip(
          wander(random, [random.range(0, size), random.range(0, size)], size * random.range(0.8, 2.2), random.range(0, 0.12)),
          () => width,
        ),
        { colour, contrast: 0.15, relief: 0 },
      ),
    )
  }
  for (let i = random.int(25); i > 0 && !canvas.isFull; i--) {
    const [x, y, side] = [random.range(0, size), random.range(0, size), size * random.scale(0.02, 0.15)]
    if (random.chance(0.35)) {
      canvas.object(
        canvas.paintNew(
          placed(ragged(random), x, y, side, side),
          { colour: fromPalette(random, palettes.leaves), texture: 'spots' },
          { shadow: random.chance(0.7) },
        ),
      )
      continue
    }
    const [w, h] = [side, side * random.range(0.5, 1)]
    const roof = fromPalette(random, random.chance(0.5) ? palettes.bricks : palettes.metal)
    const house = canvas.paintNew(placed(rectangle, x, y, w, h, turn), { colour: roof, contrast: 0.2, relief: 0 }, { shadow: true })
    const half = random.chance(0.5)
      ? canvas.paintNew(
          placed(
            [
              [
                [-0.5, -0.5],
                [0.5, -0.5],
                [0.5, 0],
                [-0.5, 0],
              ],
            ],
            x,
            y,
            w,
            h,
            turn,
          ),
          { colour: shade(roof, random.range(0.6, 0.9)), contrast: 0.2, relief: 0 },
        )
      : 0
    canvas.object(house, half)
  }
}

/** Wires, twigs or bars in front of everything. */
export function drawInFront(canvas: SceneCanvas): void {
  const { random, size } = canvas
  const colour = random.chance(0.6) ? shade(anyColour(random), 0.4) : anyColour(random)
  const width = size * random.scale(0.006, 0.03)
  const bend = random.chance(0.5) ? 0 : random.range(0.02, 0.15)
  for (let i = 1 + random.int(6); i > 0; i--)
    canvas.object(
      canvas.paintNew(
        strip(wander(random, [random.range(0, size), random.range(0, size)], size * random.range(0.5, 2), bend), () => width),
        { colour: near(random, colour, 8), contrast: 0.2 },
      ),
    )
}
