import { expect, test } from 'vitest'
import { categoricalColor, classColor } from './classColor.ts'

test('background is black, and VOC names have their VOC colour however they are spelt', () => {
  expect(classColor('_background_', 0)).toBe('#000000')
  expect(classColor('aeroplane', 5)).toBe('#800000')
  expect(classColor('potted plant', 3)).toBe('#004000')
  expect(classColor('tv/monitor', 3)).toBe('#004080')
})

test('other names take the colour of their place, all apart for five rounds of twelve', () => {
  expect(classColor('sky', 0)).toBe(categoricalColor(0))
  expect(new Set(Array.from({ length: 60 }, (_, i) => categoricalColor(i))).size).toBe(60)
})
