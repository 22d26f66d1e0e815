import type { TrainEvent } from '../../shared/api/compute/contract.ts'
import type { SegmentationScores } from '../../shared/metrics/confusion.ts'
import type { MetricPoint } from '../../shared/model/run.ts'
import type { TrainConfig } from '../../shared/model/trainConfig.ts'
import type { CheckpointState } from './checkpointFiles.ts'
import type { StepResult } from './step.ts'
import type { Timetable } from '../../shared/model/timetable.ts'

export type LoopStatus = Extract<TrainEvent, { type: 'state' }>['status']

/** What one update was like. */
export interface StepFacts extends StepResult {
  /** Rate used in this step. */
  readonly lr: number
  /** Waiting for the batch, and computing. */
  readonly dataMs: number
  readonly stepMs: number
}

/** Where the loop stands; hooks read it and write what later hooks need. */
export interface LoopState {
  readonly config: TrainConfig
  readonly table: Timetable
  readonly attempt: number
  /** Updates done. */
  step: number
  status: LoopStatus
  /** Someone asked for the end; the loop stops after the step in progress. */
  stopping: boolean
  primary: CheckpointState['primary']
  validatedStep: number
  /** Scores of a validation of exactly this step. */
  scores: SegmentationScores | null
  /** Set for the step whose checkpoint becomes the best. */
  isBest: boolean
  leftSeconds: number | null
}

/** How hooks speak to the outside: everything lands in the log, and goes to whoever listens. */
export interface Voice {
  say(line: string): void
  metrics(points: readonly Pick<MetricPoint, 'name' | 'value' | 'split'>[]): void
  event(event: TrainEvent): void
  status(status: LoopStatus): void
}

/** A part of the loop; they run in the order of the list, which is printed at the start. */
export interface Hook {
  readonly name: string
  /** Called after every update, and once with null right after a resume whose step was not yet validated. */
  afterStep(state: LoopState, voice: Voice, facts: StepFacts | null): Promise<void> | void
}
