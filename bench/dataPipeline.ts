import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { encode } from 'fast-png'
import sharp from 'sharp'
import { createLoader } from '../src/compute/data/loader.ts'
import { NORMALIZATION } from '../src/compute/data/normalize.ts'
import { defaultTrainTransforms } from '../src/compute/data/transforms/pipeline.ts'
import { counterRng } from '../src/shared/counterRng.ts'
import type { SnapshotItem } from '../src/shared/model/snapshot.ts'

const [width, height] = [500, 375]

/** Pictures of the size of VOC: smooth colours with grain, sixteen blocks of classes. */
async function makeItems(folder: string, count: number): Promise<SnapshotItem[]> {
  const items: SnapshotItem[] = []
  for (let n = 0; n < count; n++) {
    const rng = counterRng(0, 'bench', n)
    const image = Uint8Array.from({ length: width * height * 3 }, (_, i) => 128 + 90 * Math.sin(i / (700 + 90 * n)) + rng.int(30))
    const data = Uint8Array.from({ length: width * height }, (_, i) => (((i % width) >> 7) + 4 * Math.floor(i / width / 94)) % 21)
    const [imagePath, labelPath] = [join(folder, `${n}.jpg`), join(folder, `${n}.png`)]
    await sharp(image, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 92 })
      .toFile(imagePath)
    await writeFile(labelPath, encode({ width, height, data, channels: 1, depth: 8 }))
    items.push({ id: `${n}`, name: `${n}`, imagePath, labelPath, width, height, split: ['train'] })
  }
  return items
}

/** Pictures per second through decoding and the standard training transforms; with 0 workers it is the rate of one core. */
export async function dataPipelineBench(argv: string[]): Promise<void> {
  const { values } = parseArgs({
    args: argv,
    options: {
      size: { type: 'string', default: '512' },
      workers: { type: 'string', default: '0' },
      pictures: { type: 'string', default: '64' },
      json: { type: 'boolean', default: false },
    },
  })
  const [size, workers, pictures] = [Number(values.size), Number(values.workers), Number(values.pictures)]
  sharp.concurrency(1)
  const folder = mkdtempSync(join(tmpdir(), 'mw-bench-'))
  try {
    const items = await makeItems(folder, 16)
    const cropSize = [size, size] as const
    const loader = createLoader({
      spec: {
        mode: 'train',
        sources: [{ items, transforms: defaultTrainTransforms(cropSize) }],
        normalization: NORMALIZATION,
        batchSize: 4,
        seed: 0,
        cropSize,
      },
      workers,
    })
    // The first batches pay for compilation and the start of the workers.
    for (let n = 0; n < 4; n++) await loader.next()
    const started = performance.now()
    for (let n = 0; n < pictures; n += 4) await loader.next()
    const seconds = (performance.now() - started) / 1000
    await loader.close()
    const result = { imagesPerSecond: pictures / seconds, msPerImage: (1000 * seconds) / pictures, size, workers }
    process.stdout.write(
      values.json
        ? `${JSON.stringify(result)}\n`
        : `${result.imagesPerSecond.toFixed(1)} pictures/s of ${width}x${height} to ${size}x${size} with ${workers} workers\n`,
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
