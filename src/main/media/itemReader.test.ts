import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { expect, it, onTestFinished } from 'vitest'
import { readItem } from './itemReader.ts'

it('reads a mask of grey indices that was saved with three channels, and says so', async () => {
  const root = mkdtempSync(path.join(tmpdir(), 'mw-item-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  for (const folder of ['JPEGImages', 'SegmentationClass']) mkdirSync(path.join(root, folder))
  const [width, height] = [20, 10]
  const raw = { width, height, channels: 3 } as const
  await sharp({ create: { ...raw, background: 'red' } }).toFile(path.join(root, 'JPEGImages/a.jpg'))
  const greys = Buffer.from(Uint8Array.from({ length: width * height * 3 }, (_, i) => [1, 0, 255][Math.floor(i / 3) % 3]!))
  await sharp(greys, { raw }).toFile(path.join(root, 'SegmentationClass/a.png'))
  const entry = { name: 'a', image: 'JPEGImages/a.jpg', xml: null, classMask: 'SegmentationClass/a.png', augMask: null, objectMask: null }
  const { item, problems } = await readItem(root, entry, { origin: 1, background: true, legend: null })
  expect(problems.map(({ file, code, remark, severity }) => [file, code, remark, severity])).toEqual([
    ['SegmentationClass/a.png', 'voc/bad-mask', 'greyColors', 'warning'],
  ])
  expect(item!.annotations.map((one) => [one.region, one.class])).toEqual([
    ['object', { index: 1 }],
    ['void', null],
  ])
})
