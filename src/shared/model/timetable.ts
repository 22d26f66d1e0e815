import type { TrainConfig } from './trainConfig.ts'

/** How many steps a training has and where its epochs lie; a step is one update of the weights. */
export interface Timetable {
  readonly stepsPerEpoch: number
  readonly totalSteps: number
  readonly totalEpochs: number
}

type Loop = Pick<TrainConfig['loop'], 'epochs' | 'steps'>
type Every = TrainConfig['loop']['validateEvery']

/** Every picture is seen at least once per epoch; the last step is filled up from its beginning. */
export function makeTimetable(items: number, batchSize: number, accumulate: number, loop: Loop): Timetable {
  const stepsPerEpoch = Math.max(1, Math.ceil(items / (batchSize * accumulate)))
  const totalSteps = loop.steps ?? loop.epochs * stepsPerEpoch
  return { stepsPerEpoch, totalSteps, totalEpochs: totalSteps / stepsPerEpoch }
}

/** Epochs done after `step` updates, as a fraction. */
export const epochAt = (table: Timetable, step: number): number => step / table.stepsPerEpoch

/** Whether something that happens `every` so often happens after this step; the last step always counts. */
export function isDue(table: Timetable, every: Every, step: number): boolean {
  const interval = every.unit === 'step' ? every.every : every.every * table.stepsPerEpoch
  return step > 0 && (step % interval === 0 || step === table.totalSteps)
}

type Validating = Pick<TrainConfig['loop'], 'validateEvery' | 'validateLater'>

/** Whether a validation follows this step: by the last interval that has begun; the last step always counts. */
export function isValidationDue(table: Timetable, { validateEvery, validateLater }: Validating, step: number): boolean {
  const { unit, every } = validateEvery
  const unitSteps = unit === 'step' ? 1 : table.stepsPerEpoch
  const begun = validateLater.findLast(({ from }) => from * unitSteps <= step)
  return isDue(table, { unit, every: begun?.every ?? every }, step)
}

/** How many validations come after this step. */
export function validationsAfter(table: Timetable, { validateEvery, validateLater }: Validating, step: number): number {
  const unitSteps = validateEvery.unit === 'step' ? 1 : table.stepsPerEpoch
  const parts = [{ from: 0, every: validateEvery.every }, ...validateLater]
  /** Multiples of an interval in (low, high]. */
  const between = (interval: number, low: number, high: number) =>
    high <= low ? 0 : Math.floor(high / interval) - Math.floor(low / interval)
  const before = table.totalSteps - 1
  const counted = parts.reduce((sum, { from, every }, i) => {
    const end = (parts[i + 1]?.from ?? Infinity) * unitSteps - 1
    return sum + between(every * unitSteps, Math.max(step, from * unitSteps - 1), Math.min(end, before))
  }, 0)
  return counted + (step < table.totalSteps ? 1 : 0)
}

/** How long the warm-up lasts in updates. */
export function warmupSteps({ warmup }: TrainConfig['schedule'], table: Pick<Timetable, 'stepsPerEpoch'>): number {
  return warmup.unit === 'step' ? warmup.length : warmup.length * table.stepsPerEpoch
}

/** Whether the warm-up moves once per epoch, so that all of epoch 0 runs at its factor of the rate. */
export const warmsByEpoch = ({ by, warmup }: TrainConfig['schedule']): boolean =>
  by === 'epoch' && warmup.unit === 'epoch' && warmup.length > 1
