import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { ComparedData, ComparedPictures, ComparedRun } from '../../../../shared/api/page/comparisons.ts'
import { uniteClasses } from '../../../../shared/comparison/classMatch.ts'
import { pictureTables } from '../../../../shared/comparison/pictureTables.ts'
import { meanDisagreement, scorePicture, sortPictures } from '../../../../shared/comparison/pictureScores.ts'
import { comparedLayerFile } from '../../../../shared/model/comparedItems.ts'
import type { Finding } from '../../../../shared/model/finding.ts'
import type { ClassTable, MetricPoint } from '../../../../shared/model/run.ts'
import type { ProjectStore } from '../../../db/store.ts'
import { comparisonsFolder } from '../compare/comparedSet.ts'
import { comparedRun } from '../compare/comparedRun.ts'
import { compareData } from '../compare/seenData.ts'
import { readStartWeights, runFolderOf } from '../runFolder.ts'

const curvePoints = 400
const listedNames = 12
/** What pictures may take of the file, and how many are shown. */
const pictureBudget = 6 * 2 ** 20
const maxPictures = 12

const environmentSchema = z.object({
  studio: z.string().optional(),
  commit: z.string().nullish(),
  node: z.string().optional(),
  os: z.object({ platform: z.string(), release: z.string(), arch: z.string() }).partial().optional(),
  cpu: z.object({ model: z.string(), cores: z.number(), memoryBytes: z.number() }).partial().optional(),
  gpu: z.object({ driver: z.string().nullable() }).partial().optional(),
  versions: z.record(z.string(), z.string().nullable()).optional(),
})
export type ReportEnvironment = z.infer<typeof environmentSchema>

export interface ReportRun extends ComparedRun {
  readonly findings: readonly Finding[]
  readonly weights: string | null
  readonly points: readonly MetricPoint[]
  readonly environment: ReportEnvironment | null
  readonly datasetName: string | null
}

/** One picture with the layers that go into the file, as data URIs. */
export interface ReportPicture {
  readonly name: string
  readonly width: number
  readonly height: number
  readonly picture: string
  readonly truth: string
  readonly disagreement: number | null
  readonly predictions: readonly ({ readonly uri: string; readonly mIoU: number | null } | null)[]
}

export interface ReportData {
  readonly runs: readonly ReportRun[]
  readonly baseline: number
  readonly data: readonly ComparedData[]
  /** Scores and confusion over the predicted pictures, for runs whose validations kept no counts; null without. */
  readonly pictureTables: readonly (ClassTable | null)[] | null
  readonly pictures: readonly ReportPicture[]
  /** Of how many. */
  readonly picturesTotal: number
}

/** Everything a report says of runs, read from what is stored. Errors: run/not-found. */
export async function gatherReport(
  store: ProjectStore,
  runIds: readonly string[],
  baselineId: string,
  known: ComparedPictures | null,
): Promise<ReportData> {
  const datasets = new Map((await store.call('datasets.list', {})).map(({ id, name }) => [id, name]))
  const runs = await Promise.all(
    runIds.map(async (runId): Promise<ReportRun> => {
      const folder = runFolderOf(store.folder, runId)
      const { run, findings } = await store.call('runs.get', { runId })
      return {
        ...(await comparedRun(store, runId)),
        findings,
        weights: (await readStartWeights(folder))?.report.file ?? null,
        points: await store.call('metrics.list', { runId, maxPoints: curvePoints }),
        environment: await readEnvironment(folder),
        datasetName: datasets.get(run.datasetId) ?? null,
      }
    }),
  )
  return {
    runs,
    baseline: runIds.indexOf(baselineId),
    data: await compareData(store, runIds, baselineId, listedNames),
    pictureTables: known && pictureTables(known),
    pictures: known ? await embedded(store.folder, known) : [],
    picturesTotal: known?.pictures.length ?? 0,
  }
}

async function readEnvironment(folder: string): Promise<ReportEnvironment | null> {
  try {
    return environmentSchema.parse(JSON.parse(await readFile(path.join(folder, 'environment.json'), 'utf8')))
  } catch {
    return null
  }
}

/** Those pictures that say most, as long as they fit: where runs disagree, or where the one run is worst. */
async function embedded(projectFolder: string, known: ComparedPictures): Promise<ReportPicture[]> {
  const { classes, index } = uniteClasses([known.classes, ...known.runs.map((run) => run.classes)])
  const predicted = known.pictures.flatMap((picture, n) => {
    const scores = known.runs.map(({ counts }, r) => {
      const own = counts[n]
      return own ? scorePicture(own, index[0]!, index[r + 1]!, classes.length).mIoU : null
    })
    const disagreement = known.pairs ? meanDisagreement(known.pairs[n] ?? []) : null
    const first = scores.find((score) => score !== null) ?? null
    return known.runs.some(({ counts }) => counts[n]) ? [{ ...picture, n, scores, disagreement, score: first }] : []
  })
  const order = predicted.some(({ disagreement }) => disagreement !== null) ? 'disagreement' : 'worst'
  const chosen: ReportPicture[] = []
  let spent = 0
  for (const { n, name, width, height, scores, disagreement } of sortPictures(predicted, order)) {
    if (chosen.length >= maxPictures) break
    const setFolder = path.join(comparisonsFolder(projectFolder), known.key)
    const layers = await Promise.all([
      dataUri(path.join(setFolder, 'truth', comparedLayerFile(n, 'picture')), 'image/webp'),
      dataUri(path.join(setFolder, 'truth', comparedLayerFile(n, 'truth')), 'image/png'),
      ...known.runs.map(({ key, counts }) =>
        key && counts[n]
          ? dataUri(path.join(setFolder, key.split('.').slice(1).join('-'), comparedLayerFile(n, 'prediction')), 'image/png')
          : null,
      ),
    ])
    const [picture, truth, ...predictions] = layers
    const size = layers.reduce((sum, layer) => sum + (layer?.length ?? 0), 0)
    if (!picture || !truth || spent + size > pictureBudget) continue
    spent += size
    chosen.push({
      name,
      width,
      height,
      picture,
      truth,
      disagreement,
      predictions: predictions.map((uri, r) => (uri ? { uri, mIoU: scores[r] ?? null } : null)),
    })
  }
  return chosen
}

const dataUri = async (file: string, type: string): Promise<string | null> => {
  const bytes = await readFile(file).catch(() => null)
  return bytes && `data:${type};base64,${bytes.toString('base64')}`
}
