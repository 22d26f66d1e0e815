import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { writeOfficialWeights } from '../../../../tests/support/officialWeights.ts'
import type { SamTuneConfig } from '../../../shared/model/samTune.ts'
import type { ProjectStore } from '../../db/store.ts'
import type { AssistModels } from '../assist/assistModels.ts'
import { pinBase } from './freezeTune.ts'

const sha256 = 'ab'.repeat(32)
const modelId = '019358a0-0000-7000-8000-0000000000bb'

/** A run that is given an official SAM of some origin; `write` writes into the model's encoder, in place. */
async function pinned(origin: 'linked' | 'made') {
  const folder = mkdtempSync(path.join(tmpdir(), 'maskwright-pin-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const [models, run] = [path.join(folder, 'model'), path.join(folder, 'run')]
  mkdirSync(models)
  writeOfficialWeights(models, sha256)
  const [encoderFile, decoderFile] = ['encoder.onnx', 'decoder.onnx'].map((name) => path.join(models, name)) as [string, string]
  for (const file of [encoderFile, decoderFile]) writeFileSync(file, 'as it was recognised')
  const list = {
    files: () => Promise.resolve([{ id: modelId, name: 'm', origin, isDefault: true, encoderFile, decoderFile }]),
    usable: () => Promise.resolve({ facts: { hash: 'h', encoder: { sha256, dataFiles: [] } } }),
  } as unknown as AssistModels
  const config = { base: { modelId } } as unknown as SamTuneConfig
  await pinBase({ folder } as ProjectStore, list, { config, folder: run })
  const own = path.join(run, 'base', 'encoder.onnx')
  return { own, encoderFile, write: (text: string) => writeFileSync(encoderFile, text) }
}

it('a training goes on with the model it began with, also where its owner writes another one into the same file', async () => {
  const { own, encoderFile, write } = await pinned('linked')
  expect(statSync(own).ino).not.toBe(statSync(encoderFile).ino)
  write('another model')
  expect(readFileSync(own, 'utf8')).toBe('as it was recognised')
})

it('files that nobody but the studio writes are there once', async () => {
  const { own, encoderFile } = await pinned('made')
  expect(statSync(own).ino).toBe(statSync(encoderFile).ino)
})
