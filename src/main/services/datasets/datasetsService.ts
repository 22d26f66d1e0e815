import { stat } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import type { Dataset } from '../../../shared/model/dataset.ts'
import type { StoredDataset } from '../../db/store.ts'
import type { Media } from '../../media/pools.ts'
import type { Host } from '../host.ts'
import type { AreaService } from '../service.ts'
import type { UserSettingsFile } from '../system/userSettings.ts'
import { checkExport, exportDataset } from './exportDataset.ts'
import { importDataset } from './importDataset.ts'
import { newId } from '../../newId.ts'

async function withFolder(dataset: StoredDataset): Promise<Dataset> {
  const facts = await stat(dataset.rootPath).catch(() => null)
  return { ...dataset, missing: facts === null || !facts.isDirectory() }
}

/** A name that is one folder on every system. Errors: input/invalid. */
function folderName(name: string): string {
  const trimmed = name.trim()
  const bad =
    trimmed === '' || trimmed.startsWith('.') || trimmed.endsWith('.') || [...trimmed].some((c) => '<>:"/\\|?*'.includes(c) || c < ' ')
  if (bad) throw new AppError('input/invalid', `'${name}' cannot be the name of a folder`, { name })
  return trimmed
}

/** Datasets and their classes; import and export are jobs. */
export function createDatasetsService(host: Host, media: Media, { who }: Pick<UserSettingsFile, 'who'>): AreaService<'datasets'> {
  const { slot, events, jobs, folders } = host
  const store = () => slot.require().store
  const get = async (datasetId: string) => withFolder(await store().call('datasets.get', { datasetId }))
  return {
    list: async () => Promise.all((await store().call('datasets.list', {})).map(withFolder)),
    get: ({ datasetId }) => get(datasetId),
    pace: (input) => store().call('datasets.pace', input),
    async import({ folderId, name }) {
      const open = store()
      const folder = await folders.resolve(folderId)
      const jobId = jobs.start({
        kind: 'importDataset',
        subject: name ?? path.basename(folder),
        run: async (context) => {
          const report = await importDataset({ store: open, pool: media.imports, folder, name, newId, context })
          events.emit({ type: 'datasets' })
          return report
        },
      })
      return { jobId }
    },
    async export({ datasetId, folderId, name }) {
      const open = store()
      const dataset = await open.call('datasets.get', { datasetId })
      const folder = path.join(await folders.resolve(folderId), folderName(name))
      const jobId = jobs.start({
        kind: 'exportDataset',
        subject: dataset.name,
        run: (context) => exportDataset({ store: open, pool: media.imports, datasetId, folder, context }),
      })
      return { jobId }
    },
    async exportCheck({ datasetId }) {
      const open = store()
      const dataset = await open.call('datasets.get', { datasetId })
      const jobId = jobs.start({
        kind: 'exportCheck',
        subject: dataset.name,
        run: (context) => checkExport({ store: open, pool: media.imports, datasetId, context }),
      })
      return { jobId }
    },
    async remove({ datasetId }) {
      await store().call('datasets.remove', { datasetId })
      events.emit({ type: 'datasets' })
      return {}
    },
    async restore({ datasetId }) {
      await store().call('datasets.restore', { datasetId })
      events.emit({ type: 'datasets' })
      return {}
    },
    problems: async ({ datasetId }) => {
      await store().call('datasets.get', { datasetId })
      return store().call('datasets.problems', { datasetId })
    },
    classes: async ({ datasetId }) => {
      await store().call('datasets.get', { datasetId })
      return store().call('classes.list', { datasetId })
    },
    tags: (input) => store().call('datasets.tags', input),
    attributeSchema: (input) => store().call('attributes.schema', input),
    async setAttributeSchema(input) {
      const schema = await store().call('attributes.setSchema', { ...input, who: who() })
      events.emit({ type: 'classes', datasetId: input.datasetId })
      return schema
    },
    async addClass(input) {
      const added = await store().call('classes.add', { id: newId(), ...input })
      events.emit({ type: 'classes', datasetId: input.datasetId })
      return added
    },
    async updateClass(input) {
      const changed = await store().call('classes.update', input)
      events.emit({ type: 'classes', datasetId: changed.datasetId })
      return changed
    },
  }
}
