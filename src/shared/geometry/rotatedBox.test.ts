import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RotatedBoxShape } from '../model/shape.ts'
import { boxHandles } from './box.ts'
import { distance, vec } from './point.ts'
import { normaliseAngle, resizeRotated, rotatedBoxOn, rotatedCorners, rotatedHandle, turnHandle, turnTowards } from './rotatedBox.ts'

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const anyBox: fc.Arbitrary<RotatedBoxShape> = fc.record({
  kind: fc.constant('rotatedBox' as const),
  cx: number(-500, 500),
  cy: number(-500, 500),
  w: number(1, 300),
  h: number(1, 300),
  angleRad: number(-3.1, 3.1),
})
const opposite = { nw: 'se', n: 's', ne: 'sw', e: 'w', se: 'nw', s: 'n', sw: 'ne', w: 'e' } as const

describe('a rotated box', () => {
  it('has its handles between its corners', () => {
    fc.assert(
      fc.property(anyBox, (box) => {
        const [nw, ne, se, sw] = rotatedCorners(box).map(vec)
        expect(distance(rotatedHandle(box, 'nw'), nw!)).toBeLessThan(1e-9)
        expect(distance(rotatedHandle(box, 'se'), se!)).toBeLessThan(1e-9)
        expect(distance(rotatedHandle(box, 'e'), { x: (ne!.x + se!.x) / 2, y: (ne!.y + se!.y) / 2 })).toBeLessThan(1e-9)
        expect(distance(nw!, ne!)).toBeCloseTo(box.w, 9)
        expect(distance(ne!, se!)).toBeCloseTo(box.h, 9)
        expect(distance(nw!, sw!)).toBeCloseTo(box.h, 9)
        expect(distance(turnHandle(box, 20), rotatedHandle(box, 'n'))).toBeCloseTo(20, 9)
      }),
    )
  })

  it('keeps the opposite handle and its angle while it is resized', () => {
    fc.assert(
      fc.property(anyBox, fc.constantFrom(...boxHandles), number(0, 40), (box, handle, grown) => {
        const stands = rotatedHandle(box, handle)
        const away = Math.max(distance(stands, { x: box.cx, y: box.cy }), 1e-9)
        const to = { x: stands.x + ((stands.x - box.cx) / away) * grown, y: stands.y + ((stands.y - box.cy) / away) * grown }
        const next = resizeRotated(box, handle, to)!
        expect(next.angleRad).toBe(box.angleRad)
        expect(distance(rotatedHandle(next, opposite[handle]), rotatedHandle(box, opposite[handle]))).toBeLessThan(1e-6)
        expect(distance(rotatedHandle(next, handle), to)).toBeLessThan(1e-6)
        expect(next.w * next.h).toBeGreaterThanOrEqual(box.w * box.h - 1e-6)
      }),
    )
  })

  it('looks where it is turned to, in steps when asked', () => {
    fc.assert(
      fc.property(anyBox, number(-600, 600), number(-600, 600), (box, x, y) => {
        fc.pre(distance({ x, y }, { x: box.cx, y: box.cy }) > 1)
        const next = turnTowards(box, { x, y }, null)
        const knob = turnHandle(next, 10)
        const cross = (knob.x - box.cx) * (y - box.cy) - (knob.y - box.cy) * (x - box.cx)
        expect(Math.abs(cross)).toBeLessThan(1e-6 * distance(knob, vec([box.cx, box.cy])) * distance({ x, y }, vec([box.cx, box.cy])))
        const steps = turnTowards(box, { x, y }, Math.PI / 12).angleRad / (Math.PI / 12)
        expect(Math.abs(steps - Math.round(steps))).toBeLessThan(1e-9)
      }),
    )
  })

  it('stands on a side and reaches across to a point on either hand', () => {
    const a = { x: 10, y: 20 }
    const b = { x: 40, y: 60 }
    for (const hand of [1, -1]) {
      const box = rotatedBoxOn(a, b, { x: a.x - 0.8 * 15 * hand, y: a.y + 0.6 * 15 * hand })!
      expect(box.w).toBeCloseTo(50, 9)
      expect(box.h).toBeCloseTo(15, 9)
      const corners = rotatedCorners(box).map(vec)
      for (const end of [a, b]) expect(Math.min(...corners.map((corner) => distance(corner, end)))).toBeLessThan(1e-9)
    }
    expect(rotatedBoxOn(a, a, b)).toBeNull()
    expect(rotatedBoxOn(a, b, b)).toBeNull()
  })

  it('has one angle for every direction', () => {
    expect(normaliseAngle(-Math.PI)).toBe(Math.PI)
    expect(normaliseAngle(3 * Math.PI)).toBeCloseTo(Math.PI, 12)
    fc.assert(
      fc.property(number(-100, 100), (angle) => {
        const one = normaliseAngle(angle)
        expect(one).toBeGreaterThan(-Math.PI)
        expect(one).toBeLessThanOrEqual(Math.PI)
        expect(Math.cos(one)).toBeCloseTo(Math.cos(angle), 9)
        expect(Math.sin(one)).toBeCloseTo(Math.sin(angle), 9)
      }),
    )
  })
})
