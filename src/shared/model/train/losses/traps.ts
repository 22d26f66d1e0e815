import { confident, lossAt, pullAt, untrained } from './magnitude.ts'
import { lossNames, type LossConfig } from './table.ts'

/** A trap in a list of losses; the interface has a sentence for each key. Every number is of the effective values. */
export interface LossTrap {
  key: 'focalDiluted' | 'focalCollapse' | 'lossDrowned'
  data: Record<string, string | number>
}

/** Traps are looked for where a network has learnt the easy part: the class of a pixel has this probability. */
const learnt = 0.8
/** A focal loss that leaves less than this share of the pull of gamma 0 to pixels of that probability has hardly anything to learn from. */
const collapseBelow = 0.15
/** A mean so many times smaller than that over the labelled pixels is misread as a loss that has converged. */
const dilutedFrom = 5
/** A loss that another one outpulls so many times does not matter any more. */
const drownedFrom = 20

const rounded = (value: number): number => Number(value.toPrecision(2))

/** What is worth a warning in a list of losses for so many classes and labelled pixels per picture. */
export function lossTraps(list: readonly LossConfig[], classes: number, pixels: number): LossTrap[] {
  if (classes < 2) return []
  const names = lossNames(list)
  const entries = list.map((config, i) => ({ config, name: names[i]! })).filter(({ config }) => config.weight > 0)
  const start = untrained(classes, pixels)
  const later = confident(classes, pixels, learnt)
  const traps: LossTrap[] = []
  for (const { config, name } of entries) {
    if (config.type !== 'sigmoidFocal' || config.average !== 'all') continue
    const [value, labelled] = [lossAt(config, start), lossAt({ ...config, average: 'labelled' }, start)]
    if (labelled < dilutedFrom * value) continue
    const data = { name, gamma: config.gamma, alpha: config.classAlphas?.join(' ') ?? config.alpha, classes }
    traps.push({ key: 'focalDiluted', data: { ...data, value: rounded(value), labelled: rounded(labelled) } })
  }
  for (const { config, name } of entries) {
    if (config.type !== 'sigmoidFocal' && config.type !== 'softmaxFocal') continue
    if (entries.some((other) => other.config.type !== 'sigmoidFocal' && other.config.type !== 'softmaxFocal')) continue
    const kept = pullAt(config, later) / pullAt({ ...config, gamma: 0 }, later)
    if (kept < collapseBelow)
      traps.push({ key: 'focalCollapse', data: { name, gamma: config.gamma, sure: learnt * 100, kept: rounded(kept * 100) } })
  }
  const pulls = entries.map(({ config, name }) => ({ name, pull: config.weight * pullAt(config, later) }))
  const strongest = pulls.reduce((best, each) => (each.pull > best.pull ? each : best), { name: '', pull: 0 })
  for (const { name, pull } of pulls)
    if (strongest.pull > drownedFrom * pull)
      traps.push({
        key: 'lossDrowned',
        data: { strong: strongest.name, weak: name, times: rounded(strongest.pull / pull), sure: learnt * 100 },
      })
  return traps
}

/** What a network that knows nothing makes of a list: the weighted sum. A loss over this is 1 at the start, however it is averaged. */
export function startOf(list: readonly LossConfig[], classes: number, pixels: number): number {
  return list.reduce((sum, config) => sum + (config.weight === 0 ? 0 : config.weight * lossAt(config, untrained(classes, pixels))), 0)
}
