import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import sharp from 'sharp'
import { AppError } from '../../shared/errors.ts'
import { maskArea, paintMask } from '../../shared/geometry/rle.ts'
import { maskPolygon } from '../../shared/geometry/maskPolygon.ts'
import type { AssistModel } from '../../shared/model/assist.ts'
import type { BoxReport } from '../../shared/model/assistJobs.ts'
import type { MaskShape, PolygonShape } from '../../shared/model/shape.ts'
import type { Core } from '../core.ts'
import type { Command } from './commands.ts'
import { followJob } from './follow.ts'
import { findDataset } from './lookup.ts'
import { table, type Output } from './output.ts'

/** A command that needs no project. */
export interface CoreCommand {
  readonly core: Core
  readonly output: Output
  readonly signal: AbortSignal
}

export async function listSamsCommand({ core, output }: CoreCommand): Promise<void> {
  const { models, unread } = await core.cliClient().assist.models({})
  for (const { name, reason } of unread) output.note(`an entry of the list makes no sense and is left as it is: ${name} (${reason})`)
  output.result(models, (list) =>
    list.length === 0 ? 'no SAM model yet: maskwright assist add <encoder.onnx> [decoder.onnx]' : modelLines(list),
  )
}

function modelLines(models: readonly AssistModel[]): string[] {
  const stateOf = ({ quarantine, problem }: AssistModel) => (quarantine ? 'set aside' : problem ? problem.message : 'ready')
  return table(
    ['', 'name', 'family', 'input', 'MB', 'state'],
    models.map((model) => [
      model.isDefault ? '*' : '',
      model.name,
      model.facts?.family ?? '–',
      model.facts?.preprocess.size ?? '–',
      Math.round(model.files.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6),
      stateOf(model),
    ]),
  )
}

export async function addModelCommand({ core, output }: CoreCommand, files: string[], name: string | undefined): Promise<void> {
  const added = await core.assist.models.add({ files: files.map((file) => path.resolve(file)), name, origin: 'linked' })
  output.result(added, (model) => [`${model.name}: ${model.facts?.family ?? 'unknown'}, ${model.facts?.preprocess.size ?? '?'} px`])
}

export async function changeModelCommand(
  { core, output }: CoreCommand,
  way: 'default' | 'retry' | 'remove',
  wanted: string,
): Promise<void> {
  const { assist } = core.cliClient()
  const { id: modelId } = await findSam(core, wanted)
  if (way === 'remove') {
    await assist.removeModel({ modelId })
    return output.result({ removed: modelId }, () => [`${wanted} is forgotten`])
  }
  const changed = await assist.changeModel({ modelId, ...(way === 'default' ? { isDefault: true } : { retry: true }) })
  output.result(changed, ({ name }) => [way === 'default' ? `${name} is the default now` : `${name} may be used again`])
}

/** By id or name. Errors: assist/model-not-found. */
export async function findSam(core: Core, wanted: string): Promise<AssistModel> {
  const { models } = await core.cliClient().assist.models({})
  const found = models.find(({ id }) => id === wanted) ?? models.find(({ name }) => name === wanted)
  if (found) return found
  const names = models.map(({ name }) => name).join(', ')
  throw new AppError('assist/model-not-found', `there is no SAM called ${wanted}; there is ${names || 'none'}`, { name: wanted })
}

export interface SegmentOptions {
  point: number[][]
  negative: number[][]
  box?: number[]
  model?: string
  out?: string
  tolerance: number
}

export async function segmentCommand({ core, output, signal }: CoreCommand, image: string, options: SegmentOptions): Promise<void> {
  const { point, negative, box, model, out, tolerance } = options
  if (point.length === 0 && !box)
    throw new AppError('input/invalid', 'say where the object is, by --point x,y or --box left,top,right,bottom')
  if (out !== undefined && !/\.(png|json)$/i.test(out)) throw new AppError('input/invalid', `${out} is neither .png nor .json`)
  const clicks = (list: number[][], positive: boolean) => list.map(([x, y]) => ({ x: x!, y: y!, positive }))
  const corners = box ? ([box[0]!, box[1]!, box[2]!, box[3]!] as [number, number, number, number]) : null
  const question = { points: [...clicks(point, true), ...clicks(negative, false)], box: corners, mask: null, previous: null, passing: true }
  const modelId = model === undefined ? null : (await findSam(core, model)).id
  const answer = await core.assist.segmentFile(path.resolve(image), question, { modelId, signal })
  const candidates = answer.candidates.map(({ iou, mask }) => ({ iou, area: maskArea(mask), mask, polygon: maskPolygon(mask, tolerance) }))
  const [best] = candidates
  if (out !== undefined) {
    if (!best) throw new AppError('annotation/not-found', 'the model found nothing there')
    await writeMask(out, best, answer)
  }
  output.result({ ...answer, candidates }, () => [
    `${answer.model}: ${candidates.length} candidates, encoded in ${answer.encodeMs.toFixed(0)} ms, answered in ${answer.decodeMs.toFixed(0)} ms`,
    ...candidates.map(({ iou, area, mask: { x, y, w, h } }) => `  IoU ${iou?.toFixed(3) ?? '–'}  ${area} px  ${w} x ${h} at ${x}, ${y}`),
    ...(out === undefined ? [] : [`best one: ${out}`]),
  ])
}

async function writeMask(
  out: string,
  { mask, polygon, iou }: { mask: MaskShape; polygon: PolygonShape | null; iou: number | null },
  { width, height }: { width: number; height: number },
): Promise<void> {
  try {
    if (/\.json$/i.test(out)) return await writeFile(out, JSON.stringify({ width, height, iou, ...polygon }))
    const pixels = new Uint8Array(width * height)
    paintMask(mask, pixels, width, height, 255)
    await sharp(pixels, { raw: { width, height, channels: 1 }, limitInputPixels: false })
      .toColourspace('b-w')
      .png()
      .toFile(out)
  } catch (cause) {
    throw new AppError('disk/failed', `${out} cannot be written: ${(cause as Error).message}`, { file: out }, { cause })
  }
}

export interface BoxOptions {
  dataset?: string
  split?: string
  classes?: string[]
  model?: string
  result: 'mask' | 'polygon' | 'tight-box'
  keepBoxes: boolean
  tolerance: number
}

export async function boxesCommand({ session, output, signal }: Command, options: BoxOptions): Promise<void> {
  const { client } = session
  const { id: datasetId } = await findDataset(client, options.dataset)
  const known = await client.datasets.classes({ datasetId })
  const classIds = options.classes?.map((name) => {
    const found = known.find((record) => record.name === name)
    if (!found)
      throw new AppError('class/not-found', `the dataset has no class ${name}; it has ${known.map((record) => record.name).join(', ')}`)
    return found.id
  })
  const modelId = options.model === undefined ? undefined : (await findSam(session.core, options.model)).id
  const { jobId } = await client.assist.boxesToMasks({
    scope: { kind: 'dataset', datasetId, filter: { split: options.split ?? null, classId: null, status: null, text: '' } },
    classIds: classIds ?? null,
    ...(modelId === undefined ? {} : { modelId }),
    result: options.result === 'tight-box' ? 'tightBox' : options.result,
    keepBoxes: options.keepBoxes,
    tolerancePx: options.tolerance,
  })
  const report = (await followJob(client, jobId, 'boxes', output, signal).catch((error: unknown) => {
    output.note(`what was done until now can be taken back: maskwright assist undo ${jobId}`)
    throw error
  })) as BoxReport
  output.result(report, ({ batchId, pictures, changed, changedPictures, locked, doubtful, done, problems }) => [
    `${changed} boxes of ${changedPictures} pictures changed (${pictures} looked at); ${locked} are locked, ${doubtful} fit no mask, ${done} needed nothing`,
    ...problems.map(({ item, error }) => `  ${item}  ${error.code}  ${error.message}`),
    ...(changed > 0 ? [`take all of it back: maskwright assist undo ${batchId}`] : []),
  ])
}

export interface CacheOptions {
  /** Gigabytes. */
  limit?: number
  empty?: boolean
}

/** What the embeddings of a project take, after what was asked for. */
export async function cacheCommand({ session: { client }, output }: Command, { limit, empty }: CacheOptions): Promise<void> {
  const change = { ...(limit === undefined ? {} : { limitBytes: Math.round(limit * 1e9) }), ...(empty ? { clear: true as const } : {}) }
  const cache = await (Object.keys(change).length > 0 ? client.assist.changeCache(change) : client.assist.cache({}))
  output.result(cache, ({ files, bytes, limitBytes }) => {
    const gb = (count: number): string => (count / 1e9).toFixed(2)
    return [`${files} embeddings take ${gb(bytes)} GB; at most ${gb(limitBytes)} GB are kept, and those of a training while it goes on`]
  })
}

export async function undoBatchCommand({ session, output }: Command, batchId: string): Promise<void> {
  const result = await session.client.assist.undoBatch({ batchId })
  output.result(result, ({ undone, left }) => [
    `${undone} pictures are as they were${left > 0 ? `; ${left} were changed since and stay` : ''}`,
  ])
}

const mostListed = 100

export async function batchesCommand({ session, output }: Command): Promise<void> {
  const { batches } = await session.client.annotations.batches({ limit: mostListed })
  output.result(batches, (list) =>
    table(
      ['batch', 'when', 'job', 'of', 'pictures', 'left', 'unchanged'],
      list.map(({ batchId, at, command, from, dataset, pictures, left, asLeft }) => [
        batchId,
        new Date(at).toISOString(),
        command,
        from?.name ?? dataset,
        pictures,
        left,
        asLeft,
      ]),
    ),
  )
}
