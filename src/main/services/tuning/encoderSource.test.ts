import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { writeOfficialWeights } from '../../../../tests/support/officialWeights.ts'
import { noteUnregistered } from '../../../../tests/support/shared.ts'
import { canMount, mountSmallDisk } from '../../../../tests/support/smallDisk.ts'
import type { AssistModels } from '../assist/assistModels.ts'
import { encoderSource } from './encoderSource.ts'
import { bytesToCopy } from './tuneRoom.ts'

const sha256 = 'ab'.repeat(32)
const modelId = '019358a0-0000-7000-8000-0000000000bb'

/** What a run was given of an official SAM; answers with the bytes of its weights. */
function writeBase(runFolder: string): number {
  const base = path.join(runFolder, 'base')
  mkdirSync(base, { recursive: true })
  const bytes = writeOfficialWeights(base, sha256)
  writeFileSync(path.join(base, 'encoder.onnx'), Buffer.alloc(3000))
  writeFileSync(path.join(base, 'decoder.onnx'), Buffer.alloc(200))
  writeFileSync(path.join(runFolder, 'config.json'), JSON.stringify({ task: 'promptedMask', base: { modelId } }))
  return bytes
}

/** The list with one model, whose encoder is as said. */
const listed = (encoderFile: string, encoderSha256: string, origin = 'made') =>
  ({
    files: () => Promise.resolve([{ id: modelId, encoderFile, origin }]),
    usable: () => Promise.resolve({ facts: { encoder: { sha256: encoderSha256, dataFiles: [] } } }),
  }) as unknown as Pick<AssistModels, 'files' | 'usable'>

function tempFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'maskwright-encoder-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

it('on one disk the encoder of the run is linked, and only what is written anew takes room', async () => {
  const folder = tempFolder()
  const weights = writeBase(folder)
  expect(await bytesToCopy([path.join(folder, 'base', 'encoder.onnx'), path.join(folder, 'gone')], folder)).toBe(0)
  expect(await encoderSource(listed(path.join(folder, 'gone.onnx'), sha256), folder, folder)).toEqual({
    encoderFile: null,
    bytes: weights + 200,
  })
})

it('where a disk has no links, everything is copied, and its room is asked for', async () => {
  const folder = tempFolder()
  writeBase(folder)
  const encoder = path.join(folder, 'base', 'encoder.onnx')
  expect(await bytesToCopy([encoder], folder, () => Promise.reject(Object.assign(new Error('no links'), { code: 'EPERM' })))).toBe(3000)
  expect(await bytesToCopy([encoder], folder)).toBe(0)
})

const twoDisks = 'a project on another disk than the models'
if (!canMount()) noteUnregistered(twoDisks, 1, 'a file system that can be mounted (root)')
else
  describe(twoDisks, () => {
    it('the encoder comes from the model that was trained while it is the same; otherwise it is copied, and its room is asked for', async () => {
      const disk = mountSmallDisk(4)!
      onTestFinished(() => disk.remove())
      const state = tempFolder()
      const encoderFile = path.join(state, 'encoder.onnx')
      writeFileSync(encoderFile, Buffer.alloc(3000))
      const weights = writeBase(disk.folder)
      expect(await bytesToCopy([encoderFile], disk.folder)).toBe(3000)
      const source = (models: ReturnType<typeof listed>) => encoderSource(models, disk.folder, state)
      expect(await source(listed(encoderFile, sha256))).toEqual({ encoderFile, bytes: weights + 200 })
      expect(await source(listed(encoderFile, 'cd'.repeat(32)))).toEqual({ encoderFile: null, bytes: weights + 200 + 3000 })
      // One that its owner may write into is never the same bytes as a model of the studio.
      expect(await source(listed(encoderFile, sha256, 'linked'))).toEqual({ encoderFile: null, bytes: weights + 200 + 3000 })
      const onTheOther = path.join(disk.folder, 'base', 'encoder.onnx')
      expect(await source(listed(onTheOther, sha256))).toEqual({ encoderFile: null, bytes: weights + 200 + 3000 })
    })
  })
