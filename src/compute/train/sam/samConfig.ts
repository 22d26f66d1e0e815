import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import { samTrainConfigSchema, type SamTrainConfig } from '../../../shared/model/samTrainConfig.ts'

/** Whether the folder of a run asks for a small SAM; its config is of another kind than that of a segmentation. Errors: file/not-found. */
export async function isSamRun(folder: string): Promise<boolean> {
  const { model } = (await readConfig(folder)) as { model?: { type?: string } }
  return model?.type === 'smallSam'
}

/** Errors: file/not-found, config/invalid. */
export async function readSamConfig(folder: string): Promise<SamTrainConfig> {
  const parsed = samTrainConfigSchema.safeParse(await readConfig(folder))
  if (parsed.success) return parsed.data
  throw new AppError('config/invalid', parsed.error.message, { path: 'config.json', message: parsed.error.message })
}

async function readConfig(folder: string): Promise<unknown> {
  const file = join(folder, 'config.json')
  try {
    return JSON.parse(await readFile(file, 'utf8')) as unknown
  } catch (cause) {
    throw new AppError('file/not-found', `${file} cannot be read`, { file }, { cause })
  }
}
