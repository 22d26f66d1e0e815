import { readdir, rm, stat } from 'node:fs/promises'
import { totalmem } from 'node:os'
import path from 'node:path'
import { AppError, invariant } from '../../../shared/errors.ts'
import type { AssistModel } from '../../../shared/model/assist.ts'
import { samConversionSchema, type SamImportOptions, type SamImportResult, type SamReport } from '../../../shared/model/samImport.ts'
import { startCompute, type ComputeProcess } from '../../jobs/computeProcess.ts'
import type { JobContext } from '../../jobs/jobQueue.ts'
import { requireRoom } from '../../media/freeSpace.ts'
import { newId } from '../../newId.ts'
import type { Host } from '../host.ts'
import type { AreaService } from '../service.ts'
import { madeModelsFolder, type AssistModels } from './assistModels.ts'
import type { ModelUploads } from './modelUploads.ts'

export interface SamImport extends SamImportOptions {
  /** The checkpoint, a path of this machine. */
  readonly file: string
  readonly name: string | undefined
  /** Where the pair goes, a folder that is not there yet; null: among the models that the studio keeps. */
  readonly outFolder: string | null
}

export interface SamImported extends SamImportResult {
  readonly model: AssistModel
}

export interface SamImports {
  /**
   * Converts an official checkpoint and adds the pair to the models, where there is room for it. Errors: weights/*, file/*, disk/*, model/parity-failed,
   * input/invalid, process/gone.
   */
  readonly convert: (wanted: SamImport, context: JobContext) => Promise<SamImported>
  readonly service: Pick<AreaService<'assist'>, 'inspectCheckpoint' | 'importCheckpoint'>
}

/** Checkpoints are untrusted and large: each one is opened in a process of its own, which ends with it. */
export function createSamImports({ host, models, uploads }: { host: Host; models: AssistModels; uploads: ModelUploads }): SamImports {
  async function inProcess<T>(work: (client: ComputeProcess['client']) => Promise<T>): Promise<T> {
    const compute = startCompute(host.supervisor, { name: 'conversion', memoryLimitBytes: Math.round(totalmem() * 0.8) })
    try {
      return await work(compute.client)
    } finally {
      await compute.supervised.stop(2_000)
    }
  }
  const fileOf = async (fileId: string): Promise<string> => uploads.find(fileId) ?? host.folders.resolveFile(fileId)
  const inspect = (file: string, options: SamImportOptions): Promise<SamReport> =>
    inProcess((client) => client.samImport.inspect({ file, options }))

  const newFolder = (): string => path.join(madeModelsFolder(host.stateFolder), newId())
  /** What is no SAM, or would not fit on the disk, is said before anything is written. Errors: weights/*, file/*, disk/full, process/gone. */
  async function requirePossible(file: string, options: SamImportOptions, folder: string): Promise<void> {
    const { parameters } = await inspect(file, options)
    await requireRoom(await folderThere(folder), writtenBytes(parameters, options))
  }
  async function convert(wanted: SamImport, context: JobContext): Promise<SamImported> {
    const folder = wanted.outFolder ?? newFolder()
    await requireNew(folder)
    await requirePossible(wanted.file, wanted, folder)
    return convertWhole(folder, wanted, context)
  }
  async function convertWhole(folder: string, wanted: SamImport, context: JobContext): Promise<SamImported> {
    try {
      return await convertInto(folder, wanted, context)
    } catch (error) {
      // Nobody knows of it: what is not in the list must not fill the disk.
      await removeLeftovers(folder)
      throw error
    }
  }
  async function convertInto(
    folder: string,
    { file, name, outFolder, ...options }: SamImport,
    { signal, report: tell }: JobContext,
  ): Promise<SamImported> {
    const result = await inProcess(async (client) => {
      let made: SamImportResult | null = null
      for await (const event of await client.samImport.convert({ file, outFolder: folder, options }, { signal })) {
        // All of it is written: what follows is the comparison with the network.
        if (event.type === 'progress')
          tell({ phase: event.done < event.total ? 'converting' : 'checking', done: event.done, total: event.total })
        else made = event.result
      }
      invariant(made, 'a conversion ends with its result')
      return made
    })
    const [encoder, decoder] = result.files
    const model = await models.add({
      files: [encoder!, decoder!].map((each) => path.join(folder, each.name)),
      name: name ?? result.report.variant ?? path.parse(file).name,
      origin: outFolder === null ? 'made' : 'linked',
    })
    return { ...result, model }
  }

  return {
    convert,
    service: {
      inspectCheckpoint: async ({ fileId, options }) => inspect(await fileOf(fileId), options),
      async importCheckpoint({ fileId, name, options }) {
        const file = uploads.claim(fileId) ?? (await host.folders.resolveFile(fileId))
        const folder = newFolder()
        // At once, not by a job, and nothing of it is kept.
        await requirePossible(file, options, folder).catch(async (error: unknown) => {
          await uploads.drop(fileId)
          throw error
        })
        const jobId = host.jobs.start({
          kind: 'importSam',
          subject: path.basename(file),
          of: 'user',
          async run(context) {
            // What was sent for this is of no use to anything else.
            const { model, report, files, check } = await convertWhole(
              folder,
              { ...options, file, name, outFolder: null },
              context,
            ).finally(() => uploads.drop(fileId))
            host.events.emit({ type: 'assistModels' })
            return samConversionSchema.parse({ modelId: model.id, report, files, check })
          },
        })
        return { jobId }
      },
    },
  }
}

/** The pair; to compare one in float16 with, another one is written for a while. */
const writtenBytes = (parameters: number, { precision }: SamImportOptions): number => parameters * (precision === 'fp16' ? 2 + 4 : 4)

/** Errors: input/invalid. */
async function requireNew(folder: string): Promise<void> {
  if (await stat(folder).catch(() => null))
    throw new AppError('input/invalid', `${folder} is there already; choose another folder`, { file: folder })
}

/** The folder itself, or the first one above it that is there. */
async function folderThere(folder: string): Promise<string> {
  const above = path.dirname(folder)
  return above === folder || (await stat(folder).catch(() => null)) ? folder : folderThere(above)
}

/** Of a conversion: its folder, and what a process that was killed left beside it. */
async function removeLeftovers(folder: string): Promise<void> {
  const parent = path.dirname(folder)
  const isPartial = (name: string) => name.startsWith(`${path.basename(folder)}.`) && name.endsWith('.partial')
  const partial = (await readdir(parent).catch(() => [])).filter(isPartial).map((name) => path.join(parent, name))
  for (const left of [folder, ...partial]) await rm(left, { recursive: true, force: true })
}
