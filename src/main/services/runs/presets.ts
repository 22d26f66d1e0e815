import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import { loadConfig } from '../../../shared/model/config/bases.ts'
import type { LoadBase, LoadedConfig } from '../../../shared/model/config/bases.ts'
import { configError } from '../../../shared/model/config/origin.ts'
import type { ConfigSource } from '../../../shared/model/config/origin.ts'
import { nearestName } from '../../../shared/model/nearest.ts'

const folderOf = (installFolder: string) => path.join(installFolder, 'resources', 'presets')

/** The texts of resources/presets: what a user can choose, and under bases/ what those are made of; names are paths without `.json`. */
export async function readPresetTexts(installFolder: string): Promise<ConfigSource[]> {
  const folder = folderOf(installFolder)
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.json')).sort()
  return Promise.all(
    files.map(async (file) => {
      const name = file.slice(0, -'.json'.length).replaceAll(path.sep, '/')
      return { from: 'preset' as const, name, text: await readFile(path.join(folder, file), 'utf8') }
    }),
  )
}

/** A base of a preset is a preset. Errors: config/invalid with the nearest name. */
export function presetLoader(texts: readonly ConfigSource[]): LoadBase {
  return async (name, _from, origin) => {
    const found = texts.find((preset) => preset.name === name)
    if (found) return found
    const nearest = nearestName(
      name,
      texts.map((preset) => preset.name),
    )
    throw configError('config/invalid', origin, 'bases', 'noPreset', { name }, nearest)
  }
}

/** One preset over its bases. Errors: config/invalid. */
export async function loadPreset(texts: readonly ConfigSource[], id: string): Promise<LoadedConfig> {
  const found = texts.find((preset) => preset.name === id)
  if (found) return loadConfig(found, presetLoader(texts))
  const choices = presetIds(texts)
  const nearest = nearestName(id, choices)
  const message = `there is no preset "${id}"; did you mean "${nearest}"? There is ${choices.join(', ')}`
  throw new AppError('config/invalid', message, { path: 'preset', message, nearest })
}

/** Those a user can choose. */
export const presetIds = (texts: readonly ConfigSource[]): string[] => texts.map(({ name }) => name).filter((name) => !name.includes('/'))
