import type { Finding } from './finding.ts'

/** What each finding means, for logs and the command line; pages say it in their own language. */
export const findingTexts = {
  lossNotFinite: 'The loss is no longer a number. Lower the learning rate, or clip the gradient.',
  lossExploded: 'The loss rose to {loss} over {steps} steps; its best was {best}. Lower the learning rate or lengthen the warm-up.',
  lossStuck:
    'The loss has stayed at {loss} for {steps} steps: nothing is being learned. Look at the learning rate, frozen parts and labels.',
  lossVanished:
    'The loss is nearly zero ({loss} over {steps} steps). A focal loss averaged over all classes does that; judge by the validation scores.',
  gradientExploded:
    'The gradient norm reached {norm}, far beyond the usual, {steps} times in a row. Clip the gradient or lower the learning rate.',
  rateZero: 'The learning rate has been {lr} for {steps} steps: the weights do not move. Look at the warm-up and the schedule.',
  ruleMatchesNothing: 'These parameter rules or freeze entries match no parameter: {rules}.',
  classNeverSeen: 'A whole epoch held no pixel of: {classes}. These classes cannot be learned.',
  classNeverPredicted: 'Still never predicted although they are labelled: {classes}.',
  focalDiluted:
    '{name} (gamma {gamma}, alpha {alpha}) averages over {classes} classes and ignored pixels too: it begins at {value} instead of {labelled}. A value near 0 does not mean that it has learned; average over labelled pixels.',
  focalCollapse:
    '{name} with gamma {gamma} leaves {kept} % of their gradient to pixels that are predicted at {sure} %, and nothing else teaches them. Lower gamma, or add a cross entropy or Dice.',
  lossDrowned:
    'Once pixels are predicted at {sure} %, {strong} pulls {times} times as hard as {weak}, weights included: {weak} hardly counts. Change the weights.',
  memoryRestart:
    'Memory ran out ({reason}). The run went on from its last checkpoint with each batch of {batchSize} in {parts} parts of {size}; their gradients are averaged.',
  batchNormParts:
    'Batch normalisation now sees {size} pictures at a time instead of {before}, so the curve is not quite the one a larger memory would give.',
} satisfies Record<Finding['key'], string>

/** A finding as a sentence. */
export function describeFinding({ key, data }: Pick<Finding, 'key' | 'data'>): string {
  return findingTexts[key].replace(/\{(\w+)\}/g, (all, name: string) => {
    const value = Object.hasOwn(data, name) ? data[name]! : all
    return typeof value === 'number' ? String(Number(value.toPrecision(4))) : value
  })
}
