import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { writeTinyOfficialSam } from '../../../../tests/support/tinyTune.ts'
import { samTuneConfigSchema } from '../../../shared/model/samTune.ts'
import { samVariants } from '../../models/sam/config.ts'
import { readSamWeights } from '../../weights/samWeightsFile.ts'
import { encoderBytes, encoderBytesOfFile } from './encoderMemory.ts'
import { estimateTuneMemory } from './estimateTuneMemory.ts'

it('the encoder of an official SAM is part of what is needed: read off its file, and most of it where it is large', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'encoder-'))
  await writeTinyOfficialSam(folder)
  const encoderFile = join(folder, 'encoder.onnx')
  const tiny = encoderBytesOfFile(encoderFile, await readSamWeights(folder))!
  expect(tiny).toBeGreaterThan(10_000)
  expect(tiny).toBeLessThan(5e6)
  const config = samTuneConfigSchema.parse({ task: 'promptedMask', base: { kind: 'official' }, data: { looks: 1, batchSize: 1 } })
  expect((await estimateTuneMemory(config, encoderFile)).bytes).toBeGreaterThan(tiny)
  const [base, large] = [encoderBytes(samVariants['vit-b']), encoderBytes(samVariants['vit-l'])]
  expect(base).toBeGreaterThan(4 * 89e6)
  expect(large / base).toBeGreaterThan(1.5)
  await rm(folder, { recursive: true })
})
