import { stepsOf, type Mapping } from './mapping.ts'
import type { Field, Part } from './part.ts'

type Unit = 'step' | 'epoch'

/** How long the run is, in its own unit. */
export interface Length {
  readonly unit: Unit
  readonly total: number
}

/** Schedules that something comes before. */
const ramps: ReadonlySet<string> = new Set(['LinearLR', 'ConstantLR'])
const curves: Readonly<Record<string, string>> = {
  PolyLR: 'poly',
  CosineAnnealingLR: 'cosine',
  MultiStepLR: 'step',
  StepLR: 'step',
  OneCycleLR: 'oneCycle',
}

/** param_scheduler: one warm-up and one curve. */
export function mapSchedule(mapping: Mapping, length: Length | null): void {
  const { account, root } = mapping
  const all = root.parts('param_scheduler')
  const ramp = all.find((each) => ramps.has(each.type) && startsAtZero(each)) ?? null
  const main = all.findLast((each) => Object.hasOwn(curves, each.type)) ?? null
  const first = ramp ?? main
  const at = first?.at ?? root.at
  account.set('schedule', { type: main ? curves[main.type]! : 'constant', warmup: { length: 0 } }, at)
  for (const each of all)
    if (each !== ramp && each !== main) each.droppedWhole('one warm-up and one curve after it is what a schedule can be')
  if (!first) return account.note('mapped', 'param_scheduler', 'schedule.type', 'a constant rate', at)
  const by = byOf(main ?? first)
  account.set('schedule.by', by, at)
  if (ramp) mapWarmup(mapping, ramp, by)
  if (main) mapCurve(mapping, main, by, ramp, length)
}

const startsAtZero = (ramp: Part): boolean => {
  const begin = ramp.dict.entries.get('begin')?.value
  return !begin || (begin.kind === 'scalar' && begin.value === 0)
}

/** mmengine counts epochs unless it is told otherwise. */
const unitOf = (part: Part): Unit => {
  const value = part.dict.entries.get('by_epoch')?.value
  return value?.kind === 'scalar' && value.value === false ? 'step' : 'epoch'
}
const converted = (part: Part): boolean => {
  const value = part.dict.entries.get('convert_to_iter_based')?.value
  return value?.kind === 'scalar' && value.value === true
}
const byOf = (part: Part): Unit => (converted(part) ? 'step' : unitOf(part))

function clock(part: Part): void {
  part.any('by_epoch')?.used('schedule.by')
  part.any('convert_to_iter_based')?.used('schedule.by')
  part.dropped(['verbose', 'last_step', 'param_name'], 'there is nothing like it')
}

/** A number of a schedule in the unit it is counted in. */
function put(mapping: Mapping, field: Field<number>, unit: Unit, to: string, value = field.value): void {
  const { steps, reason } = unit === 'step' ? stepsOf(mapping, value) : { steps: value, reason: null }
  if (reason === null) field.mapped(to, steps)
  else field.approximated(to, steps, reason)
}

function mapWarmup(mapping: Mapping, ramp: Part, by: Unit): void {
  const { account } = mapping
  const to = 'schedule.warmup'
  const unit = unitOf(ramp)
  ramp.text('type')?.mapped(`${to}.type`, ramp.type === 'LinearLR' ? 'linear' : 'constant')
  account.set(`${to}.unit`, unit, ramp.at)
  clock(ramp)
  ramp.number('begin')?.used(to)
  const end = ramp.number('end')
  if (end) put(mapping, end, unit, `${to}.length`)
  else {
    const iterations = ramp.number('total_iters')
    if (iterations) put(mapping, iterations, unit, `${to}.length`)
  }
  const factor = ramp.number(ramp.type === 'LinearLR' ? 'start_factor' : 'factor')
  if (factor) factor.mapped(`${to}.factor`, factor.value)
  else ramp.fill('start_factor', `${to}.factor`, 1 / 3, 'the default of mmengine')
  ramp.fixed('end_factor', [1], 'a warm-up ends with the whole rate here')
  if (by === 'step' && unit === 'epoch' && !converted(ramp))
    account.note('approximated', ramp.path, to, 'the rate moves with every step, not once per epoch', ramp.at)
}

function mapCurve(mapping: Mapping, main: Part, by: Unit, ramp: Part | null, length: Length | null): void {
  const unit = unitOf(main)
  main.text('type')?.used('schedule.type')
  clock(main)
  switch (main.type) {
    case 'PolyLR': {
      const power = main.number('power')
      if (power) power.mapped('schedule.power', power.value)
      break
    }
    case 'MultiStepLR':
    case 'StepLR':
      mapMilestones(mapping, main, unit, length)
      break
    case 'OneCycleLR':
      mapOneCycle(main)
  }
  const begin = main.number('begin')
  if (main.type.endsWith('StepLR')) begin?.used('schedule.milestones')
  else if (begin && ramp && begin.value !== numberAt(ramp, 'end'))
    begin.nearly('schedule.warmup', 'the curve begins where the warm-up ends')
  else if (begin && !ramp && begin.value !== 0) begin.dropped('the curve begins with the run')
  else begin?.used('schedule.warmup')
  if (['PolyLR', 'CosineAnnealingLR'].includes(main.type)) {
    mapLowest(mapping, main)
    mapEnd(mapping, main, { unit, by }, length)
  } else main.dropped(['end'], 'the curve ends with the run')
}

const numberAt = (part: Part, key: string): number | null => {
  const value = part.dict.entries.get(key)?.value
  return value?.kind === 'scalar' && typeof value.value === 'number' ? value.value : null
}

function mapLowest({ account }: Mapping, main: Part): void {
  const lowest = main.number('eta_min')
  const share = main.number('eta_min_ratio')
  const rate = account.get('optimizer.lr')
  if (lowest) lowest.mapped('schedule.minLr', lowest.value)
  else if (share && typeof rate === 'number') share.mapped('schedule.minLr', share.value * rate)
  else share?.dropped('the rate it is a share of is not known')
}

/** Where the curve ends: with the run, where that is the same. CosineAnnealingLR may say it as T_max. */
function mapEnd(mapping: Mapping, main: Part, { unit, by }: { unit: Unit; by: Unit }, length: Length | null): void {
  const end = main.number('end')
  const span = main.number('T_max')
  const begin = numberAt(main, 'begin') ?? 0
  const ends = span && (!end || begin + span.value !== end.value) ? span : end
  const value = ends === span && span ? begin + span.value : (end?.value ?? null)
  if (span && ends !== span) span.used('schedule.end')
  if (span && ends === span) end?.nearly('schedule.end', 'the half wave of T_max ends earlier or later; the rate stays at its last value')
  if (!ends || value === null) return
  const whole = length && unit === length.unit && value === length.total
  if (whole || !Number.isSafeInteger(value) || value > 1e8) ends.used('schedule.end')
  else if (unit === by) put(mapping, ends, unit, 'schedule.end', value)
  else ends.dropped('epochs are not counted in steps before the dataset is known; the curve ends with the run')
}

function mapMilestones(mapping: Mapping, main: Part, unit: Unit, length: Length | null): void {
  const gamma = main.number('gamma')
  if (gamma) gamma.mapped('schedule.gamma', gamma.value)
  const begin = numberAt(main, 'begin') ?? 0
  const count = (value: number) => (unit === 'step' ? stepsOf(mapping, begin + value).steps : begin + value)
  const listed = main.numbers('milestones')
  const step = main.number('step_size')
  if (listed) listed.mapped('schedule.milestones', listed.value.map(count))
  else if (step && step.value >= 1 && length?.unit === unit) {
    const times = Math.min(64, Math.floor((length.total - 1 - begin) / step.value))
    step.mapped(
      'schedule.milestones',
      Array.from({ length: Math.max(0, times) }, (_, i) => count((i + 1) * step.value)),
    )
  } else step?.dropped('the length of the run is not known in this unit')
  if (mapping.accumulate > 1 && unit === 'step')
    main.account.note('approximated', main.path, 'schedule.milestones', stepsOf(mapping, begin).reason, main.at)
}

function mapOneCycle(main: Part): void {
  const peak = main.number('eta_max')
  if (peak) peak.approximated('optimizer.lr', peak.value, 'the peak is the rate of the optimizer here')
  for (const [from, to] of [
    ['pct_start', 'pctStart'],
    ['div_factor', 'divFactor'],
    ['final_div_factor', 'finalDivFactor'],
  ] as const) {
    const field = main.number(from)
    if (field) field.mapped(`schedule.${to}`, field.value)
  }
  const phases = main.flag('three_phase')
  if (phases) phases.mapped('schedule.threePhase', phases.value)
  const anneal = main.text('anneal_strategy')
  if (anneal) anneal.mapped('schedule.anneal', anneal.value === 'linear' ? 'linear' : 'cosine')
  main.any('total_steps')?.nearly('schedule', 'the cycle ends with the run')
}
