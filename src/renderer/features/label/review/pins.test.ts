import { expect, it } from 'vitest'
import type { Shape } from '../../../../shared/model/shape.ts'
import { pinPlace } from './pins.ts'

const box: Shape = { kind: 'box', x: 50, y: 20, w: 10, h: 10 }

it('stands where it was set, is drawn along by its object, and stays when the object is gone', () => {
  const pin = { at: [52, 24] as [number, number], annotationId: 'a' }
  expect(pinPlace(pin, () => box)).toEqual({ x: 52, y: 24 })
  expect(pinPlace(pin, () => ({ ...box, x: 70, y: 0 }))).toEqual({ x: 70, y: 10 })
  expect(pinPlace(pin, () => undefined)).toEqual({ x: 52, y: 24 })
  expect(pinPlace({ ...pin, annotationId: null }, () => box)).toEqual({ x: 52, y: 24 })
  expect(pinPlace({ at: null, annotationId: null }, () => box)).toBeNull()
})
