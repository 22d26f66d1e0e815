import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import { sampleLayers, sampleSheetSchema, type SampleSheet } from '../../../shared/model/sampleSheet.ts'
import type { AssetAnswer } from '../assets/assetAnswer.ts'
import { runFolderOf } from './runFolder.ts'

const folderName = /^step-\d{8}$/

/** The sheets of a run, in the order of their steps; one that cannot be read is left out. */
export async function listSampleSheets(projectFolder: string, runId: string): Promise<SampleSheet[]> {
  const folder = path.join(runFolderOf(projectFolder, runId), 'samples')
  const names = (await readdir(folder).catch(() => [])).filter((name) => folderName.test(name)).sort()
  const sheets = await Promise.all(names.map((name) => readSheet(path.join(folder, name, 'sheet.json'))))
  return sheets.filter((sheet) => sheet !== null)
}

async function readSheet(file: string): Promise<SampleSheet | null> {
  try {
    return sampleSheetSchema.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch {
    return null
  }
}

const assetId = new RegExp(`^([0-9a-f-]{36})\\.(\\d{1,8})\\.(\\d{1,2})\\.(${sampleLayers.join('|')})$`)

/** '<run>.<step>.<picture>.<layer>' -> its PNG. Errors: file/not-found. */
export function sampleAsset(projectFolder: string, id: string): AssetAnswer {
  const [, runId, step, picture, layer] = assetId.exec(id) ?? []
  if (!runId || !step) throw new AppError('file/not-found', 'there is no such sample', { id })
  const file = path.join(runFolderOf(projectFolder, runId), 'samples', `step-${step.padStart(8, '0')}`, `${picture}.${layer}.png`)
  return { type: 'image/png', body: { file } }
}
