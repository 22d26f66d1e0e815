import { anyColour, fromPalette, near, palettes, shade, type Rgb } from '../colour.ts'
import {
  anyOutline,
  blob,
  ellipse,
  lathe,
  placed,
  polygon,
  ragged,
  rectangle,
  ring,
  roundedBox,
  strip,
  type ScenePoint,
} from '../outlines.ts'
import type { SceneCanvas } from '../sceneCanvas.ts'

/** Where a thing stands: the middle of its lower edge, and its height, in pixels. */
export interface Place {
  readonly x: number
  readonly y: number
  readonly height: number
}

/** A car from the side: body, windows and wheels are parts, all together the whole. */
export function drawCar(canvas: SceneCanvas, { x, y, height }: Place): void {
  const { random } = canvas
  const length = height * random.range(1.9, 3.2)
  const paint = anyColour(random)
  const side = random.chance(0.5) ? 1 : -1
  const at = (u: number, v: number): ScenePoint => [x + side * u * length, y - v * height]
  const bonnet = random.range(0.4, 0.62)
  const [roofFrom, roofTo] = [random.range(-0.35, -0.2), random.range(0.02, 0.28)]
  const body = canvas.paintNew(
    [
      [
        at(-0.5, 0.15),
        at(-0.5, bonnet),
        at(roofFrom - 0.08, bonnet + 0.06),
        at(roofFrom, 0.97),
        at(roofTo, 1),
        at(roofTo + 0.14, bonnet + 0.05),
        at(0.48, bonnet - 0.06),
        at(0.5, 0.15),
      ],
    ],
    { colour: paint, contrast: random.uniform() * 0.2, texture: 'flat' },
    { shadow: random.chance(0.7) },
  )
  const glass: Rgb = shade(fromPalette(random, palettes.sky), random.range(0.1, 0.7))
  const split = (roofFrom + roofTo) / 2
  const windows = [
    [at(roofFrom - 0.04, bonnet + 0.1), at(roofFrom + 0.03, 0.9), at(split - 0.015, 0.92), at(split - 0.015, bonnet + 0.09)],
    [at(split + 0.015, bonnet + 0.09), at(split + 0.015, 0.92), at(roofTo - 0.02, 0.92), at(roofTo + 0.08, bonnet + 0.09)],
  ].map((corners) => canvas.paintNew([corners], { colour: glass, contrast: 0.2 }))
  const radius = height * random.range(0.34, 0.46)
  const wheels = [-0.32, 0.3].flatMap((u) => {
    const [cx, cy] = at(u, radius / height / 2)
    const tyre = canvas.paintNew(placed(ellipse(), cx, cy, radius, radius), { colour: [28, 28, 30], contrast: 0.1 })
    const rim = canvas.paintNew(placed(ellipse(), cx, cy, radius * 0.55, radius * 0.55), {
      colour: fromPalette(random, palettes.metal),
      contrast: 0.4,
    })
    canvas.object(tyre, rim)
    return [tyre, rim]
  })
  canvas.object(...windows)
  canvas.object(body, ...windows, ...wheels)
}

/** Somebody standing or walking: head, trunk, arms and legs. */
export function drawPerson(canvas: SceneCanvas, { x, y, height }: Place): void {
  const { random } = canvas
  const skin = fromPalette(random, palettes.skin)
  const trousers = anyColour(random)
  const shirt = random.chance(0.2) ? trousers : anyColour(random)
  const wide = height * random.range(0.2, 0.3)
  const stride = random.range(0, 0.16) * height
  const limb = (from: ScenePoint, to: ScenePoint, width: number, colour: Rgb): number =>
    canvas.paintNew(
      strip([from, [(from[0] + to[0]) / 2 + random.normal() * wide * 0.1, (from[1] + to[1]) / 2], to], (t) => width * (1 - 0.35 * t)),
      { colour, contrast: 0.15 },
    )
  const hip = y - height * 0.47
  const shoulder = y - height * 0.8
  const legs = [-1, 1].map((s) => limb([x + s * wide * 0.16, hip], [x + s * (wide * 0.16 + stride), y], height * 0.11, trousers))
  const trunk = canvas.paintNew(
    placed(roundedBox(0.5), x, (hip + shoulder) / 2, wide * random.range(0.7, 0.95), hip - shoulder + height * 0.08),
    { colour: shirt },
  )
  const arms = [-1, 1].map((s) =>
    limb(
      [x + s * wide * 0.36, shoulder + height * 0.02],
      [x + s * wide * random.range(0.3, 0.8), hip + height * random.range(-0.1, 0.06)],
      height * 0.075,
      random.chance(0.6) ? shirt : skin,
    ),
  )
  const head = canvas.paintNew(placed(ellipse(), x + random.normal() * wide * 0.05, y - height * 0.9, height * 0.115, height * 0.15), {
    colour: skin,
    contrast: 0.1,
  })
  const hair = canvas.paintNew(placed(blob(random, 0.2), x, y - height * 0.94, height * 0.14, height * 0.1), {
    colour: fromPalette(random, palettes.fur),
  })
  if (random.chance(0.5)) canvas.object(head, hair)
  if (random.chance(0.3)) canvas.object(trunk, ...arms)
  canvas.object(...legs, trunk, ...arms, head, hair)
}

/** Trunk and crown. */
export function drawTree(canvas: SceneCanvas, { x, y, height }: Place): void {
  const { random } = canvas
  const trunk = canvas.paintNew(
    strip(
      [
        [x, y],
        [x + random.normal() * height * 0.02, y - height * 0.3],
        [x + random.normal() * height * 0.04, y - height * 0.6],
      ],
      (t) => height * 0.07 * (1.2 - t * 0.6),
    ),
    { colour: fromPalette(random, palettes.wood), texture: 'noise' },
  )
  const leaves = fromPalette(random, palettes.leaves)
  const crowns = Array.from({ length: 1 + random.int(4) }, () =>
    canvas.paintNew(
      placed(
        ragged(random),
        x + random.normal() * height * 0.13,
        y - height * random.range(0.55, 0.8),
        height * random.range(0.4, 0.8),
        height * random.range(0.4, 0.75),
      ),
      { colour: near(random, leaves, 12), texture: random.chance(0.5) ? 'spots' : 'noise', contrast: random.range(0.4, 1) },
    ),
  )
  canvas.object(trunk, ...crowns)
  if (random.chance(0.4)) canvas.object(...crowns)
}

/** A house front with rows of windows. */
export function drawBuilding(canvas: SceneCanvas, x: number, y: number, width: number, height: number): void {
  const { random } = canvas
  const wall = canvas.paintNew(placed(rectangle, x + width / 2, y - height / 2, width, height), {
    colour: fromPalette(random, random.chance(0.5) ? palettes.bricks : palettes.plaster),
    texture: random.pick(['flat', 'grid', 'noise']),
    relief: random.uniform() * 0.3,
  })
  const parts = [wall]
  if (random.chance(0.4)) {
    const roof = canvas.paintNew(
      [
        [
          [x - width * 0.05, y - height],
          [x + width * random.range(0.2, 0.8), y - height * random.range(1.15, 1.4)],
          [x + width * 1.05, y - height],
        ],
      ],
      { colour: fromPalette(random, palettes.bricks) },
    )
    canvas.object(roof)
    parts.push(roof)
  }
  const [columns, rows] = [1 + random.int(5), 1 + random.int(5)]
  const colour = shade(fromPalette(random, palettes.sky), random.range(0.1, 0.9))
  const [w, h] = [(width / columns) * random.range(0.3, 0.7), (height / rows) * random.range(0.35, 0.7)]
  if (w > 3 && h > 3)
    for (let i = 0; i < columns; i++)
      for (let j = 0; j < rows; j++) {
        const cx = x + ((i + 0.5) * width) / columns
        const cy = y - ((j + 0.5) * height) / rows
        const pane = canvas.paintNew(
          placed(rectangle, cx, cy, w, h),
          { colour: near(random, colour, 12), relief: 0.2, contrast: 0.15 },
          { rim: random.chance(0.3) ? 1 : 0 },
        )
        if (random.chance(0.15)) canvas.object(pane)
        parts.push(pane)
      }
  canvas.object(...parts)
}

/** A post with a sign, a lamp or nothing on it. */
export function drawPole(canvas: SceneCanvas, { x, y, height }: Place): void {
  const { random } = canvas
  const width = Math.max(1.2, height * random.range(0.012, 0.05))
  const lean = random.normal() * height * 0.01
  const post = canvas.paintNew(
    strip(
      [
        [x, y],
        [x + lean, y - height],
      ],
      () => width,
    ),
    { colour: fromPalette(random, palettes.metal), texture: 'flat', contrast: 0.1 },
  )
  if (random.chance(0.35)) return canvas.object(post)
  const size = height * random.range(0.12, 0.3)
  const form = random.pick([ellipse(), rectangle, polygon(random, 3), polygon(random, 8), roundedBox(0.3)])
  const board = canvas.paintNew(
    placed(form, x + lean, y - height + size / 3, size, size * random.range(0.6, 1.2)),
    { texture: random.pick(['flat', 'stripes', 'dots']) },
    { rim: random.chance(0.5) ? Math.max(1, size * 0.06) : 0 },
  )
  canvas.object(board)
  canvas.object(post, board)
}

/** A bottle, vase, cup, ball, box, plate or tool. */
export function drawVessel(canvas: SceneCanvas, { x, y, height }: Place): void {
  const { random } = canvas
  const shadow = random.chance(0.6)
  switch (random.int(6)) {
    case 0: {
      const width = height * random.range(0.3, 0.9)
      const body = canvas.paintNew(placed(lathe(random), x, y - height / 2, width, height), { relief: random.range(0.2, 0.7) }, { shadow })
      const label = random.chance(0.5)
        ? canvas.paintNew(placed(rectangle, x, y - height * random.range(0.3, 0.5), width * 0.5, height * random.range(0.1, 0.3)))
        : 0
      const cap = random.chance(0.4) ? canvas.paintNew(placed(rectangle, x, y - height, width * 0.2, height * 0.1)) : 0
      canvas.object(label)
      return canvas.object(body, label, cap)
    }
    case 1: {
      const [w, h] = [height * random.range(0.7, 1), height * random.range(0.7, 0.95)]
      const colour = anyColour(random)
      const handle = canvas.paintNew(placed(ring(random), x + w * 0.5, y - h * 0.5, w * 0.5, h * 0.6), { colour })
      const body = canvas.paintNew(
        [
          [
            [x - w / 2, y - h],
            [x + w / 2, y - h],
            [x + w * 0.42, y],
            [x - w * 0.42, y],
          ],
        ],
        { colour },
        { shadow },
      )
      const rim = canvas.paintNew(placed(ellipse(), x, y - h, w, h * random.range(0.15, 0.35)), { colour: near(random, colour, 25) })
      if (random.chance(0.5)) canvas.object(rim)
      return canvas.object(handle, body, rim)
    }
    case 2: {
      const colour = anyColour(random)
      const [w, d, h] = [height * random.range(0.6, 1.4), height * random.range(0.15, 0.5), height * 0.75]
      const lift = height - h
      const front = canvas.paintNew(
        [
          [
            [x - w / 2, y],
            [x + w / 2, y],
            [x + w / 2, y - h],
            [x - w / 2, y - h],
          ],
        ],
        { colour },
        { shadow },
      )
      const lid = canvas.paintNew(
        [
          [
            [x - w / 2, y - h],
            [x + w / 2, y - h],
            [x + w / 2 + d, y - h - lift],
            [x - w / 2 + d, y - h - lift],
          ],
        ],
        { colour: shade(colour, random.range(1.05, 1.4)) },
      )
      const end = canvas.paintNew(
        [
          [
            [x + w / 2, y],
            [x + w / 2 + d, y - lift],
            [x + w / 2 + d, y - h - lift],
            [x + w / 2, y - h],
          ],
        ],
        { colour: shade(colour, random.range(0.4, 0.85)) },
      )
      if (random.chance(0.4)) canvas.object(random.pick([front, lid, end]))
      return canvas.object(front, lid, end)
    }
    case 3:
      return canvas.object(
        canvas.paintNew(placed(ellipse(), x, y - height / 2, height, height), { relief: random.range(0.3, 0.8) }, { shadow }),
      )
    case 4: {
      const flat = random.range(0.3, 1)
      const colour = anyColour(random)
      const plate = canvas.paintNew(
        placed(ellipse(), x, y - (height * flat) / 2, height * 1.3, height * 1.3 * flat),
        { colour, contrast: 0.1 },
        { shadow },
      )
      const inner = canvas.paintNew(placed(ellipse(), x, y - (height * flat) / 2, height * 0.85, height * 0.85 * flat), {
        colour: near(random, colour, 10),
        contrast: 0.1,
      })
      const food = Array.from({ length: random.int(4) }, () => {
        const piece = canvas.paintNew(
          placed(
            blob(random, 0.6),
            x + random.normal() * height * 0.15,
            y - (height * flat) / 2 + random.normal() * height * 0.1,
            height * random.range(0.15, 0.5),
            height * random.range(0.12, 0.4),
          ),
        )
        canvas.object(piece)
        return piece
      })
      return canvas.object(plate, inner, ...food)
    }
    default:
      return canvas.object(
        canvas.paintNew(
          placed(anyOutline(random), x, y - height / 2, height * random.range(0.5, 1.3), height, random.range(0, 6.3)),
          {},
          { shadow },
        ),
      )
  }
}

/** An animal: body, head, legs, tail and ears under one coat. */
export function drawAnimal(canvas: SceneCanvas, { x, y, height }: Place): void {
  const { random } = canvas
  const colour = random.chance(0.75) ? fromPalette(random, palettes.fur) : anyColour(random)
  const coat = { texture: random.pick(['noise', 'spots', 'flat', 'stripes', 'marble'] as const), contrast: random.uniform() ** 2 * 0.8 }
  const side = random.chance(0.5) ? 1 : -1
  const length = height * random.range(0.9, 1.8)
  const belly = y - height * random.range(0.3, 0.5)
  const thick = height * random.range(0.35, 0.55)
  const part = (outline: Parameters<SceneCanvas['paintNew']>[0]): number =>
    canvas.paintNew(outline, { colour: near(random, colour, 5), ...coat })
  const legs = [-0.38, -0.28, 0.26, 0.36].map((u) =>
    part(
      strip(
        [
          [x + u * length, belly],
          [x + u * length + random.normal() * height * 0.06, y],
        ],
        (t) => height * 0.13 * (1.2 - 0.6 * t),
      ),
    ),
  )
  const tail = part(
    strip(
      [
        [x - side * length * 0.45, belly - thick * 0.2],
        [x - side * length * 0.62, belly - thick * random.range(-0.4, 0.8)],
        [x - side * length * 0.72, belly - thick * random.range(-1, 1.2)],
      ],
      (t) => height * 0.1 * (1.1 - 0.8 * t),
    ),
  )
  const body = part(placed(blob(random, 0.25), x, belly - thick * 0.25, length * 1.2, thick * 1.3))
  const [hx, hy] = [x + side * length * random.range(0.5, 0.62), belly - thick * random.range(0.5, 1.1)]
  const neck = part(
    strip(
      [
        [x + side * length * 0.36, belly - thick * 0.3],
        [hx, hy],
      ],
      () => height * 0.22,
    ),
  )
  const ears = [-1, 1].map((s) => part(placed(ellipse(12), hx + s * height * 0.1, hy - height * 0.16, height * 0.1, height * 0.2, s * 0.4)))
  const head = part(placed(blob(random, 0.2), hx, hy, height * random.range(0.35, 0.5), height * random.range(0.28, 0.4)))
  const eye = canvas.paintNew(placed(ellipse(10), hx + side * height * 0.06, hy - height * 0.03, height * 0.05, height * 0.05), {
    colour: [15, 12, 12],
  })
  if (random.chance(0.3)) canvas.object(head, eye, ...ears)
  canvas.object(...legs, tail, body, neck, ...ears, head, eye)
}
