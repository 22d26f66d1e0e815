import { cropsOf, isCutOff, pointsOf, type Crop } from '../../../shared/assist/automaticGrid.ts'
import { suppressed, type Corners } from '../../../shared/assist/suppression.ts'
import { CancelledError } from '../../../shared/errors.ts'
import { maskArea } from '../../../shared/geometry/rle.ts'
import { fillSmallHoles, removeSmallIslands } from '../../../shared/geometry/smallRegions.ts'
import type { AutomaticMask, AutomaticOptions } from '../../../shared/model/assistJobs.ts'
import type { MaskShape } from '../../../shared/model/shape.ts'
import type { ItemFiles } from '../../db/records.ts'
import type { ProjectStore } from '../../db/store.ts'
import type { JobContext } from '../../jobs/jobQueue.ts'
import type { Host } from '../host.ts'
import type { AreaService } from '../service.ts'
import type { AssistModels, UsableModel } from './assistModels.ts'
import type { Looks } from './looks.ts'
import type { Reviews } from './reviews.ts'

type Found = Omit<AutomaticMask, 'area' | 'className'>

/** Clicks in one call: somebody else's click waits for so many at most. */
const chunk = 8

/** First and last pixel of a mask, as the official code compares them. */
const corners = ({ x, y, w, h }: MaskShape): Corners => [x, y, x + w - 1, y + h - 1]
const scoreOf = ({ iou, stability }: Found): number => iou ?? stability

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

  async function run(
    store: ProjectStore,
    model: UsableModel,
    files: ItemFiles,
    options: AutomaticOptions,
    { signal, report }: JobContext,
  ): Promise<AutomaticMask[]> {
    const { width, height } = files
    const crops = cropsOf(width, height, options)
    const total = crops.reduce((sum, crop) => sum + pointsOf(crop, options).length, 0)
    let done = 0
    const found: Found[] = []
    for (const crop of crops) {
      const look = looks.of(store.folder, model, files, crop.layer === 0 ? null : crop.window)
      const points = pointsOf(crop, options)
      const inCrop: Found[] = []
      for (let from = 0; from < points.length; from += chunk) {
        if (signal.aborted) throw new CancelledError()
        report({ phase: 'assisting', done, total })
        const some = points.slice(from, from + chunk)
        const { predIouThreshold, stabilityThreshold, stabilityOffset } = options
        const asked = { points: some, predIouThreshold, stabilityThreshold, stabilityOffset }
        for (const { point, iou, stability, mask } of await looks.probe(look, asked, { urgency: 'job', signal }))
          if (!isCutOff(corners(mask), crop.window, width, height)) inCrop.push({ point, iou, stability, mask, crop: crop.window })
        done += some.length
      }
      found.push(...withoutRepeats(inCrop, inCrop.map(scoreOf), options.boxNmsThreshold))
    }
    report({ phase: 'assisting', done, total })
    return finished(found, crops, files, options)
  }

  return {
    async automatic({ itemId, modelId, options }) {
      const { store } = slot.require()
      const [files, model] = await Promise.all([store.call('items.files', { itemId }), models.usable(modelId ?? null)])
      const jobId = jobs.start({
        kind: 'automaticMasks',
        subject: files.name,
        run: async (context) => reviews.add(itemId, model, await run(store, model, files, options, context)),
      })
      return { jobId }
    },
    review: ({ reviewId }) => reviews.get(reviewId),
  }
}

const withoutRepeats = (found: readonly Found[], scores: readonly number[], threshold: number): Found[] =>
  suppressed(
    found.map(({ mask }) => corners(mask)),
    scores,
    threshold,
  ).map((i) => found[i]!)

/** Across crops the mask of the smaller crop wins; then small holes and islands go, and what became a repeat by that. */
function finished(found: Found[], crops: readonly Crop[], { width, height }: ItemFiles, options: AutomaticOptions): AutomaticMask[] {
  const { cropNmsThreshold, boxNmsThreshold, minRegionArea } = options
  const cropArea = ({ crop: [x0, y0, x1, y1] }: Found) => (x1 - x0) * (y1 - y0)
  let kept = found
  if (crops.length > 1)
    kept = withoutRepeats(
      kept,
      kept.map((mask) => 1 / cropArea(mask)),
      cropNmsThreshold,
    )
  if (minRegionArea > 0) {
    const cleaned = kept.map((one) => {
      const mask = removeSmallIslands(fillSmallHoles(one.mask, { width, height }, minRegionArea), minRegionArea)
      return { one: { ...one, mask }, score: mask === one.mask ? 1 : 0 }
    })
    kept = withoutRepeats(
      cleaned.map(({ one }) => one),
      cleaned.map(({ score }) => score),
      Math.max(boxNmsThreshold, cropNmsThreshold),
    )
  }
  return kept.map((one) => ({ ...one, area: maskArea(one.mask), className: null })).sort((a, b) => scoreOf(b) - scoreOf(a))
}
