import type { RuntimeTensor } from './session.ts'

/** A graph that is loaded and can be run, whatever computes it. */
export interface Executor {
  /** Feeds by name; results land in `into` where given (host typed arrays are filled in place), otherwise in fresh tensors. Errors: device/failed, device/out-of-memory. */
  run(
    feeds: Readonly<Record<string, RuntimeTensor>>,
    into?: Readonly<Record<string, RuntimeTensor | null>>,
  ): Promise<Record<string, RuntimeTensor>>
  dispose(): Promise<void>
}
