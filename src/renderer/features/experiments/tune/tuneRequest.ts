import { shallowRef } from 'vue'
import type { Run } from '../../../../shared/model/run.ts'

export interface TuneRequest {
  /** null: the dataset that was opened last. */
  readonly datasetId: string | null
  /** The run whose settings it begins with. */
  readonly from: Run | null
  /** The model that is trained; null: the default one. */
  readonly modelId: string | null
  /** It came from the form of a new run, to which there is a way back. */
  readonly offersTasks: boolean
}

/** The dialog that starts a fine-tuning is open; any page may ask for it. */
export const tuneRequest = shallowRef<TuneRequest | null>(null)

export const askToTune = (wanted: Partial<TuneRequest> = {}): void =>
  void (tuneRequest.value = { datasetId: null, from: null, modelId: null, offersTasks: false, ...wanted })
