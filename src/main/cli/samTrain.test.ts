import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { isSamConfig, trainSam } from './samTrain.ts'

it('a config is told by its file; a small SAM wants a folder, and one that holds no other config', async () => {
  const root = await mkdtemp(path.join(tmpdir(), 'samTrain-'))
  const file = async (name: string, text: string): Promise<string> => {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true })
    await writeFile(path.join(root, name), text)
    return path.join(root, name)
  }
  const config = await file('sam.json', '{ "model": { "type": "smallSam" } }')
  expect(await isSamConfig(config)).toBe(true)
  expect(await isSamConfig(await file('other.json', '{ "model": { "type": "segformer" } }'))).toBe(false)
  expect(await isSamConfig(await file('torn.json', '{ "model": '))).toBe(false)
  expect(await isSamConfig('segformer-b0-quick')).toBe(false)
  expect(await isSamConfig(undefined)).toBe(false)
  const { signal } = new AbortController()
  await expect(trainSam(config, undefined, signal)).rejects.toMatchObject({ code: 'input/invalid' })
  await file('run/config.json', '{ "model": { "type": "smallSam" }, "seed": 3 }')
  await expect(trainSam(config, path.join(root, 'run'), signal)).rejects.toMatchObject({ code: 'run/not-resumable' })
  // The same in other words: it goes on, which is ended at once.
  const said = await file('said.json', '{\n "threads": 2, "seed": 3, "model": { "type": "smallSam", "dim": 192 } }')
  await expect(trainSam(said, path.join(root, 'run'), AbortSignal.abort())).resolves.toBeUndefined()
  await rm(root, { recursive: true })
})
