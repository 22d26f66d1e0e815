import { AppError } from '../../shared/errors.ts'
import { aloneInTheWorld } from '../world.ts'
import { trainSources } from '../../shared/model/train/data/data.ts'
import type { Snapshot, SnapshotItem } from '../../shared/model/snapshot.ts'
import type { TrainConfig } from '../../shared/model/trainConfig.ts'
import type { Timetable } from '../../shared/model/timetable.ts'
import { NORMALIZATION } from '../data/normalize.ts'
import type { SourceSpec, TrainSpec } from '../data/plan.ts'
import { createSampler, epochLength, type SampleGroup } from '../data/sampler.ts'
import { coverageOf, describeCoverage } from '../data/sampling/coverage.ts'
import { countClassPixels } from '../data/sampling/labelCounts.ts'
import { createWeighing } from '../data/sampling/table.ts'
import { itemsOf, trainTransforms } from './setup.ts'
import type { RunInputs } from './setup.ts'

/** What a run trains on, resolved against its snapshot. */
export interface TrainData {
  readonly sources: readonly SourceSpec[]
  /** Pictures of the sources together, and those one epoch shows. */
  readonly pictures: number
  readonly perEpoch: number
  /** What the log says about it at the start: shares and coverage of each source, repeats of rare classes. */
  readonly report: readonly string[]
}

type Source = TrainConfig['data']['sources'][number]

/** Items of one source, in the order of the snapshot. Errors: dataset/not-found. */
function itemsOfSource(snapshot: Snapshot, { dataset, splits }: Source): SnapshotItem[] {
  if (dataset === null) return itemsOf(snapshot, splits)
  const other = snapshot.otherDatasets?.find(({ name }) => name === dataset)
  if (!other) throw new AppError('dataset/not-found', `the data of the run have no dataset ${dataset}`, { id: dataset })
  return itemsOf(snapshot, splits, other.id)
}

const nameOf = ({ dataset, splits }: Source): string => `${dataset === null ? '' : `${dataset}: `}${splits.join(', ')}`

/** Errors: run/no-training-items (a source without pictures), dataset/not-found, file/* and voc/bad-mask from label maps that a sampler counts. */
export async function resolveTrainData({ config, snapshot }: RunInputs): Promise<TrainData> {
  const { data, seed } = config
  const configured = trainSources(data)
  const found = configured.map((source) => itemsOfSource(snapshot, source))
  const empty = found.findIndex((items) => items.length === 0)
  if (empty >= 0) {
    const splits = nameOf(configured[empty]!)
    throw new AppError('run/no-training-items', `no item is in the splits ${splits}`, { splits })
  }
  const weighing = createWeighing(data.sampler.type, data.sampler)
  const names = snapshot.classes.map(({ name }) => name)
  const balanced = weighing?.weights(await countClassPixels(found.flat(), names.length), names)
  let start = 0
  const sources = configured.map((source, i): SourceSpec => {
    const items = found[i]!
    const own = balanced?.weights.slice(start, (start += items.length))
    const weights = own ? own.map((weight) => weight * source.repeat) : source.repeat === 1 ? undefined : items.map(() => source.repeat)
    const transforms = source.transforms.length > 0 ? source.transforms : trainTransforms(config)
    return { items, transforms, ...(weights ? { weights } : {}) }
  })
  const groups = groupsOf(sources)
  const perEpoch = epochLength(groups, data.mix)
  const report = [...(balanced?.report ?? [])]
  if (data.mix || sources.length > 1 || balanced || groups.some(({ weights }) => weights)) {
    const { positions, occurrences } = createSampler({ groups, mix: data.mix, batchSize: 1, seed }).epoch(0)
    report.push(...describeCoverage(configured.map(nameOf), coverageOf(groups, data.mix, { positions, occurrences })))
  }
  return { sources, pictures: found.flat().length, perEpoch, report }
}

const groupsOf = (sources: readonly SourceSpec[]): SampleGroup[] =>
  sources.map(({ items, weights }) => ({ count: items.length, ...(weights ? { weights } : {}) }))

/** The loader of a training, for one of its replicas: its equal share of every batch. */
export function trainSpecOf(
  config: TrainConfig,
  sources: readonly SourceSpec[],
  table: Pick<Timetable, 'totalEpochs'>,
  replica: { rank: number; worldSize: number } = aloneInTheWorld,
): TrainSpec {
  const { cropSize, mix, stopAugmentation } = config.data
  const { rank, worldSize } = replica
  const batchSize = config.data.batchSize / worldSize
  const { lastEpochs } = stopAugmentation
  const calmFrom = lastEpochs > 0 ? Math.max(0, Math.ceil(table.totalEpochs) - lastEpochs) : null
  return { mode: 'train', sources, mix, normalization: NORMALIZATION, batchSize, seed: config.seed, cropSize, calmFrom, rank, worldSize }
}
