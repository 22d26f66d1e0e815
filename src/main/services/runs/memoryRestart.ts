import { errorToWire } from '../../../shared/errors.ts'
import type { MemoryRestart } from '../../../shared/api/compute/contract.ts'
import { nowhere } from '../../../shared/model/config/origin.ts'
import type { Run } from '../../../shared/model/run.ts'
import { finerParts, shareSizeOf } from '../../../shared/model/train/batchParts.ts'
import { requireRunConfig, type RunConfig } from '../../../shared/model/runConfig.ts'
import type { ProjectStore } from '../../db/store.ts'
import { replayLog } from './recovery.ts'
import { listCheckpoints, readConfigRecord, runFolderOf, writeRunConfig } from './runFolder.ts'

export interface Restarted {
  /** The next attempt, begun. */
  readonly run: Run
  readonly restart: MemoryRestart
}

/**
 * A training that ran out of memory begins its next attempt at its last checkpoint with each batch in more parts, and its config says so; null where
 * the error is another one, or a part is one picture already.
 */
export async function restartWithFinerParts(store: ProjectStore, { id: runId }: Run, error: unknown): Promise<Restarted | null> {
  const { code, data, message } = errorToWire(error)
  if (code !== 'process/out-of-memory' && code !== 'device/out-of-memory') return null
  await replayLog(store, { id: runId })
  const stored = await store.call('runs.get', { runId })
  const config = requireRunConfig(stored.config)
  const batchSize = shareSizeOf(config)
  const before = config.device.batchParts
  const parts = finerParts(batchSize, before)
  if (parts === null) return null
  const folder = runFolderOf(store.folder, runId)
  const { totalSteps, totalEpochs } = stored.run
  const changed: RunConfig = requireRunConfig({ ...config, device: { ...config.device, batchParts: parts } })
  const record = (await readConfigRecord(folder)) ?? { origins: {}, sources: [] }
  await writeRunConfig(folder, changed, { ...record, origins: { ...record.origins, 'device.batchParts': nowhere('memory') } })
  await store.call('runs.setConfig', { runId, config: changed, totalSteps, totalEpochs })
  const fromStep = (await listCheckpoints(folder)).at(-1)?.step ?? 0
  const run = await store.call('runs.startAttempt', { runId, fromStep, at: Date.now() })
  return { run, restart: { batchSize, before, parts, reason: String(data['reason'] ?? message) } }
}
