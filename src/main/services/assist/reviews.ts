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
  add(itemId: string, model: UsableModel, found: Found): { reviewId: string; itemId: string; masks: number }
  /** Errors: job/not-found. */
  get(reviewId: string): Review
}

const keepReviews = 24

export function createReviews(slot: ProjectSlot): Reviews {
  const reviews = new Map<string, Review>()
  slot.onOpen(() => Promise.resolve(async () => reviews.clear()))
  return {
    add(itemId, model, found) {
      const reviewId = newId()
      reviews.set(reviewId, { reviewId, itemId, modelId: model.id, modelName: model.name, ...found })
      for (const old of [...reviews.keys()].slice(0, -keepReviews)) reviews.delete(old)
      return { reviewId, itemId, masks: found.masks.length }
    },
    get(reviewId) {
      const review = reviews.get(reviewId)
      if (!review) throw new AppError('job/not-found', 'these masks are no longer kept', { id: reviewId })
      return review
    },
  }
}
