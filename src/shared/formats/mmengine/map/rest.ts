import type { PythonDict, PythonValue } from '../pythonValue.ts'
import type { Mapping } from './mapping.ts'
import { plainOf, type Part } from './part.ts'

/** What a runner of mmengine reads at the top of a config and the studio has no place for. */
const reasons: Readonly<Record<string, string>> = {
  default_scope: 'there are no scopes',
  env_cfg: 'threads and devices are chosen under device',
  launcher: 'one process trains',
  log_level: 'a run logs in one way',
  log_processor: 'every value is stored with its step and its epoch',
  visualizer: 'the studio shows curves and samples itself',
  vis_backends: 'the hook "tensorboard" writes event files; the studio shows curves itself',
  work_dir: 'runs lie in the project; maskwright train --work-dir copies one elsewhere',
  resume: 'maskwright resume goes on with a run',
  auto_scale_lr: 'the learning rate is never changed silently',
  custom_imports: 'nothing is imported',
  experiment_name: 'maskwright train --name names a run',
  tta_model: 'looks are averaged by their probabilities (inference.average)',
  test_evaluator: 'maskwright eval gives all scores',
  workflow: 'training and validation take turns by loop.validateEvery',
}
/** What the configs of 0.x say in another way. */
const old = [
  'data',
  'runner',
  'optimizer',
  'lr_config',
  'optimizer_config',
  'checkpoint_config',
  'log_config',
  'evaluation',
  'total_iters',
  'total_epochs',
]
const oldReason = 'MMSegmentation 0.x, which is not read; bring the config to 1.x first (its migration guide says how)'

const read: ReadonlySet<string> = new Set([
  ...[
    'model',
    'train_dataloader',
    'val_dataloader',
    'test_dataloader',
    'train_cfg',
    'val_cfg',
    'test_cfg',
    'optim_wrapper',
    'param_scheduler',
  ],
  ...['default_hooks', 'custom_hooks', 'load_from', 'randomness', 'val_evaluator', 'tta_pipeline', ...Object.keys(reasons)],
])

/** A name that the file uses for itself; the runner never looks at it. */
export const isVariable = (name: string): boolean => !read.has(name)

/** Seed, evaluator, test-time augmentation, and everything at the top that means nothing here. */
export function mapRest(mapping: Mapping): void {
  const { root } = mapping
  const randomness = root.part('randomness')
  const seed = randomness?.number('seed')
  if (seed) seed.mapped('seed', seed.value)
  randomness?.dropped(['deterministic', 'diff_rank_seed'], 'a run on a CPU is deterministic')
  for (const evaluator of root.parts('val_evaluator')) {
    evaluator.any('type')?.fixed('mIoU, mAcc and aAcc')
    evaluator.fixed('iou_metrics', [['mIoU'], 'mIoU'], 'mIoU, mAcc and aAcc are measured')
    evaluator.fixed('ignore_index', [255], 'the void label is 255 here')
    evaluator.dropped(['nan_to_num', 'format_only', 'output_dir', 'prefix', 'collect_device', 'beta'], 'there is nothing like it')
  }
  mapLooks(mapping)
  for (const [key, reason] of Object.entries(reasons)) root.any(key)?.dropped(reason)
  if (root.has('data') && !root.has('optim_wrapper')) root.dropped(old, oldReason)
  for (const name of [...root.dict.entries.keys()].filter(isVariable))
    unlessSettled(root, name)?.dropped('a name of the file itself; its value counts where it is used')
}

function unlessSettled(root: Part, name: string): ReturnType<Part['any']> {
  return root.account.isSettled(root.dict.entries.get(name)!.value) ? null : root.any(name)
}

/** tta_pipeline: sizes and mirror images. mmsegmentation looks at it with --tta only. */
function mapLooks({ root, tta, account }: Mapping): void {
  const field = root.any('tta_pipeline')
  if (!field) return
  const steps = dictsIn(field.value)
  const factor = (step: PythonDict) => step.entries.get('scale_factor')?.value
  const factors = steps
    .map((step) => factor(step))
    .map((value) => (value?.kind === 'scalar' && typeof value.value === 'number' ? value.value : null))
  const scales = [...new Set(factors.filter((value) => value !== null))].slice(0, 16)
  const flip = steps.some(
    (step) => plainOf(step.entries.get('type')?.value ?? step) === 'RandomFlip' && plainOf(step.entries.get('prob')?.value ?? step) === 1,
  )
  const flags = `${scales.length > 0 ? ` --scales ${scales.join(',')}` : ''}${flip ? ' --flip' : ''}`
  if (!tta) return field.dropped(`only with --tta, here and there; maskwright eval${flags} does the same`)
  if (scales.length > 0) account.set('inference.scales', scales, field.at)
  if (flip) account.set('inference.flip', true, field.at)
  field.nearly('inference', `every validation looks so often at a picture; maskwright eval${flags} does it once`)
}

function dictsIn(value: PythonValue): PythonDict[] {
  if (value.kind === 'scalar') return []
  if (value.kind !== 'dict') return value.items.flatMap(dictsIn)
  return [value, ...[...value.entries.values()].flatMap((entry) => dictsIn(entry.value))]
}

/** Why nothing was done with a value. */
export const unknownReason = (path: string): string =>
  path.endsWith('.type') ? 'the type of something that has no counterpart' : 'nothing here corresponds to it'
