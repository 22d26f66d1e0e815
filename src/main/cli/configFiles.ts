import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import type { PageClient } from '../../shared/api/page/contract.ts'
import { AppError } from '../../shared/errors.ts'
import { assignOver } from '../../shared/model/config/assign.ts'
import { loadConfig, type LoadBase } from '../../shared/model/config/bases.ts'
import { mergeNodes } from '../../shared/model/config/merge.ts'
import { emptyObject, limits, type ConfigNode } from '../../shared/model/config/node.ts'
import { configError, hasPlace, nowhere, type ConfigRecord, type ConfigSource, type Origin } from '../../shared/model/config/origin.ts'
import type { TrainConfig } from '../../shared/model/trainConfig.ts'
import { checkTrainConfig, defaultAt, orThrow } from '../../shared/model/trainConfigParse.ts'
import { nearestName } from '../../shared/model/nearest.ts'

export interface ConfigArguments {
  /** A .json file or the name of a preset. */
  readonly config?: string | undefined
  /** A preset that lies under `config`. */
  readonly preset?: string | undefined
  readonly set: readonly string[]
}

export interface ResolvedConfig {
  readonly config: TrainConfig
  readonly record: ConfigRecord
}

/** The config that a command line means: preset, then file, then each --set, then references and defaults. Errors: config/* with file, line and column; file/*. */
export async function resolveConfig(client: PageClient, { config, preset, set }: ConfigArguments): Promise<ResolvedConfig> {
  const texts = await client.runs.presetTexts({})
  const load = baseLoader(texts)
  let node: ConfigNode = emptyObject(nowhere('default'))
  const sources: ConfigSource[] = []
  for (const layer of [preset, config]) {
    if (layer === undefined) continue
    const source = await load(layer, { from: 'file', name: 'config.json' }, nowhere('page'))
    const loaded = await loadConfig(source, load)
    node = mergeNodes(node, loaded.node)
    sources.push(...loaded.sources.filter(({ from, name }) => !sources.some((known) => known.from === from && known.name === name)))
  }
  for (const assignment of set) {
    node = assignOver(defaultAt)(node, assignment)
    sources.push({ from: 'set', name: assignment.split('=')[0]!, text: assignment })
  }
  const checked = orThrow(checkTrainConfig(node))
  return { config: checked.config, record: { origins: checked.origins, sources } }
}

/** A name that ends in .json is a file beside the one that names it (here: this folder), any other a preset. A preset names presets only. */
function baseLoader(presets: readonly ConfigSource[]): LoadBase {
  return async (name, from, origin) => {
    if (name.endsWith('.json') && from.from === 'file') return readBase(path.resolve(path.dirname(from.name), name), origin)
    const found = presets.find((preset) => preset.name === name)
    if (found) return found
    const names = presets.map((preset) => preset.name)
    const nearest = nearestName(name, names)
    throw configError('config/invalid', origin, hasPlace(origin) ? 'bases' : '', 'noPresetNoFile', { name }, nearest)
  }
}

/** A base that cannot be read is a mistake of the file that names it. Errors: config/invalid; of the config itself (its origin has no place) file/*. */
async function readBase(file: string, origin: Origin): Promise<ConfigSource> {
  try {
    return await readConfigFile(file)
  } catch (cause) {
    if (!hasPlace(origin) || !(cause instanceof AppError)) throw cause
    const beside = await readdir(path.dirname(file)).catch(() => [])
    const nearest =
      nearestName(
        path.basename(file),
        beside.filter((name) => name.endsWith('.json') && name !== path.basename(file)),
      ) || null
    throw configError(
      'config/invalid',
      origin,
      'bases',
      'baseNotRead',
      { reason: cause.message },
      cause.code === 'file/not-found' ? nearest : null,
    )
  }
}

/** Errors: file/not-found, file/unreadable, file/too-large. */
async function readConfigFile(file: string): Promise<ConfigSource> {
  const name = path.relative(process.cwd(), file)
  const found = await stat(file).catch((cause: unknown) => {
    throw new AppError('file/not-found', `${name} cannot be read`, { file: name }, { cause })
  })
  if (!found.isFile()) throw new AppError('file/unreadable', `${name} is no file`, { file: name, why: 'noFile' })
  if (found.size > limits.bytes)
    throw new AppError('file/too-large', `${name} is ${found.size} bytes, too large for a config`, { file: name })
  const bytes = await readFile(file)
  try {
    return { from: 'file', name, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch (cause) {
    throw new AppError('file/unreadable', `${name} is no UTF-8 text`, { file: name, why: 'noText' }, { cause })
  }
}
