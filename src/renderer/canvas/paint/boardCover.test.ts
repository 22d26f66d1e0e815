import { expect, it } from 'vitest'
import {
  carriedOver,
  cells,
  coverOf,
  covers,
  coversAll,
  coversStretched,
  coversWell,
  further,
  isShifted,
  mostStretch,
  pieceView,
  sharedPart,
  shifted,
  strips,
  type BoardRect,
} from './boardCover.ts'
import type { FrameView } from './frame.ts'

const view: FrameView = { scale: 2, offsetX: 10.25, offsetY: -3.5, ratio: 1.5, width: 900, height: 600 }
const moved = (dx: number, dy: number): FrameView => ({ ...view, offsetX: view.offsetX + dx, offsetY: view.offsetY + dy })
const areaOf = ({ width, height }: BoardRect): number => width * height
const meet = (a: BoardRect, b: BoardRect): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

it('a drawing is exact where it is moved by whole device pixels', () => {
  expect([moved(0, 0), moved(-40, 7), moved(3 + 1e-9, 0)].map((now) => isShifted(view, now))).toEqual([true, true, true])
  expect([moved(0.5, 0), moved(0, 0.01), { ...view, scale: 2.001 }].map((now) => isShifted(view, now))).toEqual([false, false, false])
})

it('covers less and less of what is wanted, the further the view moves on', () => {
  const cover = coverOf(view, false)
  const all = (now: FrameView): boolean[] => [covers, coversWell, coversAll].map((does) => does(cover, view, now))
  expect(all(view)).toEqual([true, true, true])
  expect(all(moved(-1, 0))).toEqual([true, true, false])
  expect([48, 49].map((dy) => all(moved(0, dy)))).toEqual([
    [true, true, false],
    [true, false, false],
  ])
  expect(all(moved(193, 0))).toEqual([false, false, false])
  expect(coversStretched(cover, view, { ...view, scale: 3 })).toBe(true)
  expect(coversStretched(cover, view, { ...view, scale: 1 })).toBe(false)
})

it('seen from further away the middle stays, and it serves as one zooms out from there', () => {
  const far = further(view)
  expect([far.width, far.height, far.ratio]).toEqual([view.width, view.height, view.ratio])
  const middle = ({ scale, offsetX, offsetY }: FrameView): number[] => [(450 - offsetX) / scale, (300 - offsetY) / scale]
  for (const [i, at] of middle(far).entries()) expect(at).toBeCloseTo(middle(view)[i]!, 9)
  const out = (k: number): FrameView => ({ ...view, scale: 2 * k, offsetX: 450 - (450 - 10.25) * k, offsetY: 300 - (300 + 3.5) * k })
  const served = (from: FrameView): boolean[] => [1, 0.9, 0.8, 0.6].map((k) => coversStretched(coverOf(from, false), from, out(k)))
  expect([served(view), served(far)]).toEqual([
    [true, true, false, false],
    [true, true, true, true],
  ])
  expect(view.scale / far.scale).toBeLessThan(mostStretch)
})

it('with more room it serves more views, and is as large for each of them', () => {
  const cover = coverOf(view, true)
  const all = (now: FrameView): boolean[] => [covers, coversWell, coversAll].map((does) => does(cover, view, now))
  expect([192, -193, 241, -385].map((dx) => all(moved(dx, 0)))).toEqual([
    [true, true, true],
    [true, true, false],
    [true, false, false],
    [false, false, false],
  ])
  expect(coverOf(moved(77, 3), true)).toEqual(cover)
})

it('what a drawing that moves on lacks is drawn once, and the rest lies where it lay', () => {
  for (const [dx, dy, wide] of [
    [-100, 0, false],
    [180, 40, true],
    [-400, 300, true],
    [0.4e-3, -130, true],
  ] as const) {
    const now = shifted(view, moved(dx, dy))
    expect([now.offsetX, now.offsetY]).toEqual([view.offsetX + Math.round(dx), view.offsetY + dy])
    const old = carriedOver(coverOf(view, wide), view, now)
    // By hand: the upper left corner of what is known, as a place of the picture.
    expect((old.x - now.offsetX) / now.scale).toBe((coverOf(view, wide).x - view.offsetX) / view.scale)
    const cover = coverOf(now, true)
    const known = sharedPart(old, cover)!
    const pieces = [known, ...strips(known, cover)]
    expect(pieces.reduce((sum, piece) => sum + areaOf(piece), 0)).toBe(areaOf(cover))
    pieces.forEach((piece, i) => expect(pieces.slice(i + 1).filter((other) => meet(piece, other))).toEqual([]))
  }
  expect(strips(coverOf(view, false), coverOf(view, false))).toEqual([])
  expect(sharedPart(coverOf(view, true), carriedOver(coverOf(view, true), view, moved(-1_668, 0)))).toBeNull()
})

it('a piece shows what the drawing shows there', () => {
  const { offsetX, offsetY, scale, width, height } = pieceView(view, { x: -192, y: 50, width: 30, height: 40 })
  expect([offsetX, offsetY, scale, width, height]).toEqual([202.25, -53.5, 2, 30, 40])
})

it('the cells of a piece are all of it, each place once', () => {
  const piece = { x: -192, y: 50, width: 800, height: 400 }
  const found = cells(piece)
  expect(found.map(({ width, height }) => [width, height])).toEqual([
    [384, 384],
    [384, 384],
    [32, 384],
    [384, 16],
    [384, 16],
    [32, 16],
  ])
  expect(found.reduce((sum, cell) => sum + areaOf(cell), 0)).toBe(areaOf(piece))
  found.forEach((cell, i) => expect(found.slice(i + 1).filter((other) => meet(cell, other))).toEqual([]))
  expect([found[0], found.at(-1)]).toEqual([
    { x: -192, y: 50, width: 384, height: 384 },
    { x: 576, y: 434, width: 32, height: 16 },
  ])
})
