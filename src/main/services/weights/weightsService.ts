import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import type { z } from 'zod'
import type { weightsCheckSchema } from '../../../shared/api/page/weights.ts'
import { AppError, CancelledError, errorToWire } from '../../../shared/errors.ts'
import type { TrainConfig } from '../../../shared/model/trainConfig.ts'
import type { WeightsReport } from '../../../shared/model/weights.ts'
import type { OnDemandCompute } from '../../jobs/computeProcess.ts'
import type { Host } from '../host.ts'
import { modelFileOf } from '../models/modelFiles.ts'
import { runFolderOf } from '../runs/runFolder.ts'
import type { AreaService, Connection } from '../service.ts'

type WeightsCheck = z.infer<typeof weightsCheckSchema>
type Rules = Omit<NonNullable<TrainConfig['weights']>, 'file'>

export interface Weights {
  readonly service: AreaService<'weights'>
  /** The path behind `weights.file`: pages send ids, a command line paths. Errors: file/not-found, folder/outside-roots. */
  resolveFile(file: string, connection: Connection): Promise<string>
  /** The path that a run of this project named, where a page may still have it. Errors: file/not-found, folder/outside-roots. */
  resolveStored(file: string, connection: Connection): Promise<string>
  /** What the weights of a config would do; null for a config without. Their file is a path. */
  check(config: TrainConfig, classes: number, signal?: AbortSignal): Promise<WeightsCheck | null>
  /** The report on a file of this side; for the network of a config, or (null) for the one it looks like. Errors: weights/*, file/*. */
  inspect(file: string, rules: Rules, model: { config: Record<string, unknown>; classes: number } | null): Promise<WeightsReport>
}

/** Reports that are kept: the launch form asks again after every change. */
const keepReports = 16

/** Weights files are untrusted: they are only ever opened in a compute process. */
export function createWeights(host: Host, compute: OnDemandCompute): Weights {
  const reports = new Map<string, WeightsReport>()
  const store = () => host.slot.require().store

  async function inspect(
    file: string,
    rules: Rules,
    model: Parameters<Weights['inspect']>[2],
    signal?: AbortSignal,
  ): Promise<WeightsReport> {
    const facts = await stat(file).catch(() => null)
    const key = JSON.stringify([file, facts?.mtimeMs, facts?.size, rules, model])
    const known = reports.get(key)
    if (known) return known
    const report = await compute.get().inspectWeights({ file, rules, model }, { signal })
    reports.set(key, report)
    for (const old of [...reports.keys()].slice(0, -keepReports)) reports.delete(old)
    return report
  }
  async function source(wanted: Parameters<AreaService<'weights'>['export']>[0]['source']) {
    const open = store()
    if (wanted.kind === 'run') {
      await open.call('runs.get', { runId: wanted.runId })
      return { runFolder: runFolderOf(open.folder, wanted.runId), checkpoint: wanted.checkpoint, modelFile: null }
    }
    const { runId, checkpoint } = await open.call('models.get', wanted)
    if (runId === null || (checkpoint !== 'best' && checkpoint !== 'last'))
      throw new AppError('checkpoint/not-found', 'this model was not made by a run of this project', { checkpoint })
    return { runFolder: runFolderOf(open.folder, runId), checkpoint, modelFile: modelFileOf(open.folder, wanted.modelId) } as const
  }
  return {
    service: {
      async export({ source: wanted, naming, folderId, name }, { signal }) {
        const outFile = path.join(await host.folders.resolve(folderId), name)
        if (existsSync(outFile)) throw new AppError('input/invalid', `${outFile} is there already; choose another name`, { file: outFile })
        return { file: outFile, ...(await compute.get().exportWeights({ ...(await source(wanted)), naming, outFile }, { signal })) }
      },
    },
    async resolveFile(file, { shell }) {
      if (shell === 'cli' && path.isAbsolute(file)) return file
      return host.folders.resolveFile(file)
    },
    // A run may have been taken in from elsewhere: its path is no right to read.
    resolveStored: async (file, { shell }) => (shell === 'cli' ? file : host.folders.allowFile(file)),
    async check(config, classes, signal) {
      if (!config.weights) return null
      const { file, ...rules } = config.weights
      const { model } = config
      try {
        const report = await inspect(file, rules, { config: { model }, classes }, signal)
        return { report, error: report.accepted ? null : errorToWire(mismatch(report)) }
      } catch (error) {
        if (error instanceof CancelledError) throw error
        if (!(error instanceof AppError)) throw error
        return { report: null, error: errorToWire(error) }
      }
    },
    inspect: (file, rules, model) => inspect(file, rules, model),
  }
}

/** The refusal that the training itself would end with. */
function mismatch({ file, backbone: { matched, total }, minMatched }: WeightsReport): AppError {
  const percent = total === 0 ? 100 : Math.floor((matched / total) * 100)
  const needed = Math.round(minMatched * 100)
  return new AppError('weights/mismatch', `${file}: only ${percent} % of the backbone's tensors are in the file, ${needed} % are needed`, {
    file,
    percent,
    needed,
  })
}
