import path from 'node:path'
import type { ComparedRun } from '../../../../shared/api/page/comparisons.ts'
import { AppError } from '../../../../shared/errors.ts'
import { comparedLayerFile } from '../../../../shared/model/comparedItems.ts'
import type { ProjectStore } from '../../../db/store.ts'
import type { AssetAnswer } from '../../assets/assetAnswer.ts'
import type { Host } from '../../host.ts'
import type { AreaService } from '../../service.ts'
import { readConfigRecord, runFolderOf } from '../runFolder.ts'
import { comparisonsFolder } from './comparedSet.ts'
import { knownPictures, predictAll } from './predictions.ts'
import { compareData } from './seenData.ts'

/** What a run was told and what it scored. Errors: run/not-found. */
export async function comparedRun(store: ProjectStore, runId: string): Promise<ComparedRun> {
  const { run, config, classTable: last } = await store.call('runs.get', { runId })
  const best = run.primary ? await store.call('runs.classTable', { runId, step: run.primary.bestStep }) : null
  return { run, config, record: await readConfigRecord(runFolderOf(store.folder, runId)), tables: { best: best ?? last, last } }
}

export function createComparisons(host: Host): AreaService<'comparisons'> {
  const store = () => host.slot.require().store
  /** One at a time: two would write the same files. */
  let turn: Promise<unknown> = Promise.resolve()
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
      const runs = await Promise.all(request.runIds.map(async (runId) => (await open.call('runs.get', { runId })).run))
      const jobId = host.jobs.start({
        kind: 'compareRuns',
        subject: runs.map(({ number }) => `#${number}`).join(', '),
        run: async (context) => {
          const before = turn
          const work = (async () => {
            await before.catch(() => undefined)
            context.signal.throwIfAborted()
            return predictAll(host, open, request, context)
          })()
          turn = work
          return work
        },
      })
      return { jobId }
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
