import { expect, it } from 'vitest'
import { counterRng } from '../../../shared/counterRng.ts'
import { spansOfMask, type MaskSpans } from '../../../shared/geometry/maskSpans.ts'
import { maskFromBits } from '../../../shared/geometry/rle.ts'
import type { FrameView } from './frame.ts'
import { changedPixels } from './maskTiles.ts'
import { patchOf, rimWords, type RimLook, type RimPart } from './maskRim.ts'

const [line, halo] = [0xff00ff00, 0xe6ffffff]
const thin: RimLook = { width: 1, haloWidth: 0, color: line, halo }
const viewAt = (scale: number, offset = 0): FrameView => ({ scale, offsetX: offset, offsetY: offset, ratio: 1, width: 40, height: 40 })
const ring = maskFromBits([1, 1, 1, 1, 0, 1, 1, 1, 1], { x: 1, y: 1, w: 3, h: 3 })

function picture(words: Uint32Array, part: RimPart): string[] {
  const marks = new Map([
    [line, '#'],
    [halo, '-'],
  ])
  return Array.from({ length: part.height }, (_, y) =>
    [...words.subarray(y * part.width, (y + 1) * part.width)].map((word) => marks.get(word) ?? ' ').join(''),
  )
}
const drawn = (view: FrameView, part: RimPart, look = thin): string[] => picture(rimWords(spansOfMask(ring), view, part, look), part)

it('follows the edges of the pixels, inside and outside', () => {
  expect(drawn(viewAt(3), { x: 2, y: 2, width: 12, height: 12 })).toEqual([
    '            ',
    ' ########## ',
    ' #        # ',
    ' #        # ',
    ' #  ####  # ',
    ' #  #  #  # ',
    ' #  #  #  # ',
    ' #  ####  # ',
    ' #        # ',
    ' #        # ',
    ' ########## ',
    '            ',
  ])
})

it('has its halo on both sides and never over the line', () => {
  expect(drawn(viewAt(1, 2), { x: 0, y: 0, width: 9, height: 9 }, { ...thin, haloWidth: 1 })).toEqual([
    '         ',
    '         ',
    '  ------ ',
    '  -####- ',
    '  -####- ',
    '  -####- ',
    '  -####- ',
    '  ------ ',
    '         ',
  ])
})

it('a part shows what the whole shows there', () => {
  const whole = drawn(viewAt(5.3, -2.7), { x: 0, y: 0, width: 30, height: 30 }, { ...thin, width: 2, haloWidth: 1 })
  const part = drawn(viewAt(5.3, -2.7), { x: 7, y: 9, width: 11, height: 8 }, { ...thin, width: 2, haloWidth: 1 })
  expect(part).toEqual(whole.slice(9, 17).map((row) => row.slice(7, 18)))
})

it('is as coarse as the mask is shown when it is small', () => {
  const big = maskFromBits(new Uint8Array(16 * 16).fill(1), { x: 0, y: 0, w: 16, h: 16 })
  const part = { x: 0, y: 0, width: 6, height: 6 }
  expect(picture(rimWords(spansOfMask(big), viewAt(0.25), part, thin), part)).toEqual([
    '##### ',
    '#   # ',
    '#   # ',
    '#   # ',
    '##### ',
    '      ',
  ])
})

it('drawn again only where its mask changed is what it is when all of it is drawn', () => {
  const [w, h] = [60, 48]
  const rng = counterRng(4, 'rim')
  const bits = Uint8Array.from({ length: w * h }, () => Number(rng.range(0, 1) < 0.7))
  const part = { x: 0, y: 0, width: 40, height: 40 }
  let patched = 0
  for (const look of [thin, { ...thin, width: 2, haloWidth: 1 }])
    for (const view of [viewAt(3, -7), viewAt(0.6, 2), viewAt(0.3, 1)])
      for (const [x, y, size] of [
        [20, 15, 6],
        [0, 0, 3],
        [40, 30, 9],
      ] as const) {
        const erased = bits.map((bit, i) => (Math.abs((i % w) - x) < size && Math.abs(Math.floor(i / w) - y) < size ? 0 : bit))
        const [before, after] = [bits, erased].map((set) => spansOfMask(maskFromBits(set, { x: 0, y: 0, w, h }))) as [MaskSpans, MaskSpans]
        const words = rimWords(before, view, part, look)
        for (const extent of changedPixels(before, after)) {
          const piece = patchOf(view, part, extent, look.width + look.haloWidth + 1)
          if (!piece) continue
          patched++
          const fresh = rimWords(after, view, piece, look)
          for (let row = 0; row < piece.height; row++)
            words.set(fresh.subarray(row * piece.width, (row + 1) * piece.width), (piece.y + row) * part.width + piece.x)
        }
        expect(words).toEqual(rimWords(after, view, part, look))
      }
  expect(patched).toBeGreaterThan(10)
})
