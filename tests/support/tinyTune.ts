import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { writeSmallSam } from '../../src/compute/export/exportSmallSam.ts'
import { importSam } from '../../src/compute/export/sam/importSam.ts'
import { GraphBuilder } from '../../src/compute/graph/builder.ts'
import { smallSamModel } from '../../src/compute/models/smallSam/smallSam.ts'
import { initialise } from '../../src/compute/nn/init.ts'
import { Net } from '../../src/compute/nn/net.ts'
import { maskFromBits } from '../../src/shared/geometry/rle.ts'
import type { SmallSamConfig } from '../../src/shared/model/samTrainConfig.ts'
import { samTuneConfigSchema, type TuneKind } from '../../src/shared/model/samTune.ts'
import type { Snapshot } from '../../src/shared/model/snapshot.ts'

const network: SmallSamConfig = {
  stem: [4, 8, 8],
  dim: 8,
  depth: 1,
  heads: 2,
  decoderDim: 16,
  decoderHeads: 2,
  decoderLayers: 1,
  middle: 8,
  fine: 4,
}

/** A small SAM of a few thousand numbers that has learnt nothing, as the files of a model that can be trained. */
export async function writeTinySmallSam(folder: string): Promise<void> {
  const net = new Net(new GraphBuilder(), true)
  smallSamModel({ objects: 1, firstPoints: 3, rounds: 1 }, network).train(net, { batch: 1, height: 64, width: 64 })
  const filled = (name: string, shape: readonly number[], fill: (data: Float32Array) => void) => {
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1))
    fill(data)
    return { name, shape, data }
  }
  const tensors = [
    ...net.parameters.map(({ name, shape, init }) => filled(name, shape, (data) => initialise(data, init, 4, name))),
    ...net.buffers.map(({ name, shape, value }) => filled(name, shape, (data) => data.fill(value))),
  ]
  await writeSmallSam(folder, { network, size: 64, precision: 'fp16', step: 0, tensors })
}

/** An official SAM of 64 pixels, its encoder with two blocks of width 8. */
export const tinyOfficialCheckpoint = fileURLToPath(new URL('../fixtures/weights/sam-module.pth', import.meta.url))

export async function writeTinyOfficialSam(folder: string): Promise<void> {
  await importSam({
    imageSize: null,
    precision: 'fp32',
    input: 'padded',
    use: 'auto',
    decoderHeads: 8,
    threads: 1,
    file: tinyOfficialCheckpoint,
    outFolder: folder,
  })
}

const [width, height] = [96, 72]

/** A light square and a dark disc on noise; `mask` is 1 in the square and 2 in the disc. */
export function drawTunePicture(index: number): { width: number; height: number; rgb: Uint8Array; mask: Uint8Array } {
  const [x0, y0, side] = [6 + ((index * 13) % 30), 8 + ((index * 7) % 20), 24]
  const [cx, cy, radius] = [70, 20 + ((index * 11) % 30), 14]
  const mask = Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)]
    if (x >= x0 && x < x0 + side && y >= y0 && y < y0 + side) return 1
    return Math.hypot(x - cx, y - cy) < radius ? 2 : 0
  })
  const rgb = Uint8Array.from({ length: 3 * width * height }, (_, i) => {
    const noise = (i * 7919 + index * 131) % 23
    return [110, 215, 25][mask[Math.floor(i / 3)]!]! + noise
  })
  return { width, height, rgb, mask }
}

/** A run folder that trains a tiny SAM on two pictures and holds out two. */
export async function makeTuneRun(folder: string, kind: TuneKind, config: Record<string, unknown> = {}): Promise<void> {
  await mkdir(join(folder, 'labels'), { recursive: true })
  if (kind === 'small') await writeTinySmallSam(join(folder, 'base'))
  else await writeTinyOfficialSam(join(folder, 'base'))
  const items: Snapshot['items'] = []
  for (let i = 0; i < 4; i++) {
    const { rgb, mask } = drawTunePicture(i)
    const imagePath = join(folder, `${i}.png`)
    await sharp(rgb, { raw: { width, height, channels: 3 } })
      .png()
      .toFile(imagePath)
    const labelPath = join(folder, 'labels', `${i}.json`)
    const objects = [1, 2].map((value) => ({
      classId: null,
      shape: maskFromBits(
        mask.map((each) => (each === value ? 1 : 0)),
        { x: 0, y: 0, w: width, h: height },
      ),
    }))
    await writeFile(labelPath, JSON.stringify({ version: 1, objects }))
    const imageSha256 = createHash('sha256')
      .update(await readFile(imagePath))
      .digest('hex')
    items.push({ id: `${i}`, name: `${i}`, imagePath, labelPath, width, height, split: [i < 2 ? 'train' : 'val'], imageSha256 })
  }
  const snapshot: Snapshot = {
    datasetId: 'd',
    hash: 'h',
    classes: [{ id: 'c', name: 'thing', color: '#00ff00' }],
    ignoreIndex: 255,
    items,
  }
  await writeFile(join(folder, 'snapshot.json'), JSON.stringify(snapshot))
  const whole = samTuneConfigSchema.parse({
    task: 'promptedMask',
    base: { modelId: null, kind, name: 'tiny' },
    data: { size: 64, batchSize: 1, looks: 4, objects: 2, rounds: 1, rendered: 0 },
    validation: { objects: 3, clicks: 5 },
    samples: { count: 2 },
    device: { threads: 1 },
    ...config,
  })
  await writeFile(join(folder, 'config.json'), JSON.stringify(whole))
}
