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
const VECTOR = 32

/**
 * HSV bytes -> RGB bytes, interleaved rows of `width` pixels, in place (equal to COLOR_HSV2BGR of OpenCV on an AVX2 machine).
 * OpenCV's vector code (whole blocks of 32 pixels of a row) truncates to bytes and its scalar code (the rest of the row) rounds; both are followed.
 */
export function hsvToRgb(pixels: Uint8Array, width: number): void {
  const stride = width * 3
  const vectorEnd = (width - (width % VECTOR)) * 3
  for (let row = 0; row < pixels.length; row += stride) {
    for (let i = row; i < row + stride; i += 3) {
      const hue = pixels[i]!
      const high = pixels[i + 2]!
      const s = unit[pixels[i + 1]!]!
      const v = unit[high]!
      const h = fraction[hue]!
      const low = f(f(v * f(1 - s)) * 255)
      const falling = f(f(v * f(1 - s * h)) * 255)
      if (i - row < vectorEnd) {
        const rising = f(f(v * f(1 - s * f(1 - h))) * 255)
        writeSector(pixels, i, sector[hue]!, high, low | 0, falling | 0, rising | 0)
      } else {
        const rising = f(f(v * f(1 - f(s * f(1 - h)))) * 255)
        writeSector(pixels, i, sector[hue]!, high, roundHalfEven(low), roundHalfEven(falling), roundHalfEven(rising))
      }
    }
  }
}

function writeSector(pixels: Uint8Array, i: number, which: number, high: number, low: number, falling: number, rising: number): void {
  pixels[i] = which === 0 || which === 5 ? high : which === 1 ? falling : which === 4 ? rising : low
  pixels[i + 1] = which === 1 || which === 2 ? high : which === 0 ? rising : which === 3 ? falling : low
  pixels[i + 2] = which === 3 || which === 4 ? high : which === 2 ? rising : which === 5 ? falling : low
}
