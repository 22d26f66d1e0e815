import { CancelledError } from '../../../shared/errors.ts'
import { maskArea } from '../../../shared/geometry/rle.ts'
import type { AutomaticMask } from '../../../shared/model/assistJobs.ts'
import type { MaskShape } from '../../../shared/model/shape.ts'
import type { ItemFiles } from '../../db/records.ts'
import type { ProjectStore } from '../../db/store.ts'
import type { JobContext } from '../../jobs/jobQueue.ts'
import type { Media } from '../../media/pools.ts'
import type { Host } from '../host.ts'
import type { Models } from '../models/modelsService.ts'
import type { AreaService } from '../service.ts'
import type { AssistModels, UsableModel } from './assistModels.ts'
import { byWindow } from './boxWindows.ts'
import type { Looks } from './looks.ts'
import type { Found, Reviews } from './reviews.ts'

type Input = Parameters<AreaService<'assist'>['fromPrediction']>[0]

const mostRegions = 500

export interface PredictionMasksOptions {
  readonly host: Host
  readonly media: Pick<Media, 'pictures'>
  readonly models: AssistModels
  readonly looks: Looks
  readonly reviews: Reviews
  readonly predictItem: Models['predictItem']
}

/** What a trained model predicts, made sharper by a SAM: each connected region with its box is a prompt. */
export function createPredictionMasks(options: PredictionMasksOptions): Pick<AreaService<'assist'>, 'fromPrediction'> {
  const { host, media, models, looks, reviews, predictItem } = options

  async function run(
    store: ProjectStore,
    model: UsableModel,
    files: ItemFiles,
    input: Input,
    { signal, report }: JobContext,
  ): Promise<Found> {
    report({ phase: 'predicting', done: 0, total: null })
    const { indexFile: file, classes } = await predictItem(input.predictionModelId, input.itemId, signal)
    const values = classes.flatMap((name, value) => ((input.classes?.includes(name) ?? true) ? [value] : []))
    const asked = { file, values, leastPx: input.leastPx, most: mostRegions }
    const { regions, leftOut } = await media.pictures.call('indexRegions', asked, { signal })
    const masks: AutomaticMask[] = []
    let done = 0
    for (const { window, together } of byWindow(regions, ({ mask }) => mask, files, model.facts.preprocess.size)) {
      const look = await looks.of(store.folder, model, files, window)
      // One by one: a click of somebody who waits goes between two of them.
      for (const { value, mask: region } of together) {
        if (signal.aborted) throw new CancelledError()
        report({ phase: 'assisting', done: done++, total: regions.length })
        const question = { points: [], box: boxOf(region), mask: region, previous: null, passing: true }
        const { answers } = await looks.answer(look, [question], { urgency: 'job', signal })
        const best = answers[0]![0]
        if (!best) continue
        const point: [number, number] = [region.x + region.w / 2, region.y + region.h / 2]
        const { mask, iou } = best
        masks.push({ mask, iou, area: maskArea(mask), stability: 1, point, crop: look.window, className: classes[value]! })
      }
    }
    report({ phase: 'assisting', done: regions.length, total: regions.length })
    return { masks, leftOut, nearest: null }
  }

  return {
    async fromPrediction(input) {
      const { store } = host.slot.require()
      const [files, model] = await Promise.all([
        store.call('items.files', { itemId: input.itemId }),
        models.usable(input.modelId ?? null),
        store.call('models.get', { modelId: input.predictionModelId }),
      ])
      const work = async (context: JobContext) => reviews.add(input.itemId, model, await run(store, model, files, input, context))
      return { jobId: host.jobs.start({ kind: 'refinePrediction', subject: files.name, run: work }) }
    },
  }
}

const boxOf = ({ x, y, w, h }: MaskShape): [number, number, number, number] => [x, y, x + w, y + h]
