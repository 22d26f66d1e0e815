import { CancelledError, errorFromWire } from '../../../../shared/errors.ts'
import { isBackgroundName } from '../../../../shared/formats/vocNames.ts'
import type { Id } from '../../../../shared/model/ids.ts'
import type { Item } from '../../../../shared/model/item.ts'
import type { ModelRecord } from '../../../../shared/model/modelRecord.ts'
import type { MaskShape } from '../../../../shared/model/shape.ts'
import { pageClient } from '../../../stores/link.ts'
import { useJobs } from '../../../stores/jobs.ts'
import type { Proposal } from './proposals.ts'
import type { ClassNamed } from './sources.ts'

/**
 * What a model sees on the picture, its regions made sharper by a SAM, one by one; the background is left out. Who is no longer interested cancels the job.
 * Errors: as assist.fromPrediction.
 */
export async function fromRefined(
  item: Item,
  model: ModelRecord,
  samId: Id,
  classNamed: ClassNamed,
  signal: AbortSignal,
): Promise<readonly Proposal[]> {
  const jobs = useJobs()
  const classes = model.classes.map(({ name }) => name).filter((name) => !isBackgroundName(name))
  const { jobId } = await pageClient().assist.fromPrediction({ itemId: item.id, predictionModelId: model.id, modelId: samId, classes })
  signal.addEventListener('abort', () => void jobs.cancel(jobId).catch(() => undefined), { once: true })
  const { state, error, result } = await jobs.whenEnded(jobId)
  if (state === 'cancelled') throw new CancelledError()
  if (error) throw errorFromWire(error)
  const { masks } = await pageClient().assist.review({ reviewId: (result as { reviewId: Id }).reviewId })
  return masks.map(({ mask, iou, className }): Proposal => {
    const score = Math.min(1, Math.max(0, iou ?? 1))
    const classId = className === null ? null : classNamed(className)
    const provenance = { kind: 'model', modelId: model.id, score } as const
    // By what was found: each visit is a review of its own.
    const key = `${model.id} ${item.id} ${digestOf(mask)}`
    return { key, record: { classId, region: 'object', shape: mask, attributes: {}, provenance }, score }
  })
}

/** A short name of a mask: place, size and 64 bits of its runs (multiply and mix, since a page without https has no hash of the browser). */
export function digestOf({ x, y, w, h, rle }: MaskShape): string {
  let [low, high] = [0x811c9dc5, 0x9e3779b9]
  for (let i = 0; i < rle.length; i++) {
    const code = rle.charCodeAt(i)
    low = Math.imul(low ^ code, 0x01000193)
    high = Math.imul(high ^ code ^ (low >>> 13), 0x85ebca6b)
  }
  return [x, y, w, h, low >>> 0, high >>> 0].map((n) => n.toString(36)).join('.')
}
