import { clicksOf, cropsOf, isCutOff, mostClicks, pointsOf, type Crop } from '../../../shared/assist/automaticGrid.ts'
import { nearestScores } from '../../../shared/assist/nearness.ts'
import { AppError, CancelledError } from '../../../shared/errors.ts'
import type { AutomaticOptions, MaskScores } from '../../../shared/model/assistJobs.ts'
import type { ItemFiles } from '../../db/records.ts'
import type { ProjectStore } from '../../db/store.ts'
import type { JobContext } from '../../jobs/jobQueue.ts'
import type { Host } from '../host.ts'
import type { AreaService } from '../service.ts'
import type { AssistModels, UsableModel } from './assistModels.ts'
import { inTurns } from './inTurns.ts'
import type { Looks } from './looks.ts'
import { bestOfCrop, maskCorners, mostPerCrop, reviewed, type FoundMask } from './maskSieve.ts'
import type { Found, Reviews } from './reviews.ts'

/** Every object of a picture (specs/sam.md 2.6), for review. */
export function createAutomaticMasks({
  host,
  models,
  looks,
  reviews,
}: {
  host: Host
  models: AssistModels
  looks: Looks
  reviews: Reviews
}): Pick<AreaService<'assist'>, 'automatic' | 'review'> {
  const { slot, jobs } = host

  async function inCrop(
    { store, model, files, options }: Wanted,
    crop: Crop,
    { signal, clicked }: { signal: AbortSignal; clicked: () => void },
  ): Promise<{ found: FoundMask[]; nearest: MaskScores | null }> {
    const look = await looks.of(store.folder, model, files, crop.layer === 0 ? null : crop.window)
    const { predIouThreshold, stabilityThreshold, stabilityOffset } = options
    let found: FoundMask[] = []
    const misses: MaskScores[] = []
    // One by one: a click of somebody who waits goes between two of them.
    for (const asked of pointsOf(crop, options)) {
      if (signal.aborted) throw new CancelledError()
      const probe = { points: [asked], predIouThreshold, stabilityThreshold, stabilityOffset }
      const answer = await looks.probe(look, probe, { urgency: 'job', signal })
      if (answer.nearest) misses.push(answer.nearest)
      for (const { point, iou, stability, mask } of answer.found)
        if (!isCutOff(maskCorners(mask), crop.window, files.width, files.height))
          found.push({ point, iou, stability, mask, crop: crop.window })
      // Memory is bounded also where a model finds something at every click.
      if (found.length > 2 * mostPerCrop) found = await inTurns(bestOfCrop(found, options), signal)
      clicked()
    }
    return { found: await inTurns(bestOfCrop(found, options), signal), nearest: nearestScores(misses, options) }
  }

  async function run(wanted: Wanted, { signal, report }: JobContext): Promise<Found> {
    const { width, height } = wanted.files
    const crops = cropsOf(width, height, wanted.options)
    const total = clicksOf(width, height, wanted.options)
    let done = 0
    const tell = () => report({ phase: 'assisting', done, total })
    const clicked = () => {
      done++
      tell()
    }
    const found: FoundMask[] = []
    const misses: MaskScores[] = []
    tell()
    for (const crop of crops) {
      const inside = await inCrop(wanted, crop, { signal, clicked })
      for (const one of inside.found) found.push(one)
      if (inside.nearest) misses.push(inside.nearest)
    }
    const kept = await inTurns(reviewed(found, crops, { width, height }, wanted.options), signal)
    return { ...kept, nearest: found.length > 0 ? null : nearestScores(misses, wanted.options) }
  }

  return {
    async automatic({ itemId, modelId, options }) {
      const { store } = slot.require()
      const [files, model] = await Promise.all([store.call('items.files', { itemId }), models.usable(modelId ?? null)])
      const clicks = clicksOf(files.width, files.height, options)
      if (clicks > mostClicks)
        throw new AppError('assist/too-many-clicks', `${clicks} clicks on one picture are more than ${mostClicks}`, {
          clicks,
          most: mostClicks,
        })
      const jobId = jobs.start({
        kind: 'automaticMasks',
        subject: files.name,
        run: async (context) => reviews.add(itemId, model, await run({ store, model, files, options }, context)),
      })
      return { jobId }
    },
    review: ({ reviewId }) => reviews.get(reviewId),
  }
}

interface Wanted {
  readonly store: ProjectStore
  readonly model: UsableModel
  readonly files: ItemFiles
  readonly options: AutomaticOptions
}
