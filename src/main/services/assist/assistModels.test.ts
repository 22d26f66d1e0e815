import { appendFileSync, linkSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { AppError, ProcessGoneError } from '../../../shared/errors.ts'
import { createAssistModels } from './assistModels.ts'
import { createModelRegistry } from './modelRegistry.ts'

let folder: string
let encoderFile: string
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'maskwright-models-'))
  encoderFile = path.join(folder, 'linked.onnx')
  writeFileSync(encoderFile, 'as it was')
  const model = { name: 'linked', origin: 'linked', encoderFile, decoderFile: null, partner: null, overrides: {}, known: null } as const
  await createModelRegistry(path.join(folder, 'assist.json')).change('a', () => ({ ...model, id: 'a', quarantine: null }))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Models whose only one is refused so; `asked` is how often it was looked at. */
function refusedWith(error: AppError) {
  let asked = 0
  const recognise = async (): Promise<never> => {
    asked++
    throw error
  }
  const models = createAssistModels({ stateFolder: folder, shippedFolder: path.join(folder, 'none'), recognise })
  const problem = async () => (await models.list())[0]!.problem?.code
  return { models, problem, asked: () => asked }
}

it('files that ended the process which looked at them are looked at again when they are others, or somebody wants it', async () => {
  const cause = new ProcessGoneError('SAM (recognition)', 'it did not answer')
  const { models, problem, asked } = refusedWith(new AppError('assist/broken-model', 'it ended the process', {}, { cause }))
  for (let i = 0; i < 3; i++) expect(await problem()).toBe('assist/broken-model')
  await expect(models.usable('a')).rejects.toMatchObject({ code: 'assist/broken-model' })
  expect(asked()).toBe(1)
  appendFileSync(encoderFile, ', and more')
  for (let i = 0; i < 3; i++) expect(await problem()).toBe('assist/broken-model')
  expect(asked()).toBe(2)
  expect((await models.change('a', { retry: true })).problem?.code).toBe('assist/broken-model')
  expect(asked()).toBe(3)
})

it('files that get a hard link, as those do that a training begins with, are not looked at again', async () => {
  const cause = new ProcessGoneError('SAM (recognition)', 'it did not answer')
  const { problem, asked } = refusedWith(new AppError('assist/broken-model', 'it ended the process', {}, { cause }))
  expect(await problem()).toBe('assist/broken-model')
  linkSync(encoderFile, path.join(folder, 'pinned.onnx'))
  expect(await problem()).toBe('assist/broken-model')
  expect(asked()).toBe(1)
})

it('files that were refused for anything else are looked at each time: what is missing may be there by then', async () => {
  const cause = new ProcessGoneError('SAM (recognition)', 'it could not be started')
  for (const error of [new AppError('assist/missing-data-file', 'gone'), new AppError('assist/no-process', 'none', {}, { cause })]) {
    const { problem, asked } = refusedWith(error)
    for (let i = 0; i < 2; i++) expect(await problem()).toBe(error.code)
    expect(asked()).toBe(2)
  }
})
