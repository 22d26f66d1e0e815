import { stepsOf, type Mapping } from './mapping.ts'
import type { Json } from './account.ts'
import { plainOf, type Field, type Part } from './part.ts'
import type { Length } from './schedule.ts'

/** train_cfg: how long, and how often it is validated. */
export function mapLoop(mapping: Mapping): Length | null {
  const { account, root } = mapping
  const train = root.part('train_cfg')
  if (!train) return null
  train.text('type')?.used('loop')
  train.any('by_epoch')?.used('loop')
  const iterations = train.number('max_iters')
  const epochs = iterations ? null : train.number('max_epochs')
  const unit = iterations ? 'step' : 'epoch'
  if (iterations) put(mapping, iterations, 'loop.steps')
  if (epochs) epochs.mapped('loop.epochs', epochs.value)
  const interval = train.number('val_interval')
  account.set('loop.validateEvery.unit', unit, interval?.at ?? train.at)
  if (interval && unit === 'step') put(mapping, interval, 'loop.validateEvery.every')
  else if (interval) interval.mapped('loop.validateEvery.every', interval.value)
  else {
    const usual = unit === 'step' ? stepsOf(mapping, 1000).steps : 1
    train.fill('val_interval', 'loop.validateEvery.every', usual, 'the default of mmengine')
  }
  train.fixed('val_begin', [1, 0], 'it is validated from the start')
  mapLater(mapping, train, unit)
  const total = iterations?.value ?? epochs?.value
  return total === undefined ? null : { unit, total }
}

/** dynamic_intervals: from each milestone on, another interval. */
function mapLater(mapping: Mapping, train: Part, unit: 'step' | 'epoch'): void {
  const field = train.any('dynamic_intervals')
  if (!field) return
  const pairs = plainOf(field.value)
  const fits = (pair: Json): pair is [number, number] =>
    Array.isArray(pair) && pair.length === 2 && pair.every((each) => typeof each === 'number')
  if (!Array.isArray(pairs) || !pairs.every(fits)) return field.dropped('a list of (milestone, interval) is expected')
  const count = (value: number) => (unit === 'step' ? stepsOf(mapping, value).steps : value)
  const later = pairs.map(([from, every]) => ({ from: Math.max(1, count(from)), every: count(every) }))
  const reason = unit === 'step' ? stepsOf(mapping, pairs[0]?.[0] ?? 0).reason : null
  if (reason === null) field.mapped('loop.validateLater', later)
  else field.approximated('loop.validateLater', later, reason)
}

function put(mapping: Mapping, field: Field<number>, to: string): void {
  const { steps, reason } = stepsOf(mapping, field.value)
  if (reason === null) field.mapped(to, steps)
  else field.approximated(to, steps, reason)
}

/** default_hooks and custom_hooks. */
export function mapHooks(mapping: Mapping): void {
  const { root } = mapping
  const hooks = root.part('default_hooks')
  const logger = hooks?.part('logger')
  if (logger) {
    logger.any('type')?.used('loop.logEvery')
    const interval = logger.number('interval')
    if (interval) put(mapping, interval, 'loop.logEvery')
    else logger.fill('interval', 'loop.logEvery', stepsOf(mapping, 10).steps, 'the default of mmengine')
    logger.dropped(
      ['log_metric_by_epoch', 'interval_exp_name', 'ignore_last', 'reset_flag'],
      'every value is stored with its step and its epoch',
    )
  }
  const checkpoint = hooks?.part('checkpoint')
  if (checkpoint) mapCheckpoint(mapping, checkpoint)
  for (const key of ['timer', 'param_scheduler', 'sampler_seed', 'runtime_info']) hooks?.any(key)?.fixed('the studio always does that')
  hooks?.any('visualization')?.nearly('hooks', 'the hook "samples" keeps what the network sees on the same validation pictures')
  for (const hook of root.parts('custom_hooks')) mapHook(hook)
}

const metrics = ['mIoU', 'mAcc', 'aAcc']

function mapCheckpoint(mapping: Mapping, hook: Part): void {
  const { account } = mapping
  hook.any('type')?.used('checkpoint')
  const byEpoch = hook.flag('by_epoch')
  const unit = byEpoch?.value === false ? 'step' : 'epoch'
  if (byEpoch) byEpoch.mapped('checkpoint.every.unit', unit)
  else account.set('checkpoint.every.unit', unit, hook.at)
  const interval = hook.number('interval')
  if (interval && interval.value < 1) interval.approximated('checkpoint.every.every', 1_000_000, 'none but the best and the last')
  else if (interval && unit === 'step') put(mapping, interval, 'checkpoint.every.every')
  else if (interval) interval.mapped('checkpoint.every.every', interval.value)
  else hook.fill('interval', 'checkpoint.every.every', 1, 'never but at the end in mmengine; the least here')
  const keep = hook.number('max_keep_ckpts')
  if (keep && keep.value > 0) keep.mapped('checkpoint.keep', Math.min(100, keep.value))
  else if (keep) keep.approximated('checkpoint.keep', 100, 'all of them, and 100 at most')
  mapBest(hook)
  hook.fixed('save_last', [true], 'the last one is always written')
  hook.dropped(['rule', 'greater_keys', 'less_keys'], 'greater is better for every metric here')
  hook.dropped(
    [
      'save_optimizer',
      'save_param_scheduler',
      'out_dir',
      'save_begin',
      'published_keys',
      'backend_args',
      'file_client_args',
      'filename_tmpl',
    ],
    'a checkpoint is whole and lies in the folder of the run',
  )
}

function mapBest(hook: Part): void {
  const given = hook.any('save_best')
  const value = given?.value
  if (!given || !value) return
  const first = value.kind === 'list' || value.kind === 'tuple' ? value.items[0] : value
  const name = first?.kind === 'scalar' && typeof first.value === 'string' ? first.value : ''
  const metric = metrics.find((each) => name === each || name.endsWith(`/${each}`))
  if (metric && first === value) given.mapped('checkpoint.best', metric)
  else if (metric) given.approximated('checkpoint.best', metric, 'the first one counts')
  else given.approximated('checkpoint.best', 'mIoU', `one of ${metrics.join(', ')}`)
}

function mapHook(hook: Part): void {
  if (hook.type === 'EMAHook') return mapAverage(hook)
  if (hook.type === 'EarlyStoppingHook') return mapEarlyStop(hook)
  hook.droppedWhole(`there is no hook like ${hook.type.slice(0, 80) || 'it'}`)
}

function mapAverage(hook: Part): void {
  hook.text('type')?.mapped('ema.enabled', true)
  const type = hook.text('ema_type')
  const annealed = type?.value.endsWith('MomentumAnnealingEMA') ?? false
  if (annealed || type?.value.endsWith('ExponentialMovingAverage')) type?.used('ema')
  else type?.nearly('ema', 'an exponential average here')
  const momentum = hook.number('momentum')
  if (momentum) momentum.mapped('ema.momentum', momentum.value)
  const gamma = hook.number('gamma')
  if (gamma && annealed) gamma.mapped('ema.gamma', gamma.value)
  else if (annealed) hook.fill('gamma', 'ema.gamma', 100, 'the default of mmengine')
  const buffers = hook.flag('update_buffers')
  if (buffers) buffers.mapped('ema.buffers', buffers.value ? 'average' : 'copy')
  hook.dropped(['begin_iter', 'begin_epoch', 'interval'], 'the average begins with the run and follows every update')
  hook.dropped(['strict_load', 'priority'], 'there is nothing like it')
}

/** mmsegmentation counts mIoU in percent, the studio as a fraction. */
function mapEarlyStop(hook: Part): void {
  const usual = [{ type: 'health' }, { type: 'samples' }, { type: 'tensorboard' }]
  hook.account.set('hooks', usual, hook.at)
  const to = `hooks.${usual.length}`
  hook.text('type')?.mapped(`${to}.type`, 'earlyStop')
  const monitor = hook.text('monitor')
  const metric = metrics.find((each) => monitor?.value === each || monitor?.value.endsWith(`/${each}`))
  if (monitor && metric) monitor.mapped(`${to}.monitor`, metric)
  else monitor?.approximated(`${to}.monitor`, 'mIoU', `one of ${metrics.join(', ')}`)
  const patience = hook.number('patience')
  if (patience) patience.mapped(`${to}.patience`, patience.value)
  else hook.fill('patience', `${to}.patience`, 5, 'the default of mmengine')
  const delta = hook.number('min_delta')
  if (delta) delta.approximated(`${to}.minDelta`, delta.value / 100, 'a fraction here, percent in mmsegmentation')
  else hook.fill('min_delta', `${to}.minDelta`, 0.001, 'the default of mmengine, 0.1 percent')
  hook.dropped(
    ['rule', 'strict', 'check_finite', 'stopping_threshold', 'priority'],
    'greater is better, and the health watch looks after the rest',
  )
}
