import { z } from 'zod'
import type { Finding } from '../../../shared/model/finding.ts'
import { describeFinding } from '../../../shared/model/findingText.ts'
import type { HookConfig } from '../../../shared/model/train/hooks/table.ts'
import { lossTraps } from '../../../shared/model/train/losses/traps.ts'
import type { TrainConfig } from '../../../shared/model/trainConfig.ts'
import type { Snapshot } from '../../../shared/model/snapshot.ts'
import { stepChecks } from '../health/checks.ts'
import { level, type Hook, type LoopState, type StepFacts, type Voice } from '../hook.ts'

type Config = Extract<HookConfig, { type: 'health' }>
const savedSchema = z.object({ told: z.array(z.string()), validations: z.int(), watchedEpoch: z.boolean() })

/** A class that is still never predicted is worth a word after this many validations and half of the run. */
const patientValidations = 3

/** Watches every step and validation; what it finds is logged, shown, and pauses the run where it is serious. */
export function healthHook(
  { pause, window }: Config,
  classes: Snapshot['classes'],
  { loss, data }: Pick<TrainConfig, 'loss' | 'data'>,
): Hook {
  const check = stepChecks(window)
  const told = new Set<string>()
  const seen = new Uint8Array(classes.length)
  /** The step with which an epoch began that was watched from its start. */
  let epochFrom: number | null = null
  let watchedEpoch = false
  let validations = 0

  function report(state: LoopState, voice: Voice, found: Finding): void {
    const finding: Finding = pause ? found : { ...found, severity: 'warning' }
    if (finding.severity === 'warning' && told.has(finding.key)) return
    told.add(finding.key)
    voice.say(`health at step ${finding.step}: ${describeFinding(finding)}`)
    voice.event({ type: 'finding', finding })
    if (finding.severity === 'pause') state.ending = { kind: 'unhealthy', finding }
  }
  const names = (which: (index: number) => boolean): string => classes.flatMap(({ name }, i) => (which(i) ? [name] : [])).join(', ')

  function lookAtLabels(state: LoopState, voice: Voice, { batches, shown }: StepFacts): void {
    const { stepsPerEpoch } = state.table
    if ((state.step - 1) % stepsPerEpoch === 0) epochFrom ??= state.step - 1
    if (watchedEpoch || epochFrom === null) return
    if (shown) for (const index of seen.keys()) seen[index]! |= shown[index] ?? 0
    else for (const { labels } of batches) if (labels) for (const index of labels as Int32Array) if (index < seen.length) seen[index] = 1
    if (state.step < epochFrom + stepsPerEpoch) return
    watchedEpoch = true
    const never = names((index) => seen[index] === 0)
    if (never !== '') report(state, voice, { key: 'classNeverSeen', severity: 'warning', step: state.step, data: { classes: never } })
  }
  function lookAtScores(state: LoopState, voice: Voice): void {
    if (!state.scores) return
    validations++
    if (validations < patientValidations || state.step < state.table.totalSteps / 2) return
    const { perClass } = state.scores
    const never = names((index) => perClass[index]!.truthPixels > 0 && perClass[index]!.iou === 0)
    if (never !== '') report(state, voice, { key: 'classNeverPredicted', severity: 'warning', step: state.step, data: { classes: never } })
  }
  return {
    name: 'health',
    // After the validation, whose scores it reads, and before the checkpoint, which a pause needs.
    level: level.belowNormal,
    begin(state, voice) {
      for (const trap of lossTraps(loss, classes.length, data.cropSize[0] * data.cropSize[1]))
        report(state, voice, { ...trap, severity: 'warning', step: state.step })
    },
    afterStep(state, voice, facts) {
      if (facts && !facts.skipped) {
        const { loss, gradientNorm, lr } = facts
        const found = check({ step: state.step, totalSteps: state.table.totalSteps, loss, gradientNorm, lr })
        if (found) report(state, voice, found)
        lookAtLabels(state, voice, facts)
      }
      lookAtScores(state, voice)
    },
    save: () => ({ told: [...told], validations, watchedEpoch }),
    restore(saved) {
      const before = savedSchema.parse(saved)
      for (const key of before.told) told.add(key)
      ;({ validations, watchedEpoch } = before)
    },
  }
}
