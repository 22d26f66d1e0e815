/** Whether a training can be used at the canvas: as soon as a checkpoint of it has learnt something; the one of step 0 is the model as it was. */
export type ModelOffer = 'ready' | 'untrained' | 'waits'

export function modelOffer(checkpoints: readonly { readonly step: number }[]): ModelOffer {
  if (checkpoints.length === 0) return 'waits'
  return checkpoints.some(({ step }) => step > 0) ? 'ready' : 'untrained'
}
