import { expect, it } from 'vitest'
import { indicesOf, paintClassMap, rgb, startsHidden } from './classMap.ts'

it('paints shown classes opaque and leaves hidden and unknown ones clear', () => {
  const out = new Uint8ClampedArray(4 * 4)
  paintClassMap(Uint8Array.from([0, 1, 2, 255]), ['#000000', '#ff8001', '#0000ff'], (index) => index !== 0, out)
  expect([...out]).toEqual([0, 0, 0, 0, 255, 128, 1, 255, 0, 0, 255, 255, 0, 0, 0, 0])
  expect(rgb('#0a0b0c')).toEqual([10, 11, 12])
})

it('reads classes back from their colours', () => {
  const pixels = Uint8ClampedArray.from([255, 128, 1, 255, 0, 0, 0, 255, 9, 9, 9, 255])
  expect([...indicesOf(pixels, ['#000000', '#ff8001', '#ff8001'])]).toEqual([1, 0, 255])
})

it('begins with the background hidden, by name', () => {
  expect(['background', '_background_', 'Background', 'bg'].map(startsHidden)).toEqual([true, true, true, true])
  expect(['ground', 'sky', 'big'].map(startsHidden)).toEqual([false, false, false])
})
