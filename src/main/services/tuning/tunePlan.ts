import type { ClassRecord } from '../../../shared/model/dataset.ts'
import type { SamTuneConfig, TunePlan } from '../../../shared/model/samTune.ts'
import { makeTimetable } from '../../../shared/model/timetable.ts'
import type { ItemObjects } from '../../db/records.ts'
import type { FoundBase } from './tuneBases.ts'
import { countOf, tunePictures, type TunePictures } from './tunePictures.ts'

/** Less of either teaches a network these things by heart, and tells little about others. */
const fewSources = 8
const fewObjects = 40

/** What a training looks at in an epoch; every picture so often. */
export const looksOf = ({ data }: Pick<SamTuneConfig, 'data'>, pictures: number): number => pictures * data.looks

interface Asked {
  readonly config: SamTuneConfig
  readonly items: readonly ItemObjects[]
  readonly classes: readonly ClassRecord[]
  readonly base: FoundBase | null
}

type Counted = Omit<TunePlan, 'embeddings' | 'trainingSeconds' | 'memory'>

/** What can be told from the records alone. */
export function countTuning({ config, items, classes, base }: Asked): Counted & { found: TunePictures } {
  const found = tunePictures(items, classes, config)
  const { pictures, split } = found
  const share = (side: ReadonlySet<string>): TunePlan['train'] => {
    const there = pictures.filter(({ id }) => side.has(id))
    return {
      pictures: there.length,
      objects: there.reduce((sum, item) => sum + countOf(item), 0),
      sources: new Set(there.map(({ id }) => split.groups.get(id)!)).size,
    }
  }
  const train = share(split.train)
  const val = share(split.val)
  const { accumulate } = config.optimizer
  const table = makeTimetable(looksOf(config, train.pictures), config.data.batchSize, accumulate, config.loop)
  const problems = problemsOf({ config, classes, base, train, pictures: pictures.length })
  const counted = {
    base: base?.base ?? null,
    config: base ? resolved(config, base, found.inParts) : config,
    pictures: pictures.length,
    withoutMasks: found.withoutMasks,
    objects: pictures.reduce((sum, item) => sum + countOf(item), 0),
    classes: classCounts(pictures, classes),
    inParts: found.inParts,
    train,
    val,
    heldOutByHash: split.heldOutByHash,
    siblings: split.siblings.size,
    stepsPerEpoch: train.pictures === 0 ? 0 : table.stepsPerEpoch,
    totalSteps: train.pictures === 0 ? 0 : table.totalSteps,
    problems,
  }
  return { ...counted, warnings: problems.length > 0 ? [] : warningsOf(counted), found }
}

/** What a run is stored with: nothing of it is left to be decided. */
const resolved = (config: SamTuneConfig, { base: { modelId, kind, name } }: FoundBase, inParts: boolean): SamTuneConfig => ({
  ...config,
  base: { modelId, kind, name },
  data: { ...config.data, objectsFrom: inParts ? 'parts' : 'annotations' },
})

function problemsOf(facts: {
  config: SamTuneConfig
  classes: readonly ClassRecord[]
  base: FoundBase | null
  train: TunePlan['train']
  pictures: number
}): TunePlan['problems'] {
  const { config, classes, base, train, pictures } = facts
  const problems: TunePlan['problems'] = []
  const { modelId } = config.base
  if (!base) problems.push(modelId === null ? { key: 'noModel', data: {} } : { key: 'modelGone', data: { id: modelId } })
  for (const name of config.data.classes ?? [])
    if (!classes.some((each) => each.name === name)) problems.push({ key: 'unknownClass', data: { name } })
  if (pictures === 0) problems.push({ key: 'noMasks', data: {} })
  else if (train.objects === 0) problems.push({ key: 'noTrainObjects', data: {} })
  return problems
}

function warningsOf({ train, val, siblings, inParts }: Pick<TunePlan, 'train' | 'val' | 'siblings' | 'inParts'>): TunePlan['warnings'] {
  const warnings: TunePlan['warnings'] = []
  if (val.objects === 0) warnings.push({ key: 'noValObjects', data: {} })
  if (train.sources < fewSources) warnings.push({ key: 'fewSources', data: { sources: train.sources } })
  if (!inParts && train.objects < fewObjects) warnings.push({ key: 'fewObjects', data: { objects: train.objects } })
  if (siblings > 0) warnings.push({ key: 'siblingsLeftOut', data: { pictures: siblings } })
  if (inParts) warnings.push({ key: 'classMasks', data: {} })
  return warnings
}

/** Classes in the dataset's order; objects without one come last. */
function classCounts(pictures: readonly ItemObjects[], classes: readonly ClassRecord[]): TunePlan['classes'] {
  const counts = new Map<string | null, number>()
  for (const { objects } of pictures) for (const { classId, count } of objects) counts.set(classId, (counts.get(classId) ?? 0) + count)
  const named = classes.map(({ id, name, color }) => ({ id, name, color, objects: counts.get(id) ?? 0 }))
  const without = counts.get(null) ?? 0
  const rest = without === 0 ? [] : [{ id: null, name: '', color: '#808080', objects: without }]
  return [...named, ...rest].filter(({ objects }) => objects > 0)
}
