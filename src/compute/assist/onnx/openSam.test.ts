import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { makeTinySam, tinySams, type TinySamFamily } from '../../../../tests/support/tinySam/tinySam.ts'
import type { SamCandidate, SamPicture, SamSession } from '../samSession.ts'
import { openSam } from './openSam.ts'

const folder = mkdtempSync(join(tmpdir(), 'maskwright-sam-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Box = [x0: number, y0: number, x1: number, y1: number]

/** A blue picture with a red box and, where there is room, a green one. */
function picture(width: number, height: number, red: Box, green?: Box): SamPicture {
  const rgb = new Uint8Array(width * height * 3)
  const within = (box: Box | undefined, x: number, y: number): boolean => !!box && x >= box[0] && x < box[2] && y >= box[1] && y < box[3]
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i += 3)
      rgb.set(within(red, x, y) ? [220, 30, 20] : within(green, x, y) ? [20, 200, 40] : [30, 40, 200], i)
  return { width, height, rgb }
}

/** IoU of a mask and boxes. */
function overlap(mask: Uint8Array, width: number, ...boxes: Box[]): number {
  let [both, either] = [0, 0]
  mask.forEach((value, i) => {
    const [x, y] = [i % width, Math.floor(i / width)]
    const inBox = boxes.some((box) => x >= box[0] && x < box[2] && y >= box[1] && y < box[3])
    if (value === 1 && inBox) both++
    if (value === 1 || inBox) either++
  })
  return either === 0 ? 0 : both / either
}

const sessions = new Map<TinySamFamily, Promise<SamSession>>()
function sessionOf(family: TinySamFamily): Promise<SamSession> {
  // The picture of this one may have any size, so nothing in the file says which one is best.
  const overrides = family === 'efficientSamSingle' ? { size: 128 } : {}
  const open = () => openSam({ ...makeTinySam({ family, folder: join(folder, family) }), overrides, provider: 'cpu', threads: 1 })
  const session = sessions.get(family) ?? open()
  sessions.set(family, session)
  return session
}
afterAll(async () => {
  for (const session of sessions.values()) await (await session).close()
})

const click = (x: number, y: number, positive = true) => ({ x, y, positive })
const shapes: [string, number, number, Box, Box][] = [
  ['landscape', 200, 120, [30, 20, 90, 70], [130, 60, 180, 110]],
  ['portrait', 90, 240, [10, 150, 70, 230], [20, 10, 80, 60]],
  ['square of the frame', 128, 128, [16, 16, 64, 80], [80, 80, 120, 120]],
  ['larger than the frame', 400, 300, [200, 40, 360, 140], [20, 180, 160, 280]],
]

describe.each(Object.keys(tinySams) as TinySamFamily[])('%s', (family) => {
  it('says what it is', async () => {
    expect((await sessionOf(family)).facts).toMatchObject({ family: tinySams[family].family, isSmall: false })
  })

  it.each(shapes)('finds what is clicked, boxed and left out: %s', async (_, width, height, red, green) => {
    const session = await sessionOf(family)
    const embedding = await session.encode(picture(width, height, red, green))
    const best = async (prompt: Partial<Parameters<SamSession['decode']>[1]>): Promise<SamCandidate> =>
      (await session.decode(embedding, { points: [], box: null, logits: null, ...prompt }))[0]!
    const middle = (box: Box): [number, number] => [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2]
    const clicked = await best({ points: [click(...middle(red))] })
    expect(overlap(clicked.mask(), width, red)).toBeGreaterThan(0.85)
    const both = await best({ points: [click(...middle(red)), click(...middle(green))] })
    expect(overlap(both.mask(), width, red, green)).toBeGreaterThan(0.85)
    const less = await best({ points: [click(...middle(red)), click(...middle(green)), click(...middle(green), false)] })
    expect(overlap(less.mask(), width, red)).toBeGreaterThan(0.85)
    const boxed = await best({ box: green })
    expect(overlap(boxed.mask(), width, green)).toBeGreaterThan(0.8)
  })

  it('takes pictures of any size', async () => {
    const session = await sessionOf(family)
    for (const [width, height] of [
      [1, 1],
      [1, 40],
      [300, 2],
      [17, 5],
    ] as const) {
      const embedding = await session.encode(picture(width, height, [0, 0, width, height]))
      const [first] = await session.decode(embedding, { points: [click(0.5, 0.5)], box: null, logits: null })
      expect(first!.mask()).toEqual(new Uint8Array(width * height).fill(1))
    }
  })
})
