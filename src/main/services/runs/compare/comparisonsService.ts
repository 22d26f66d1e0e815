import path from 'node:path'
import { AppError } from '../../../../shared/errors.ts'
import { comparedLayerFile } from '../../../../shared/model/comparedItems.ts'
import type { AssetAnswer } from '../../assets/assetAnswer.ts'
import type { ProjectStore } from '../../../db/store.ts'
import type { JobContext } from '../../../jobs/jobQueue.ts'
import type { Host } from '../../host.ts'
import type { AreaService } from '../../service.ts'
import type { RefuseChanged } from '../../snapshot/frozenPictures.ts'
import { makeReport } from '../report/reports.ts'
import { comparedRun } from './comparedRun.ts'
import { comparisonsFolder } from './comparedSet.ts'
import { knownPictures, predictAll } from './predictions.ts'
import { compareData } from './seenData.ts'

export function createComparisons(host: Host, refuseChanged: RefuseChanged): AreaService<'comparisons'> {
  const store = () => host.slot.require().store
  /** One at a time: two would write the same files. */
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: (context: JobContext) => Promise<T>) => {
    return (context: JobContext): Promise<T> => {
      const before = turn
      const mine = (async () => {
        await before.catch(() => undefined)
        context.signal.throwIfAborted()
        return work(context)
      })()
      turn = mine
      return mine
    }
  }
  const namesOf = async (open: ProjectStore, runIds: readonly string[]): Promise<string> => {
    const runs = await Promise.all(runIds.map(async (runId) => (await open.call('runs.get', { runId })).run))
    return runs.map(({ number }) => `#${number}`).join(', ')
  }
  return {
    get: ({ runIds }) => Promise.all(runIds.map((runId) => comparedRun(store(), runId))),
    async data({ runIds, baselineId, listed }) {
      if (!runIds.includes(baselineId)) throw new AppError('input/invalid', 'the baseline is one of the compared runs')
      await Promise.all(runIds.map((runId) => store().call('runs.get', { runId })))
      return compareData(store(), runIds, baselineId, listed)
    },
    pictures: (request) => knownPictures(store(), request),
    async predict(request) {
      const open = store()
      const subject = await namesOf(open, request.runIds)
      return {
        jobId: host.jobs.start({
          kind: 'compareRuns',
          subject,
          run: inTurn((context) => predictAll({ host, refuseChanged }, open, request, context)),
        }),
      }
    },
    async report(request) {
      const open = store()
      const subject = await namesOf(open, request.runIds)
      return {
        jobId: host.jobs.start({
          kind: 'report',
          subject,
          run: inTurn((context) => makeReport({ host, refuseChanged }, open, request, context)),
        }),
      }
    },
  }
}

const setKey = '([0-9a-f]{20})'
const ofSet = new RegExp(`^${setKey}\\.(\\d{1,4})\\.(picture|truth)$`)
const ofRun = new RegExp(`^${setKey}\\.([0-9a-f-]{36})\\.(step-\\d{8}-a\\d{1,6})\\.(\\d{1,4})\\.(prediction|verdict)$`)

/** '<set>.<picture>.<layer>' or '<set>.<run>.<checkpoint>.<picture>.<layer>' -> its picture. Errors: file/not-found. */
export function comparisonAsset(projectFolder: string, id: string): AssetAnswer {
  const folder = comparisonsFolder(projectFolder)
  const [, set, picture, layer] = ofSet.exec(id) ?? []
  if (set && picture && (layer === 'picture' || layer === 'truth'))
    return {
      type: layer === 'picture' ? 'image/webp' : 'image/png',
      body: { file: path.join(folder, set, 'truth', comparedLayerFile(Number(picture), layer)) },
    }
  const [, key, runId, checkpoint, n, kind] = ofRun.exec(id) ?? []
  if (key && runId && checkpoint && n && (kind === 'prediction' || kind === 'verdict'))
    return { type: 'image/png', body: { file: path.join(folder, key, `${runId}-${checkpoint}`, comparedLayerFile(Number(n), kind)) } }
  throw new AppError('file/not-found', 'there is no such picture', { id })
}
