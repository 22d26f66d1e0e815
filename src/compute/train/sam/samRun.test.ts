import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { samTrainConfigSchema } from '../../../shared/model/samTrainConfig.ts'
import { writeTinySmallSam } from '../../../../tests/support/tinyTune.ts'
import { asFloat32 } from '../../weights/safetensors.ts'
import { readSamWeights } from '../../weights/samWeightsFile.ts'
import { CheckpointStore } from '../checkpointStore.ts'
import { isSamRun } from './samConfig.ts'
import { runSmallSam } from './samRun.ts'

it('the recipe is made of trainings of the small SAM, each beginning with the one before', async () => {
  const folder = new URL('../../../../resources/sam/recipe/', import.meta.url)
  const files = (await readdir(folder)).sort()
  expect(files.length).toBeGreaterThan(1)
  for (const [i, file] of files.entries()) {
    const config = samTrainConfigSchema.parse(JSON.parse(await readFile(new URL(file, folder), 'utf8')))
    expect(config.start === null).toBe(i === 0)
  }
})

it('a folder says by its config whether it is a small SAM; a folder without one is refused', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'samRun-'))
  await expect(isSamRun(folder)).rejects.toMatchObject({ code: 'file/not-found' })
  await writeFile(join(folder, 'config.json'), JSON.stringify({ model: { type: 'segformer' } }))
  expect(await isSamRun(folder)).toBe(false)
  await writeFile(join(folder, 'config.json'), JSON.stringify({ model: { type: 'smallSam' } }))
  expect(await isSamRun(folder)).toBe(true)
  await rm(folder, { recursive: true })
})

/** A network of a few thousand numbers on pictures of 64 x 64. */
const small = {
  model: {
    type: 'smallSam',
    stem: [4, 8, 8],
    dim: 8,
    depth: 1,
    heads: 2,
    decoderDim: 16,
    decoderHeads: 2,
    decoderLayers: 1,
    middle: 8,
    fine: 4,
  },
  seed: 5,
  data: { size: 64, batchSize: 2, objects: 2, firstPoints: 3, rounds: 1 },
  loop: { steps: 9, logEvery: 1, checkpointEvery: 1, validateEvery: 2, validationScenes: 1 },
  threads: 1,
}

it('trains, validates and goes on after a stop with the same numbers to the last bit; another run begins with its weights', async () => {
  const root = await mkdtemp(join(tmpdir(), 'samRun-'))
  const begin = async (name: string, config: object, stopAt = Infinity): Promise<string[]> => {
    const folder = join(root, name)
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'config.json'), JSON.stringify(config))
    const stop = new AbortController()
    const lines: string[] = []
    await runSmallSam({
      folder,
      signal: stop.signal,
      onLine: (line) => {
        lines.push(line)
        if (line.startsWith(`step ${stopAt}/`)) stop.abort()
      },
    })
    return lines
  }
  const weights = async (name: string): Promise<number[]> => {
    const { model } = await new CheckpointStore(join(root, name, 'checkpoints')).load('last')
    return [...asFloat32(model.get('mask_decoder.iou_prediction_head.layers.1.weight')!)]
  }
  const whole = await begin('whole', small, 2)
  expect(whole.at(-1)).toBe('stopped after step 2')
  expect(whole.some((line) => /^validation at step 2 {2}NoC80 \d.* IoU@3 0\.\d+/.test(line))).toBe(true)
  const unchecked = { ...small, loop: { ...small.loop, validateEvery: 100 } }
  await begin('parts', unchecked, 1)
  const resumed = await begin('parts', unchecked, 2)
  expect(resumed[0]).toMatch(/^attempt 2: resumed from step-00000001-a1/)
  expect(await weights('parts')).toEqual(await weights('whole'))
  const next = await begin('next', { ...unchecked, start: '../whole' }, 1)
  expect(next.some((line) => line.startsWith('begins with step-00000002-a1'))).toBe(true)

  await writeTinySmallSam(join(root, 'tiny'))
  const start = '../tiny/weights.safetensors'
  const further = await begin('further', { ...unchecked, start, optimizer: { type: 'adamw', lr: 1e-6 } }, 1)
  expect(further.some((line) => line.startsWith('begins with weights.safetensors of '))).toBe(true)
  const { tensors } = await readSamWeights(join(root, 'tiny'))
  const given = [...asFloat32(tensors.get('mask_decoder.iou_prediction_head.layers.1.weight')!)]
  for (const [i, value] of (await weights('further')).entries()) expect(value).toBeCloseTo(given[i]!, 4)
  await expect(begin('other', { ...unchecked, start, model: { ...small.model, dim: 16 } })).rejects.toMatchObject({
    code: 'config/invalid',
    data: { path: 'start' },
  })
  await expect(begin('gone', { ...unchecked, start: '../nowhere' })).rejects.toMatchObject({ code: 'file/not-found' })
  await rm(root, { recursive: true })
}, 120_000)
