import { fastUniform, type SceneRandom } from './fastRandom.ts'
import { cloudTile, sampleTile } from './noiseBank.ts'

/** What light, lens, sensor and file do to a painted picture; the result is bytes, red, green, blue by turns. */
export function photograph(rgb: Float32Array, size: number, random: SceneRandom): Uint8Array {
  if (random.chance(0.55)) castLight(rgb, size, random)
  if (random.chance(0.08)) toGrey(rgb)
  if (random.chance(0.55)) blur(rgb, size, random.chance(0.8) ? random.range(0.2, 0.8) : random.range(0.8, 2))
  adjust(rgb, random)
  if (random.chance(0.7)) addNoise(rgb, random)
  if (random.chance(0.35)) compress(rgb, size, random.range(3, 30))
  const bytes = new Uint8Array(rgb.length)
  for (let i = 0; i < rgb.length; i++) bytes[i] = Math.min(255, Math.max(0, rgb[i]! + 0.5))
  return bytes
}

/** Uneven light: broad brightness, at times with the hard border of a shadow. */
function castLight(rgb: Float32Array, size: number, random: SceneRandom): void {
  const tile = cloudTile()
  const zoom = (random.scale(0.15, 0.8) * 128) / size
  const [du, dv] = [random.range(0, 256), random.range(0, 256)]
  const strength = random.uniform() * 0.9
  const hard = random.chance(0.25)
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const t = sampleTile(tile, du + x * zoom, dv + y * zoom)
      const light = 1 + strength * (hard ? (t > 0.5 ? 0.25 : -0.35) : t - 0.5)
      const at = (y * size + x) * 3
      rgb[at]! *= light
      rgb[at + 1]! *= light
      rgb[at + 2]! *= light
    }
}

function toGrey(rgb: Float32Array): void {
  for (let i = 0; i < rgb.length; i += 3) {
    const grey = 0.299 * rgb[i]! + 0.587 * rgb[i + 1]! + 0.114 * rgb[i + 2]!
    rgb.fill(grey, i, i + 3)
  }
}

/** A Gaussian of so many pixels, rows then columns. */
export function blur(rgb: Float32Array, size: number, sigma: number): void {
  const reach = Math.max(1, Math.ceil(sigma * 2))
  const kernel = Float32Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * sigma * sigma)))
  const sum = kernel.reduce((a, b) => a + b, 0)
  const line = new Float32Array((size + 2 * reach) * 3)
  const pass = (step: number, across: number): void => {
    for (let row = 0; row < size; row++) {
      for (let i = -reach; i < size + reach; i++) {
        const from = row * across + Math.min(size - 1, Math.max(0, i)) * step
        for (let c = 0; c < 3; c++) line[(i + reach) * 3 + c] = rgb[from + c]!
      }
      for (let i = 0; i < size; i++)
        for (let c = 0; c < 3; c++) {
          let total = 0
          for (let k = 0; k < kernel.length; k++) total += kernel[k]! * line[(i + k) * 3 + c]!
          rgb[row * across + i * step + c] = total / sum
        }
    }
  }
  pass(3, size * 3)
  pass(size * 3, 3)
}

/** Brightness, contrast, saturation, white balance and gamma. */
function adjust(rgb: Float32Array, random: SceneRandom): void {
  const contrast = random.range(0.65, 1.3)
  const bright = random.normal() * 14
  const saturation = random.range(0.4, 1.3)
  const gains = [random.range(0.92, 1.08), 1, random.range(0.92, 1.08)] as const
  const gamma = random.chance(0.5) ? random.scale(0.65, 1.5) : 1
  const curve = Float32Array.from({ length: 1024 }, (_, i) => 255 * (i / 1023) ** gamma)
  for (let i = 0; i < rgb.length; i += 3) {
    const grey = 0.299 * rgb[i]! + 0.587 * rgb[i + 1]! + 0.114 * rgb[i + 2]!
    for (let c = 0; c < 3; c++) {
      const value = ((grey + (rgb[i + c]! - grey) * saturation - 128) * contrast + 128 + bright) * gains[c]!
      rgb[i + c] = curve[Math.min(1023, Math.max(0, Math.round(value * (1023 / 255))))]!
    }
  }
}

function addNoise(rgb: Float32Array, random: SceneRandom): void {
  const uniform = fastUniform(random.uint32())
  const strength = random.uniform() ** 3 * 22 + 0.5
  const isGrey = random.chance(0.5)
  for (let i = 0; i < rgb.length; i += 3) {
    // Three uniform numbers are near enough to a normal one.
    const common = (uniform() + uniform() + uniform() - 1.5) * 2 * strength
    for (let c = 0; c < 3; c++) rgb[i + c]! += isGrey ? common : (uniform() + uniform() + uniform() - 1.5) * 2 * strength
  }
}

/** The cosine transform of eight values as a matrix, frequency by row, and its transpose. */
const cosines = Float32Array.from({ length: 64 }, (_, i) => {
  const [k, x] = [i >> 3, i & 7]
  return (k === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * x + 1) * k * Math.PI) / 16)
})
const inverse = Float32Array.from({ length: 64 }, (_, i) => cosines[(i & 7) * 8 + (i >> 3)]!)

/** The artefacts of a compressed file: 8 x 8 blocks whose cosine coefficients are rounded, coarser at high frequencies; colours at half the size are not modelled. */
function compress(rgb: Float32Array, size: number, step: number): void {
  const block = new Float32Array(64)
  const half = new Float32Array(64)
  const steps = Float32Array.from({ length: 64 }, (_, i) => step * (0.4 + ((i >> 3) + (i & 7)) * 0.25))
  for (let y = 0; y + 8 <= size; y += 8)
    for (let x = 0; x + 8 <= size; x += 8)
      for (let c = 0; c < 3; c++) {
        const corner = (y * size + x) * 3 + c
        for (let i = 0; i < 64; i++) block[i] = rgb[corner + ((i >> 3) * size + (i & 7)) * 3]!
        product(cosines, block, half)
        product(cosines, half, block)
        for (let i = 0; i < 64; i++) block[i] = Math.round(block[i]! / steps[i]!) * steps[i]!
        product(inverse, block, half)
        product(inverse, half, block)
        for (let i = 0; i < 64; i++) rgb[corner + ((i >> 3) * size + (i & 7)) * 3] = block[i]!
      }
}

/** out = (matrix block)': twice is a product from both sides. */
function product(matrix: Float32Array, block: Float32Array, out: Float32Array): void {
  for (let r = 0; r < 8; r++)
    for (let k = 0; k < 8; k++) {
      let sum = 0
      for (let x = 0; x < 8; x++) sum += matrix[k * 8 + x]! * block[x * 8 + r]!
      out[r * 8 + k] = sum
    }
}
