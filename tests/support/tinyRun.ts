import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { encode } from 'fast-png'
import sharp from 'sharp'
import { counterRng } from '../../src/compute/tensor/rng.ts'
import type { Snapshot } from '../../src/shared/model/snapshot.ts'

/** A SegFormer of a few thousand parameters. */
export const tinyModel = {
  type: 'segformer',
  variant: 'custom',
  dims: [8, 16, 16, 16],
  depths: [1, 1, 1, 1],
  heads: [1, 2, 2, 2],
  srRatios: [8, 4, 2, 1],
  embedDim: 16,
  dropPath: 0.1,
  dropout: 0.1,
} as const

const classes = [
  { id: '019358a0-0000-7000-8000-000000000001', name: 'background', color: '#000000' },
  { id: '019358a0-0000-7000-8000-000000000002', name: 'disc', color: '#800000' },
  { id: '019358a0-0000-7000-8000-000000000003', name: 'bar', color: '#008000' },
]

export interface TinyRunOptions {
  pictures?: number
  size?: number
  /** Instead of the tiny model. */
  model?: Record<string, unknown>
  /** Laid over a config that trains in a blink. */
  config?: Record<string, unknown>
}

/** A run folder with generated pictures: bright discs and dark bars on noise, every picture in 'train' and the first half also in 'val'. */
export async function makeTinyRun(
  folder: string,
  { pictures = 8, size = 64, model = tinyModel, config = {} }: TinyRunOptions = {},
): Promise<Snapshot> {
  const items: Snapshot['items'] = []
  await mkdir(join(folder, 'data'), { recursive: true })
  for (let i = 0; i < pictures; i++) {
    const { image, label } = drawPicture(i, size)
    const imagePath = join(folder, 'data', `${i}.png`)
    const labelPath = join(folder, 'data', `${i}.label.png`)
    await sharp(image, { raw: { width: size, height: size, channels: 3 } })
      .png()
      .toFile(imagePath)
    await writeFile(labelPath, encode({ width: size, height: size, data: label, channels: 1, depth: 8 }))
    items.push({
      id: `item-${i}`,
      name: `${i}.png`,
      imagePath,
      labelPath,
      width: size,
      height: size,
      split: i < pictures / 2 ? ['train', 'val'] : ['train'],
    })
  }
  const snapshot: Snapshot = {
    datasetId: '019358a0-0000-7000-8000-0000000000aa',
    hash: `tiny-${pictures}-${size}`,
    classes,
    ignoreIndex: 255,
    items,
  }
  await writeFile(join(folder, 'snapshot.json'), JSON.stringify(snapshot))
  const base = {
    seed: 3,
    model,
    data: { batchSize: 2, cropSize: [size, size], workers: 0 },
    optimizer: { lr: 0.005 },
    schedule: { warmup: { length: 2 } },
    loop: { steps: 12, validateEvery: { unit: 'step', every: 6 } },
    checkpoint: { every: { unit: 'step', every: 3 } },
    device: { provider: 'cpu', threads: 1 },
  }
  await writeFile(join(folder, 'config.json'), JSON.stringify(overlay(base, config)))
  return snapshot
}

function overlay(base: Record<string, unknown>, over: Record<string, unknown>): Record<string, unknown> {
  const merged = { ...base }
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key]
    const both = typeof value === 'object' && value !== null && !Array.isArray(value) && typeof below === 'object' && below !== null
    merged[key] = both ? overlay(below as Record<string, unknown>, value as Record<string, unknown>) : value
  }
  return merged
}

function drawPicture(index: number, size: number): { image: Uint8Array; label: Uint8Array } {
  const rng = counterRng(99, 'picture', index)
  const label = new Uint8Array(size * size)
  const disc = { x: rng.range(0.25, 0.75) * size, y: rng.range(0.25, 0.75) * size, r: rng.range(0.12, 0.25) * size }
  const bar = { x: rng.int(size - size / 4), w: Math.max(6, Math.floor(size * rng.range(0.1, 0.2))) }
  const image = new Uint8Array(size * size * 3)
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const at = y * size + x
      const kind = Math.hypot(x - disc.x, y - disc.y) < disc.r ? 1 : x >= bar.x && x < bar.x + bar.w ? 2 : 0
      label[at] = kind
      const tone = [120, 210, 40][kind]! + rng.int(40) - 20
      image.set([tone, tone, tone], at * 3)
    }
  }
  // A strip of void, as real labels have.
  label.fill(255, 0, size)
  return { image, label }
}
