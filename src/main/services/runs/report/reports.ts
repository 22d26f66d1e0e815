import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import type { ComparedPictures, ReportRequest, ReportResult } from '../../../../shared/api/page/comparisons.ts'
import { AppError } from '../../../../shared/errors.ts'
import { isLive } from '../../../../shared/model/run.ts'
import type { ProjectStore } from '../../../db/store.ts'
import type { JobContext } from '../../../jobs/jobQueue.ts'
import type { AssetAnswer } from '../../assets/assetAnswer.ts'
import { knownPictures, predictAll, type Comparing } from '../compare/predictions.ts'
import { writeWhole } from '../runFolder.ts'
import { writeReport } from './report.ts'
import { gatherReport } from './reportData.ts'

/** Older reports are removed; they can be written again. */
const keepReports = 20
/** A page compares so many; what it has is used. A report alone needs fewer. */
const comparedLimit = 200
const reportLimit = 24

const reportsFolder = (projectFolder: string): string => path.join(projectFolder, 'cache', 'reports')

/** Writes a report of runs; pictures that are missing are predicted first where that is asked for, by runs at rest only. Errors: run/not-found, input/invalid, disk/*, process/*, cancelled. */
export async function makeReport(
  comparing: Comparing,
  store: ProjectStore,
  { runIds, baselineId, language, labels, pictures }: ReportRequest,
  context: JobContext,
): Promise<ReportResult> {
  if (!runIds.includes(baselineId)) throw new AppError('input/invalid', 'the baseline is one of the runs')
  const runs = await Promise.all(runIds.map(async (runId) => (await store.call('runs.get', { runId })).run))
  const known = pictures === 'none' ? null : await picturesFor(comparing, store, { runIds, baselineId }, pictures === 'predict', context)
  context.report({ phase: 'write', done: 0, total: null })
  const data = await gatherReport(store, runIds, baselineId, known)
  const text = writeReport(data, { language, labels, version: comparing.host.version, madeAt: Date.now() })
  context.signal.throwIfAborted()
  const folder = reportsFolder(store.folder)
  await mkdir(folder, { recursive: true })
  const assetId = randomUUID()
  await writeWhole(path.join(folder, `${assetId}.html`), text)
  await forgetOld(folder)
  const numbers = runs.map(({ number }) => number)
  return {
    assetId,
    bytes: Buffer.byteLength(text),
    fileName: `maskwright-${numbers.length === 1 ? 'run' : 'runs'}-${numbers.slice(0, 8).join('-')}.html`,
  }
}

async function picturesFor(
  comparing: Comparing,
  store: ProjectStore,
  request: { runIds: readonly string[]; baselineId: string },
  predicts: boolean,
  context: JobContext,
): Promise<ComparedPictures> {
  const known = await knownPictures(store, { ...request, limit: comparedLimit })
  const lacking = await lackOf(store, known)
  if (!predicts || lacking === 'nothing' || known.pictures.length === 0) return known
  // To compare what was predicted takes a moment; to predict takes as long as there are pictures.
  const limited = { ...request, limit: lacking === 'pairs' ? comparedLimit : reportLimit }
  await predictAll(comparing, store, { ...limited, withLive: false }, context)
  return knownPictures(store, limited)
}

/** What runs at rest could still say. */
async function lackOf(store: ProjectStore, { runs, pairs }: ComparedPictures): Promise<'nothing' | 'pairs' | 'predictions'> {
  const resting = await Promise.all(
    runs.map(async ({ runId, key }) => key !== null && !isLive((await store.call('runs.get', { runId })).run)),
  )
  if (runs.some(({ counts }, i) => resting[i] && counts.some((each) => each === null))) return 'predictions'
  return pairs === null && resting.filter(Boolean).length > 1 ? 'pairs' : 'nothing'
}

async function forgetOld(folder: string): Promise<void> {
  const files = await Promise.all(
    (await readdir(folder)).map(async (name) => ({ name, at: (await stat(path.join(folder, name))).mtimeMs })),
  )
  const old = files.sort((a, b) => b.at - a.at).slice(keepReports)
  await Promise.all(old.map(({ name }) => rm(path.join(folder, name), { force: true })))
}

/** A report, to be saved: it is never shown at the studio's own address. Errors: file/not-found. */
export function reportAsset(projectFolder: string, id: string): AssetAnswer {
  if (!/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(id)) throw new AppError('file/not-found', 'there is no such report', { id })
  return {
    type: 'text/html; charset=utf-8',
    body: { file: path.join(reportsFolder(projectFolder), `${id}.html`) },
    saveAs: 'maskwright-report.html',
  }
}
