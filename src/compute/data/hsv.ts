import { roundHalfEven } from './round.ts'

// OpenCV's 8-bit HSV: hue 0..179 (degrees / 2), saturation and value 0..255. The arithmetic follows cvtColor so that both directions give the same bytes.

const SHIFT = 12
const HALF = 1 << (SHIFT - 1)
const saturationDivisor = Int32Array.from({ length: 256 }, (_, i) => (i === 0 ? 0 : roundHalfEven((255 << SHIFT) / i)))
const hueDivisor = Int32Array.from({ length: 256 }, (_, i) => (i === 0 ? 0 : roundHalfEven((180 << SHIFT) / (6 * i))))

/** RGB bytes -> HSV bytes, interleaved, in place (equal to COLOR_BGR2HSV on the same pixels in BGR order). */
export function rgbToHsv(pixels: Uint8Array): void {
  for (let i = 0; i < pixels.length; i += 3) {
    const r = pixels[i]!
    const g = pixels[i + 1]!
    const b = pixels[i + 2]!
    const value = r > g ? (r > b ? r : b) : g > b ? g : b
    const least = r < g ? (r < b ? r : b) : g < b ? g : b
    const spread = value - least
    const sixth = value === r ? g - b : value === g ? b - r + 2 * spread : r - g + 4 * spread
    const hue = (sixth * hueDivisor[spread]! + HALF) >> SHIFT
    pixels[i] = hue < 0 ? hue + 180 : hue
    pixels[i + 1] = (spread * saturationDivisor[value]! + HALF) >> SHIFT
    pixels[i + 2] = value
  }
}

const f = Math.fround
const unit = Float32Array.from({ length: 256 }, (_, i) => f(i * f(1 / 255)))
const HUE_SCALE = f(6 / 180)
const sector = Uint8Array.from({ length: 256 }, (_, hue) => Math.floor(f(hue * HUE_SCALE)) % 6)
const fraction = Float32Array.from({ length: 256 }, (_, hue) => f(f(hue * HUE_SCALE) - Math.floor(f(hue * HUE_SCALE))))
const rest = fraction.map((h) => f(1 - h))
/** Value times (1 - saturation), truncated, at value * 256 + saturation. */
const lowest = Uint8Array.from({ length: 65_536 }, (_, i) => f(f(unit[i >> 8]! * f(1 - unit[i & 255]!)) * 255))
const VECTOR = 32

/**
 * HSV bytes -> RGB bytes, interleaved rows of `width` pixels, in place (equal to COLOR_HSV2BGR of OpenCV on an AVX2 machine).
 * OpenCV's vector code (whole blocks of 32 pixels of a row) truncates to bytes and its scalar code (the rest of the row) rounds; both are followed.
 */
export function hsvToRgb(pixels: Uint8Array, width: number): void {
  const stride = width * 3
  const vectorEnd = (width - (width % VECTOR)) * 3
  for (let row = 0; row < pixels.length; row += stride) {
    for (let i = row; i < row + vectorEnd; i += 3) truncatedPixel(pixels, i)
    for (let i = row + vectorEnd; i < row + stride; i += 3) roundedPixel(pixels, i)
  }
}

/** Even sectors of the circle have a rising channel, odd ones a falling one; the third channel is the lowest. */
function truncatedPixel(pixels: Uint8Array, i: number): void {
  const hue = pixels[i]!
  const saturation = pixels[i + 1]!
  const high = pixels[i + 2]!
  const which = sector[hue]!
  const low = lowest[(high << 8) | saturation]!
  const h = (which & 1) === 0 ? rest[hue]! : fraction[hue]!
  const between = f(f(unit[high]! * f(1 - unit[saturation]! * h)) * 255) | 0
  writeSector(pixels, i, which, high, low, between)
}

function roundedPixel(pixels: Uint8Array, i: number): void {
  const hue = pixels[i]!
  const high = pixels[i + 2]!
  const s = unit[pixels[i + 1]!]!
  const v = unit[high]!
  const h = fraction[hue]!
  const which = sector[hue]!
  const low = roundHalfEven(f(f(v * f(1 - s)) * 255))
  const between = (which & 1) === 0 ? f(f(v * f(1 - f(s * f(1 - h)))) * 255) : f(f(v * f(1 - s * h)) * 255)
  writeSector(pixels, i, which, high, low, roundHalfEven(between))
}

function writeSector(pixels: Uint8Array, i: number, which: number, high: number, low: number, between: number): void {
  let r = high
  let g = low
  let b = low
  if (which === 0) g = between
  else if (which === 1) {
    r = between
    g = high
  } else if (which === 2) {
    r = low
    g = high
    b = between
  } else if (which === 3) {
    r = low
    g = between
    b = high
  } else if (which === 4) {
    r = between
    b = high
  } else b = between
  pixels[i] = r
  pixels[i + 1] = g
  pixels[i + 2] = b
}
