import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { totalmem } from 'node:os'
import path from 'node:path'
import type { AugmentationPreview } from '../../../shared/api/page/runs.ts'
import { AppError } from '../../../shared/errors.ts'
import type { TrainConfig } from '../../../shared/model/trainConfig.ts'
import type { ProjectStore } from '../../db/store.ts'
import { startCompute } from '../../jobs/computeProcess.ts'
import type { AssetAnswer } from '../assets/assetAnswer.ts'
import type { Host } from '../host.ts'
import { dataOf, type FreezeSnapshot } from '../snapshot/freeze.ts'

/** Older pictures are removed; they can be made again. */
const keepFiles = 400
const stopGraceMs = 2_000
const folderOf = (projectFolder: string): string => path.join(projectFolder, 'cache', 'previews')

/** Starts the job that shows what a training would be fed; its result is an AugmentationPreview. */
export function startPreview(
  host: Host,
  freeze: FreezeSnapshot,
  open: ProjectStore,
  input: { datasetId: string; config: TrainConfig; epoch: number; count: number },
): string {
  const { datasetId, config, epoch, count } = input
  return host.jobs.start({
    kind: 'previewAugmentation',
    subject: '',
    run: async ({ signal, report }): Promise<AugmentationPreview> => {
      const onProgress = (done: number, total: number) => report({ phase: 'freezing', done, total })
      const snapshot = await freeze(open, { ...dataOf(config, datasetId), signal, onProgress })
      report({ phase: 'augmenting', done: 0, total: null })
      const id = randomUUID()
      const folder = folderOf(open.folder)
      await mkdir(folder, { recursive: true })
      const snapshotFile = path.join(folder, `${id}.json`)
      await writeFile(snapshotFile, JSON.stringify(snapshot))
      // A process of its own: decoding foreign pictures must not take predictions down with it.
      const compute = startCompute(host.supervisor, { name: 'preview', memoryLimitBytes: Math.round(totalmem() * 0.5) })
      try {
        const outPrefix = path.join(folder, id)
        const { samples } = await compute.client.previewSamples({ config, snapshotFile, outPrefix, epoch, count }, { signal })
        const classes = snapshot.classes.map(({ name, color }) => ({ name, color }))
        return {
          classes,
          samples: samples.map((sample, n) => ({ ...sample, imageAsset: `${id}-${n}.image`, labelAsset: `${id}-${n}.label` })),
        }
      } finally {
        await compute.supervised.stop(stopGraceMs)
        await rm(snapshotFile, { force: true })
        await forgetOld(folder)
      }
    },
  })
}

/** Errors: file/not-found. */
export function previewAsset(projectFolder: string, id: string): AssetAnswer {
  if (!/^[0-9a-f-]{36}-\d{1,3}\.(image|label)$/.test(id)) throw new AppError('file/not-found', 'there is no such preview', { id })
  return { type: 'image/png', body: { file: path.join(folderOf(projectFolder), `${id}.png`) } }
}

async function forgetOld(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.png'))
  const files = await Promise.all(names.map(async (name) => ({ name, at: (await stat(path.join(folder, name))).mtimeMs })))
  const old = files.sort((a, b) => b.at - a.at).slice(keepFiles)
  await Promise.all(old.map(({ name }) => rm(path.join(folder, name), { force: true })))
}
