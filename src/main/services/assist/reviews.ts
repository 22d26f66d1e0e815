import { AppError } from '../../../shared/errors.ts'
import type { AutomaticMask, MaskScores, Review } from '../../../shared/model/assistJobs.ts'
import { newId } from '../../newId.ts'
import type { ProjectSlot } from '../projectSlot.ts'
import type { UsableModel } from './assistModels.ts'

/** What a job found; `leftOut`: weaker masks that were too many; `nearest`: the best scores where none passed. */
export interface Found {
  readonly masks: AutomaticMask[]
  readonly leftOut: number
  readonly nearest: MaskScores | null
}

/** Masks that wait to be accepted: the last few lists of the open project. */
export interface Reviews {
  add(itemId: string, model: UsableModel, found: Found): Promise<{ reviewId: string; itemId: string; masks: number }>
  /** Errors: job/not-found. */
  get(reviewId: string): Review
}

const keepReviews = 24
/** A page that outlives the host may show a list for so long. */
const dayMs = 24 * 3_600_000

export function createReviews(slot: ProjectSlot): Reviews {
  const reviews = new Map<string, Review>()
  slot.onOpen(async ({ store }) => {
    // Lists end with their project; what was decided in them goes a day later. Without room for it, it goes the next time.
    await store.call('verdicts.sweep', { before: Date.now() - dayMs }).catch(() => undefined)
    return async () => reviews.clear()
  })
  return {
    async add(itemId, model, found) {
      const reviewId = newId()
      reviews.set(reviewId, { reviewId, itemId, modelId: model.id, modelName: model.name, ...found })
      for (const old of [...reviews.values()].slice(0, -keepReviews)) {
        reviews.delete(old.reviewId)
        await slot
          .require()
          .store.call('verdicts.forget', old)
          .catch(() => undefined)
      }
      return { reviewId, itemId, masks: found.masks.length }
    },
    get(reviewId) {
      const review = reviews.get(reviewId)
      if (!review) throw new AppError('job/not-found', 'these masks are no longer kept', { id: reviewId })
      return review
    },
  }
}
