import type { TrainEvent } from '../../shared/api/compute/contract.ts'
import type { SegmentationScores } from '../../shared/metrics/confusion.ts'
import type { Finding } from '../../shared/model/finding.ts'
import type { MetricPoint } from '../../shared/model/run.ts'
import type { TrainConfig } from '../../shared/model/trainConfig.ts'
import type { CheckpointState } from './checkpointFiles.ts'
import type { Batch, StepResult } from './step.ts'
import type { Timetable } from '../../shared/model/timetable.ts'

export type LoopStatus = Extract<TrainEvent, { type: 'state' }>['status']

/** What one update was like. */
export interface StepFacts extends StepResult {
  /** Rate used in this step. */
  readonly lr: number
  /** Waiting for the batch, and computing. */
  readonly dataMs: number
  readonly stepMs: number
  /** What the step saw; valid until the hooks of this step are done. */
  readonly batches: readonly Batch[]
  /** Which classes the batches of all replicas show, by index; null where this one has them all. */
  readonly shown: Uint8Array | null
}

/** Why a loop ends before its timetable does, without anybody having asked. */
export type Ending = { readonly kind: 'enough'; readonly why: string } | { readonly kind: 'unhealthy'; readonly finding: Finding }

/** What the loop itself needs to know of a config. */
export type LoopConfig = Pick<TrainConfig, 'optimizer' | 'schedule' | 'loop'> & {
  readonly checkpoint: Pick<TrainConfig['checkpoint'], 'every'>
}

/** Where the loop stands; hooks read it and write what later hooks need. */
export interface LoopState {
  readonly config: LoopConfig
  readonly table: Timetable
  readonly attempt: number
  /** Updates done. */
  step: number
  status: LoopStatus
  /** Someone asked for the end, or a hook did; the loop stops after the step in progress. */
  stopping: boolean
  /** Set by a hook: this was the last step. */
  ending: Ending | null
  primary: CheckpointState['primary']
  validatedStep: number
  /** Scores of a validation of exactly this step. */
  scores: SegmentationScores | null
  /** Set for the step whose checkpoint becomes the best. */
  isBest: boolean
  leftSeconds: number | null
  /** Of the other replicas together: resident memory now, and processor time since they began. */
  others: { readonly memoryBytes: number; readonly cpuMs: number }
}

/** How hooks speak to the outside: everything lands in the log, and goes to whoever listens. */
export interface Voice {
  say(line: string): void
  metrics(points: readonly Pick<MetricPoint, 'name' | 'value' | 'split'>[]): void
  event(event: TrainEvent): void
  status(status: LoopStatus): void
}

/** Levels of a hook, as in mmengine: the smaller number runs first, equal ones in the order they were given. */
export const level = { high: 30, normal: 50, log: 60, validation: 65, best: 66, belowNormal: 70, checkpoint: 90, lowest: 100 } as const

/** A part of the loop. The order in which they run is printed at the start. */
export interface Hook {
  readonly name: string
  readonly level: number
  /** Before the first step of an attempt. */
  begin?(state: LoopState, voice: Voice): Promise<void> | void
  /** After every update, and with null where a resumed or ending attempt has to catch up with its last step. */
  afterStep?(state: LoopState, voice: Voice, facts: StepFacts | null): Promise<void> | void
  /** Everything that anybody says. */
  hear?(event: TrainEvent): void
  /** However the attempt ended; what was opened is closed here. */
  end?(): void
  /** What it must know after a resume, as JSON; it travels in the checkpoint. */
  save?(): unknown
  restore?(saved: unknown): void
}

export const inOrder = (hooks: readonly Hook[]): Hook[] => [...hooks].sort((a, b) => a.level - b.level)
