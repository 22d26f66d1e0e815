import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import { resolveBases } from '../../../shared/model/trainConfigMerge.ts'

export interface Preset {
  readonly id: string
  readonly config: Record<string, unknown>
}

const presetFolder = (installFolder: string) => path.join(installFolder, 'resources', 'presets')

/** resources/presets/*.json, with their bases merged in. */
export async function readPresets(installFolder: string): Promise<Preset[]> {
  const names = (await readdir(presetFolder(installFolder))).filter((name) => name.endsWith('.json')).sort()
  return Promise.all(names.map(async (name) => ({ id: name.slice(0, -5), config: await readPreset(installFolder, name.slice(0, -5)) })))
}

/** Errors: config/invalid when there is no preset of that name. */
export async function readPreset(installFolder: string, id: string): Promise<Record<string, unknown>> {
  const load = async (name: string): Promise<unknown> => {
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) throw unknownPreset(name)
    const text = await readFile(path.join(presetFolder(installFolder), `${name}.json`), 'utf8').catch(() => {
      throw unknownPreset(name)
    })
    return JSON.parse(text) as unknown
  }
  return (await resolveBases(await load(id), load, [id])) as Record<string, unknown>
}

const unknownPreset = (name: string) => new AppError('config/invalid', `there is no preset ${name}`, { path: 'base', preset: name })
