import { nodeOf } from '../../model/config/node.ts'
import { nowhere, type Origin } from '../../model/config/origin.ts'
import type { TrainConfig } from '../../model/trainConfig.ts'
import { checkTrainConfig, orThrow, type ConfigProblem } from '../../model/trainConfigParse.ts'
import { Account, type ImportNote, type Json } from './map/account.ts'
import { mapData } from './map/data.ts'
import { mapHooks, mapLoop } from './map/loop.ts'
import type { Mapping } from './map/mapping.ts'
import { mapModel } from './map/model.ts'
import { mapOptimizer } from './map/optimizer.ts'
import { Part } from './map/part.ts'
import { isVariable, mapRest, unknownReason } from './map/rest.ts'
import { mapSchedule } from './map/schedule.ts'
import type { LoadedPython } from './loadPython.ts'

export interface ImportOptions {
  /** Devices of the original training: its batch size is per device. */
  readonly gpus: number
  /** Test-time augmentation becomes part of every validation. */
  readonly tta: boolean
}

export interface ImportedConfig {
  /** What is to be written: the values that the file decides. */
  readonly written: { readonly [key: string]: Json }
  /** With every default. */
  readonly config: TrainConfig
  readonly notes: readonly ImportNote[]
}

/**
 * Makes a config of the studio from a SegFormer experiment of MMSegmentation 1.x. Every value of the file is in the notes. Errors: config/invalid and config/unknown-type with
 * file, line and column where the network is another one.
 */
export function importConfig(loaded: LoadedPython, options: ImportOptions): ImportedConfig {
  const account = new Account()
  const root = new Part(account, loaded.config, '', loaded.config.at)
  for (const { at, subject, what } of loaded.leftOut) account.note('unsupported', subject ?? '', null, what, at)
  const mapping: Mapping = { account, root, ...options, accumulate: accumulationOf(root) }
  mapModel(mapping)
  mapOptimizer(mapping)
  mapData(mapping)
  mapSchedule(mapping, mapLoop(mapping))
  mapHooks(mapping)
  mapRest(mapping)
  for (const { name, at } of loaded.captured)
    if (isVariable(name)) account.note('dropped', name, null, 'what the bases have built from it keeps its old value, as in mmengine', at)
  account.leftOver(loaded.config, '', loaded.config.at, unknownReason)
  const config = withinBounds(account, loaded.config.at)
  return { written: account.config, config, notes: account.notes }
}

function accumulationOf(root: Part): number {
  const wrapper = root.dict.entries.get('optim_wrapper')?.value
  const count = wrapper?.kind === 'dict' ? wrapper.entries.get('accumulative_counts')?.value : undefined
  return count?.kind === 'scalar' && typeof count.value === 'number' && Number.isInteger(count.value) && count.value > 1
    ? Math.min(64, count.value)
    : 1
}

const rounds = 20

/** The config with its defaults; values beyond the bounds of the schema are taken out, and said. Errors: config/*, where nothing helps. */
function withinBounds(account: Account, at: Origin): TrainConfig {
  for (let round = 0; round < rounds; round++) {
    const checked = checkTrainConfig(nodeOf(account.config, nowhere('page')))
    if (checked.config) return checked.config
    const removed = new Set<string>()
    // From the end of a list to its beginning: what is before keeps its index.
    for (const problem of [...checked.problems].reverse()) {
      const path = removable(account, problem)
      if (path === null || removed.has(path)) continue
      removed.add(path)
      account.note('dropped', problem.path, null, `${problem.message}; ${path} is left out`, account.originOf(problem.path, at))
    }
    for (const path of removed) account.remove(path)
    if (removed.size === 0) break
  }
  return orThrow(checkTrainConfig(nodeOf(account.config, nowhere('page')))).config
}

/** The smallest thing that can go: a part of a pair takes the pair with it, and a component its place in a list. */
function removable(account: Account, { path }: ConfigProblem): string | null {
  let keys = path.split('.')
  for (;;) {
    if (keys.length === 0 || path === '') return null
    const holder = keys.length === 1 ? account.config : account.get(keys.slice(0, -1).join('.'))
    const found = account.get(keys.join('.'))
    const inPair = Array.isArray(holder) && !(typeof found === 'object' && found !== null)
    if (found !== undefined && !inPair) return keys.join('.')
    keys = keys.slice(0, -1)
  }
}

/** How many notes there are of each kind. */
export function countNotes(notes: readonly ImportNote[]): Record<ImportNote['status'], number> {
  const counts = { mapped: 0, approximated: 0, dropped: 0, unsupported: 0 }
  for (const { status } of notes) counts[status]++
  return counts
}
