import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { hsvToRgb, rgbToHsv } from '../hsv.ts'
import { NORMALIZATION, normalizeInto } from '../normalize.ts'
import { resizeLinear, resizeNearest } from '../resize.ts'
import { applyPhotometric, type PhotometricParams } from './photometric.ts'

// Stored results of OpenCV, made by tests/oracles/opencv.py.
const load = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../../tests/fixtures/opencv/${name}.json`, import.meta.url), 'utf8'))
const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'))
const swap = (bgr: Uint8Array): Uint8Array => bgr.map((_, i) => bgr[i + 2 - 2 * (i % 3)]!)

interface ResizeCase {
  height: number
  width: number
  image: string
  label: string
  toHeight: number
  toWidth: number
  linear: string
  nearest: string
}

describe('resize', () => {
  const { cases } = load('resize') as { cases: ResizeCase[] }
  it.each(cases.map((c) => [`${c.width}x${c.height} -> ${c.toWidth}x${c.toHeight}`, c] as const))('%s has the bytes of OpenCV', (_, c) => {
    const image = bytes(c.image)
    const linear = bytes(c.linear)
    expect(resizeLinear(image, c.width, c.height, c.toWidth, c.toHeight)).toEqual(linear)
    expect(resizeNearest(bytes(c.label), c.width, c.height, c.toWidth, c.toHeight)).toEqual(bytes(c.nearest))
    const region = { x: c.toWidth >> 2, y: c.toHeight >> 1, width: Math.ceil(c.toWidth / 2), height: Math.ceil(c.toHeight / 3) }
    const cut = resizeLinear(image, c.width, c.height, c.toWidth, c.toHeight, region)
    for (let y = 0; y < region.height; y++) {
      const start = ((y + region.y) * c.toWidth + region.x) * 3
      expect(cut.subarray(y * region.width * 3, (y + 1) * region.width * 3)).toEqual(linear.subarray(start, start + region.width * 3))
    }
  })
})

describe('hsv', () => {
  const f = load('hsv') as { bgr: string; bgrToHsv: string; roundTrip: string; hsv: string; hsvToBgr: string }
  it('has the bytes of OpenCV in both directions', () => {
    const pixels = swap(bytes(f.bgr))
    rgbToHsv(pixels)
    expect(pixels).toEqual(bytes(f.bgrToHsv))
    hsvToRgb(pixels, 64)
    expect(swap(pixels)).toEqual(bytes(f.roundTrip))
  })
  it('covers every hue, in the vector part of a row and in the rest', () => {
    const pixels = bytes(f.hsv)
    hsvToRgb(pixels, 48)
    expect(swap(pixels)).toEqual(bytes(f.hsvToBgr))
  })
})

describe('photometric distortion and normalisation', () => {
  const f = load('photometric') as {
    width: number
    height: number
    image: string
    cases: { params: PhotometricParams; result: string }[]
    normalizedRows: string
  }
  it.each(f.cases.map((c) => [JSON.stringify(c.params), c] as const))('%s', (_, c) => {
    const pixels = swap(bytes(f.image))
    applyPhotometric(pixels, f.width, c.params)
    expect(swap(pixels)).toEqual(bytes(c.result))
  })
  it('normalises RGB to float32 planes', () => {
    const out = new Float32Array(3 * f.width * f.height)
    normalizeInto(swap(bytes(f.image)), out, 0, NORMALIZATION)
    const expected = new Float32Array(bytes(f.normalizedRows).buffer)
    const plane = f.width * f.height
    for (let c = 0; c < 3; c++)
      expect(out.subarray(c * plane, c * plane + 2 * f.width)).toEqual(expected.subarray(c * 2 * f.width, (c + 1) * 2 * f.width))
  })
})
