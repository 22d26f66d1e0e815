import type { Json } from './account.ts'
import type { Mapping } from './mapping.ts'
import { plainOf, type Part } from './part.ts'
import { mapPipeline, TransformList } from './transforms.ts'

const machine = 'how the data are fetched is up to the studio'
const loaderKeys = ['persistent_workers', 'pin_memory', 'drop_last', 'prefetch_factor', 'collate_fn', 'multiprocessing_context', 'timeout']

/** train_dataloader, val_dataloader and test_dataloader. */
export function mapData(mapping: Mapping): void {
  const train = mapping.root.part('train_dataloader')
  if (train) mapTraining(mapping, train)
  const val = mapping.root.part('val_dataloader')
  if (val) mapValidation(mapping, val)
  for (const key of ['val_cfg', 'test_cfg']) mapping.root.part(key)?.droppedWhole('there is one loop for it here')
  mapping.root.part('test_dataloader')?.droppedWhole('a run is scored with maskwright eval, on the splits it names')
}

function mapTraining(mapping: Mapping, loader: Part): void {
  const batch = loader.number('batch_size')
  const { gpus } = mapping
  const why = gpus === 1 ? 'per device in mmengine; the batch of the whole training here (--gpus N multiplies it)' : `${gpus} devices`
  if (batch) batch.approximated('data.batchSize', batch.value * gpus, why)
  const workers = loader.number('num_workers')
  if (workers) workers.mapped('data.workers', workers.value)
  loader.dropped(loaderKeys, machine)
  mapSampler(loader)
  const dataset = loader.part('dataset')
  const sources = dataset ? sourcesOf(dataset, 1) : []
  if (sources.length > 0) mapSources(mapping, sources)
}

function mapSampler(loader: Part): void {
  const sampler = loader.part('sampler')
  if (!sampler) return
  const { type } = sampler
  if (type === 'DefaultSampler') sampler.text('type')?.mapped('data.sampler.type', 'shuffle')
  else if (type === 'InfiniteSampler')
    sampler.text('type')?.approximated('data.sampler.type', 'shuffle', 'every picture once per epoch; the length of the run ends it')
  else return sampler.droppedWhole('pictures are shuffled here')
  sampler.fixed('shuffle', [true], 'pictures are shuffled here')
  sampler.dropped(['seed', 'round_up'], 'the seed of the run decides')
}

interface Source {
  readonly dataset: Part
  readonly split: string
  readonly repeat: number
  readonly steps: readonly Part[]
}

/** The datasets inside wrappers, and what the wrappers say. */
function sourcesOf(dataset: Part, repeat: number): Source[] {
  const inner = (times = 1): Source[] => {
    const wrapped = dataset.part('dataset')
    return wrapped ? sourcesOf(wrapped, repeat * times) : []
  }
  const type = ['ConcatDataset', 'RepeatDataset', 'ClassBalancedDataset', 'MultiImageMixDataset'].includes(dataset.type)
    ? dataset.text('type')
    : null
  switch (dataset.type) {
    case 'ConcatDataset':
      type?.used('data.trainSplits')
      dataset.dropped(['lazy_init', 'ignore_keys'], machine)
      return dataset.parts('datasets').flatMap((each) => sourcesOf(each, repeat))
    case 'RepeatDataset': {
      const times = dataset.number('times')
      type?.used('data.sources')
      times?.used('data.sources')
      return inner(times?.value)
    }
    case 'ClassBalancedDataset': {
      type?.mapped('data.sampler.type', 'balanced')
      const threshold = dataset.number('oversample_thr')
      if (threshold) threshold.mapped('data.sampler.threshold', threshold.value)
      return inner()
    }
    case 'MultiImageMixDataset': {
      type?.dropped('pictures are mixed by CutMix in data.train only')
      const steps = dataset.parts('pipeline')
      return inner().map((source) => ({ ...source, steps: [...source.steps, ...steps] }))
    }
  }
  return [{ dataset, split: splitOf(dataset), repeat, steps: dataset.parts('pipeline') }]
}

/** The name of the list of pictures is the name of the split. */
function splitOf(dataset: Part): string {
  dataset.text('type')?.dropped('the dataset is chosen with --dataset; maskwright import links it')
  dataset.dropped(['data_root', 'data_prefix', 'img_suffix', 'seg_map_suffix'], 'the linked dataset knows its folders')
  dataset.dropped(['metainfo'], 'the classes of the dataset count; data.classes chooses among them')
  dataset.dropped(['lazy_init', 'serialize_data', 'test_mode', 'max_refetch', 'backend_args', 'file_client_args', 'filter_cfg'], machine)
  dataset.dropped(['indices'], 'a part of a dataset is a split here')
  dataset.fixed('ignore_index', [255], 'the void label is 255 here')
  const reduce = dataset.flag('reduce_zero_label')
  if (reduce) reduce.mapped('data.classes.reduceZeroLabel', reduce.value)
  const list = dataset.text('ann_file')
  const name = (list?.value ?? '')
    .replaceAll('\\', '/')
    .split('/')
    .at(-1)!
    .replace(/\.[^.]*$/, '')
    .slice(0, 200)
  if (name === '') list?.dropped('it names no split')
  return name
}

function mapSources(mapping: Mapping, sources: readonly Source[]): void {
  const { account } = mapping
  const pipelines = sources.map(({ steps }) => JSON.stringify(steps.map(({ dict }) => plainOf(dict))))
  const names = sources.map(({ split }) => split || 'train')
  const alike = (i: number) => pipelines[i] === pipelines[0]
  const simple = sources.every(({ repeat }, i) => repeat === 1 && alike(i))
  const lists: { list: TransformList; source: Source }[] = []
  sources.forEach((source, i) => {
    const { dataset, steps, repeat } = source
    const to = simple ? `data.trainSplits.${i}` : `data.sources.${i}`
    noteSplit(dataset, to, names[i]!)
    if (!simple) account.set(`${to}.splits`, [names[i]!], dataset.at)
    if (!simple && repeat !== 1) account.set(`${to}.repeat`, repeat, dataset.at)
    if (i > 0 && alike(i)) {
      for (const step of steps) account.settle(step.dict)
      return account.note('mapped', `${dataset.path}.pipeline`, 'data.train', 'the same as the first', dataset.at)
    }
    const list = new TransformList(account, i === 0 ? 'data.train' : `${to}.transforms`, 'train')
    mapPipeline(steps, list)
    lists.push({ list, source })
  })
  const { dataset } = sources[0]!
  if (simple) account.set('data.trainSplits', [...new Set(names)], dataset.at)
  const crop = cropOf(
    mapping,
    lists.flatMap(({ list }) => list.entries),
  )
  if (crop) {
    account.set('data.cropSize', [...crop], dataset.at)
    for (const { list, source } of lists) endWithCrop(list, source, crop)
  }
  const roots = new Set(
    sources.map((source) => JSON.stringify(plainOf(source.dataset.dict.entries.get('data_root')?.value ?? source.dataset.dict))),
  )
  if (roots.size > 1 && sources.every((source) => source.dataset.dict.entries.has('data_root')))
    account.note(
      'approximated',
      dataset.path,
      'data.sources',
      'several data_root: all splits are taken from the dataset of the run; "dataset" in data.sources names another',
      dataset.at,
    )
}

function noteSplit(dataset: Part, to: string, name: string): void {
  const list = dataset.text('ann_file')
  if (list) list.used(to)
  else dataset.account.note('approximated', dataset.path, to, `no list of pictures is named; the split "${name}" is taken`, dataset.at)
}

type Pair = readonly [number, number]

/** [height, width] of a crop: what the preprocessor fills up to, or the largest crop; a multiple of 32. */
function cropOf(mapping: Mapping, steps: readonly { [key: string]: Json }[]): Pair | null {
  const sizing = steps.filter(({ type }) => type === 'RandomCrop' || type === 'Pad' || type === 'CenterCrop')
  const sizes = sizing.flatMap(({ size }): Pair[] => (size ? [size as [number, number]] : []))
  const given = mapping.root.part('model')?.part('data_preprocessor')?.pair('size')
  if (given) sizes.push(given.value)
  if (sizes.length === 0) return null
  const up = (side: number) => Math.max(32, Math.ceil(side / 32) * 32)
  const largest: Pair = [Math.max(...sizes.map(([height]) => height)), Math.max(...sizes.map(([, width]) => width))]
  const crop: Pair = [up(largest[0]), up(largest[1])]
  if (crop[0] === largest[0] && crop[1] === largest[1]) given?.used('data.cropSize')
  else given?.nearly('data.cropSize', `${largest.join(' x ')} is no multiple of 32`)
  return crop
}

/** Every picture of a batch ends with the size of the crop; in mmsegmentation the preprocessor sees to it. */
function endWithCrop(list: TransformList, { dataset }: Source, [height, width]: Pair): void {
  const crops = list.entries.some(({ type }) => type === 'RandomCrop' || type === 'CenterCrop')
  if (!crops)
    list.append(
      { type: 'RandomCrop', size: [height, width], catMaxRatio: 1 },
      dataset,
      'pictures of a batch have one size: what is larger is cut',
    )
  if (list.entries.some(({ type, size }) => type === 'Pad' && JSON.stringify(size) === JSON.stringify([height, width]))) return
  const why = 'the preprocessor fills up batches after normalisation, which is the mean colour; here with black before it'
  list.append({ type: 'Pad', size: [height, width] }, dataset, why)
}

function mapValidation(mapping: Mapping, loader: Part): void {
  const { account } = mapping
  loader.dropped(['batch_size', 'num_workers', 'sampler', ...loaderKeys], 'validation has the batch and the workers of the training')
  const dataset = loader.part('dataset')
  if (!dataset) return
  const sources = sourcesOf(dataset, 1)
  const [first, ...others] = sources
  if (!first) return
  const list = new TransformList(account, 'data.val', 'val')
  mapPipeline(first.steps, list)
  for (const other of others) for (const step of other.steps) step.droppedWhole('the first pipeline counts for all of validation')
  if (!list.entries.some(({ type }) => type === 'ResizeToMultiple'))
    list.append({ type: 'ResizeToMultiple' }, first.dataset, 'the network takes multiples of 32')
  const names = sources.map(({ split }) => split || 'val')
  sources.forEach((source, i) => noteSplit(source.dataset, `data.valSplits.${i}`, names[i]!))
  account.set('data.valSplits', [...new Set(names)], first.dataset.at)
}
