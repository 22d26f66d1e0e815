import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { samTrainConfigSchema } from '../../../shared/model/samTrainConfig.ts'
import { isSamRun } from './samRun.ts'

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
