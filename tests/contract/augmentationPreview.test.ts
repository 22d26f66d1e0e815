import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLoader } from '../../src/compute/data/loader.ts'
import { NORMALIZATION } from '../../src/compute/data/normalize.ts'
import { resolveTrainData, trainSpecOf } from '../../src/compute/train/trainData.ts'
import { augmentationPreviewSchema } from '../../src/shared/api/page/runs.ts'
import { snapshotSchema } from '../../src/shared/model/snapshot.ts'
import { requireTrainConfig } from '../../src/shared/model/trainConfigParse.ts'
import { atRest, endOfJob, makeProject, projectOf, remove, startCore, tinyConfig, until } from './coreHarness.ts'

let started: Awaited<ReturnType<typeof startCore>>
let datasetId: string
beforeAll(async () => {
  started = await startCore()
  datasetId = await makeProject(started, { train: 6, val: 2 })
})
afterAll(async () => {
  await started.core.close()
  remove(started.folder)
})

const config = tinyConfig(2, {
  seed: 5,
  data: {
    batchSize: 4,
    cropSize: [64, 64],
    workers: 1,
    sources: [{ splits: ['train'], repeat: 2 }],
    train: [
      { type: 'RandomResize', scale: [256, 64] },
      { type: 'RandomCrop', size: [64, 64] },
      { type: 'CutMix', prob: 0.8 },
      { type: 'RandomRotate', prob: 1 },
      { type: 'Pad', size: [64, 64] },
    ],
  },
})

test('the preview shows pixel for pixel what a run of the same config is fed, of any epoch', async () => {
  const { client, core, folder } = started
  const { id } = await client.runs.launch({ datasetId, config })
  await until(client, id, atRest)
  const runFolder = path.join(projectOf(folder), 'runs', id)
  const read = (name: string) => JSON.parse(readFileSync(path.join(runFolder, name), 'utf8')) as unknown
  const inputs = { config: requireTrainConfig(read('config.json')), snapshot: snapshotSchema.parse(read('snapshot.json')) }
  const data = await resolveTrainData(inputs)
  expect(data.perEpoch).toBe(12)
  const looks: string[] = []
  for (const epoch of [0, 1]) {
    const { jobId } = await client.runs.previewAugmentation({ datasetId, config, epoch, count: 5 })
    const preview = augmentationPreviewSchema.parse((await endOfJob(core, jobId)).result)
    expect(preview.samples).toHaveLength(5)
    const loader = createLoader({ spec: trainSpecOf(inputs.config, data.sources, { totalEpochs: 1 }), workers: 0, startBatch: epoch * 3 })
    const batch = (await loader.next())!
    const { mean, std } = NORMALIZATION
    for (const [n, sample] of preview.samples.slice(0, 4).entries()) {
      const answer = await core.assets.preview(sample.imageAsset, new URLSearchParams())
      if (!('file' in answer.body)) throw new Error('no file')
      const pixels = await sharp(answer.body.file).raw().toBuffer()
      const plane = 64 * 64
      const fed = Uint8Array.from(pixels, (_, i) =>
        Math.round(batch.images[(n * 3 + (i % 3)) * plane + Math.floor(i / 3)]! * std[i % 3]! + mean[i % 3]!),
      )
      expect(new Uint8Array(pixels)).toEqual(fed)
      const present = [...new Set(batch.labels.subarray(n * plane, (n + 1) * plane))].filter((index) => index !== 255)
      expect(sample.classes).toEqual(present.sort((a, b) => a - b))
      expect(await core.assets.preview(sample.labelAsset, new URLSearchParams())).toMatchObject({ type: 'image/png' })
    }
    looks.push(Buffer.from(batch.images.buffer, batch.images.byteOffset, batch.images.byteLength).toString('base64'))
  }
  expect(looks[0]).not.toBe(looks[1])
  const left = readdirSync(path.join(projectOf(folder), 'cache', 'previews'))
  expect(left.filter((name) => name.endsWith('.json'))).toEqual([])
})

test('what cannot be previewed is refused with a sentence', async () => {
  const { client, core } = started
  await expect(client.runs.previewAugmentation({ datasetId, config: { data: { batchsize: 2 } } })).rejects.toMatchObject({
    code: 'config/unknown-key',
  })
  await expect(
    client.runs.previewAugmentation({ datasetId, config: tinyConfig(2, { data: { classes: { exclude: ['nobody'] } } }) }),
  ).rejects.toMatchObject({ code: 'config/invalid', data: { path: 'data.classes.exclude' } })
  await expect(core.assets.preview('../../x', new URLSearchParams())).rejects.toMatchObject({ code: 'file/not-found' })
})
