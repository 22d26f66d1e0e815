import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ComparedPictures, PredictOutcome } from '../../src/shared/api/page/comparisons.ts'
import { pairPlace, scorePicture } from '../../src/shared/comparison/pictureScores.ts'
import { newId } from '../../src/main/newId.ts'
import { uniteClasses } from '../../src/shared/comparison/classMatch.ts'
import type { AppError } from '../../src/shared/errors.ts'
import type { Snapshot } from '../../src/shared/model/snapshot.ts'
import { atRest, endOfJob, makeProject, projectOf, remove, startCore, tinyConfig, until } from './coreHarness.ts'

let started: Awaited<ReturnType<typeof startCore>>
let datasetId: string
const ids: string[] = []
/** Trained after an annotation was deleted. */
let edited = ''
const runFolder = (id: string) => path.join(projectOf(started.folder), 'runs', id)
const sets = () => path.join(projectOf(started.folder), 'cache', 'comparisons')

async function train(name: string, steps: number, more: Record<string, unknown> = {}): Promise<string> {
  const { client } = started
  const { id } = await client.runs.launch({ datasetId, name, config: { ...tinyConfig(steps), ...more } })
  expect(await until(client, id, atRest)).toMatchObject({ status: 'finished' })
  return id
}

async function predict(runIds: string[], baselineId = runIds[0]!): Promise<PredictOutcome> {
  const { jobId } = await started.client.comparisons.predict({ runIds, baselineId })
  return (await endOfJob(started.core, jobId)).result as PredictOutcome
}
/** As the page scores them. */
const scoresOf = ({ classes, runs }: ComparedPictures) => {
  const union = uniteClasses([classes, ...runs.map((run) => run.classes)])
  return runs.map((run, r) =>
    run.counts.map((counts) => counts && scorePicture(counts, union.index[0]!, union.index[r + 1]!, union.classes.length)),
  )
}

beforeAll(async () => {
  started = await startCore()
  datasetId = await makeProject(started)
  const [background, first] = (await started.client.datasets.classes({ datasetId })).map(({ name }) => name)
  ids.push(await train('a', 8), await train('b', 16, { optimizer: { type: 'adamw', lr: 0.003 } }))
  ids.push(
    await train('fewer classes', 4, {
      data: { batchSize: 4, cropSize: [64, 64], workers: 0, classes: { merge: { [background!]: [background!, first!] } } },
    }),
  )
}, 240_000)
afterAll(async () => {
  await started.core.close()
  remove(started.folder)
})

test('configs with origins, and the tables of the best and the last validation', async () => {
  const compared = await started.client.comparisons.get({ runIds: ids })
  expect(compared.map(({ run }) => run.id)).toEqual(ids)
  for (const { run, tables, config } of compared) {
    expect(tables.best?.step).toBe(run.primary?.bestStep)
    expect(tables.last?.step).toBe(run.totalSteps)
    expect(config).toHaveProperty('optimizer.lr')
  }
  await expect(started.client.comparisons.get({ runIds: [datasetId] })).rejects.toMatchObject({ code: 'run/not-found' })
  await expect(started.client.comparisons.get({ runIds: [ids[0]!, ids[0]!] })).rejects.toThrow()
})

test('runs on the same data are said to have seen the same; class rules and edits show', async () => {
  const [a, b, fewer] = await started.client.comparisons.data({ runIds: ids, baselineId: ids[0]! })
  expect(a).toMatchObject({
    diff: { same: true },
    seen: { items: 16, splits: expect.arrayContaining([{ name: 'val', items: 4 }]) as unknown },
  })
  expect(b?.diff?.same).toBe(true)
  expect(fewer?.diff).toMatchObject({ same: false, changedLabels: { count: 0 }, onlyHere: { count: 0 }, unknown: 0 })
  expect(fewer?.diff?.classes.missing).toHaveLength(1)
})

test('an edited annotation and an item that moved are found, also by the maps of a run that kept no digests', async () => {
  const { client } = started
  const { items } = await client.items.window({
    datasetId,
    filter: { split: 'train', classId: null, status: null, text: '' },
    offset: 0,
    limit: 1,
  })
  const [item] = items
  const { annotations } = await client.annotations.list({ itemId: item!.id, client: 'test' })
  await client.annotations.apply({
    entryId: newId(),
    itemId: item!.id,
    client: 'test',
    command: 'delete',
    edits: [{ op: 'delete', id: annotations[0]!.id, rev: annotations[0]!.rev }],
  })
  edited = await train('edited', 2)
  const diff = async () => (await client.comparisons.data({ runIds: [ids[0]!, edited], baselineId: ids[0]! }))[1]!.diff
  expect(await diff()).toMatchObject({
    same: false,
    changedLabels: { count: 1, names: [item!.name] },
    changedPictures: { count: 0 },
    unknown: 0,
  })
  const file = path.join(runFolder(edited), 'snapshot.json')
  const text = readFileSync(file, 'utf8')
  const snapshot = JSON.parse(text) as Snapshot
  const bare = snapshot.items.map((entry) => ({ ...entry, digest: undefined, imageSha256: undefined }))
  writeFileSync(file, JSON.stringify({ ...snapshot, items: bare }))
  // Whether the pictures are the same cannot be told any more; that the labels differ can.
  expect(await diff()).toMatchObject({ changedLabels: { count: 1, names: [item!.name] }, unknown: 15 })
  writeFileSync(file, text)
})

test('pictures are predicted once: scores, disagreement and layers; the second time nothing is computed', async () => {
  const { client, core } = started
  const before = await client.comparisons.pictures({ runIds: ids, baselineId: ids[0]! })
  expect(before).toMatchObject({ total: 4, gone: 0 })
  expect(before.runs.every(({ counts }) => counts.every((each) => each === null))).toBe(true)
  expect(await predict(ids)).toEqual({ pictures: 4, predicted: 3, failed: [] })
  const after = await client.comparisons.pictures({ runIds: ids, baselineId: ids[0]! })
  expect(after.pairs).toHaveLength(4)
  expect(
    after.pairs!.every((triangle) => triangle.length === 3 && triangle.every((share) => share !== null && share >= 0 && share <= 1)),
  ).toBe(true)

  // The counts of all pictures together are the confusion of the validation that chose the checkpoint.
  const table = (await client.comparisons.get({ runIds: [ids[0]!] }))[0]!.tables.best!
  const summed = table.rows.map(() => table.rows.map(() => 0))
  for (const counts of after.runs[0]!.counts)
    for (let i = 0; i < counts!.length; i += 3) summed[counts![i]!]![counts![i + 1]!]! += counts![i + 2]!
  expect(summed).toEqual(table.confusion)

  for (const layer of ['picture', 'truth']) await expectFile(`${after.key}.0.${layer}`)
  for (const layer of ['prediction', 'verdict']) await expectFile(`${after.runs[2]!.key}.3.${layer}`)
  async function expectFile(id: string) {
    const answer = await core.assets.comparison(id, new URLSearchParams())
    expect('file' in answer.body && statSync(answer.body.file).size, id).toBeGreaterThan(50)
  }

  const files = readdirSync(path.join(sets(), after.key), { recursive: true, encoding: 'utf8' }).map((name) =>
    path.join(sets(), after.key, name),
  )
  const masks = files.filter((file) => file.endsWith('.prediction.png'))
  expect(masks).toHaveLength(12)
  const times = masks.map((file) => statSync(file).mtimeMs)
  expect(await predict(ids)).toMatchObject({ predicted: 3 })
  expect(masks.map((file) => statSync(file).mtimeMs)).toEqual(times)
  expect((await client.comparisons.pictures({ runIds: ids, baselineId: ids[0]! })).pairs).toEqual(after.pairs)
})

test('whatever order runs are asked in, a pair has its disagreement; another baseline of the same data is no other work', async () => {
  const { client } = started
  const [a, b, c] = ids as [string, string, string]
  const straight = await client.comparisons.pictures({ runIds: [a, b, c], baselineId: a })
  const turned = await client.comparisons.pictures({ runIds: [c, a, b], baselineId: b })
  expect(turned.key).toBe(straight.key)
  expect(turned.pairs!.map((triangle) => triangle[pairPlace(1, 2)])).toEqual(straight.pairs!.map((triangle) => triangle[pairPlace(0, 1)]))
  expect(turned.pairs!.map((triangle) => triangle[pairPlace(0, 1)])).toEqual(straight.pairs!.map((triangle) => triangle[pairPlace(0, 2)]))
  // A run of other classes has a score of its own on the same truth.
  const scores = scoresOf(straight)
  expect(scores[2]!.every((score) => score !== null && score.mIoU !== null && score.mIoU > 0)).toBe(true)
  const other = await client.comparisons.pictures({ runIds: [a, c], baselineId: c })
  expect(other.key).not.toBe(straight.key)
  expect(other.runs.every(({ counts }) => counts.every((each) => each === null))).toBe(true)
})

test('a line that a kill tore costs one picture; a cancelled job keeps what it has', async () => {
  const { client, core } = started
  const { key, runs } = await client.comparisons.pictures({ runIds: ids, baselineId: ids[0]! })
  const counts = path.join(sets(), key, runs[1]!.key!.split('.').slice(1).join('-'), 'counts.jsonl')
  const text = readFileSync(counts, 'utf8')
  writeFileSync(counts, text.slice(0, -5))
  const torn = await client.comparisons.pictures({ runIds: ids, baselineId: ids[0]! })
  expect(torn.runs[1]!.counts.filter((each) => each === null)).toHaveLength(1)
  const { jobId } = await client.comparisons.predict({ runIds: ids, baselineId: ids[0]! })
  const leave = core.host.jobs.subscribe((job) => {
    // In the middle: the first run has predicted everything, the torn one has not.
    if (job.id === jobId && job.progress.phase === 'predicting' && job.state === 'running') core.host.jobs.cancel(jobId)
  })
  expect((await core.host.jobs.wait(jobId)).state).toBe('cancelled')
  leave()
  expect((await client.comparisons.pictures({ runIds: ids, baselineId: ids[0]! })).runs[0]!.counts).toEqual(runs[0]!.counts)
  expect(await predict(ids)).toMatchObject({ predicted: 3, failed: [] })
  expect((await client.comparisons.pictures({ runIds: ids, baselineId: ids[0]! })).runs[1]!.counts).toEqual(runs[1]!.counts)
  expect(core.host.supervisor.running.filter(({ name }) => name === 'comparison')).toEqual([])
})

test('hostile input: paths of others are not read, nonsense ids are refused, a damaged checkpoint fails its run alone', async () => {
  const { client, core } = started
  for (const id of [
    '../../project.db',
    `${'0'.repeat(20)}.0.map`,
    `${'0'.repeat(20)}.${ids[0]}.step-00000008-a1.0.../x`,
    `${'0'.repeat(20)}.99999.truth`,
  ])
    await expect(core.assets.comparison(id, new URLSearchParams())).rejects.toMatchObject({ code: 'file/not-found' })
  await expect(client.comparisons.pictures({ runIds: [ids[0]!], baselineId: ids[1]! })).rejects.toMatchObject({ code: 'input/invalid' })
  await expect(client.comparisons.data({ runIds: [ids[0]!], baselineId: ids[1]! })).rejects.toMatchObject({ code: 'input/invalid' })

  const file = path.join(runFolder(ids[1]!), 'snapshot.json')
  const text = readFileSync(file, 'utf8')
  const snapshot = JSON.parse(text) as Snapshot
  const outside = path.join(started.folder, 'secret.png')
  writeFileSync(outside, readFileSync(snapshot.items[0]!.imagePath))
  const stolen = snapshot.items.map((item) => ({
    ...item,
    id: `foreign-${item.id}`,
    imagePath: outside,
    labelPath: `/etc/${path.basename(item.labelPath)}`,
  }))
  writeFileSync(file, JSON.stringify({ ...snapshot, items: stolen }))
  const refused = await client.comparisons.pictures({ runIds: [ids[1]!], baselineId: ids[1]! })
  expect(refused).toMatchObject({ pictures: [], total: 4, gone: 4 })
  writeFileSync(file, '{"items": [')
  expect((await client.comparisons.data({ runIds: ids, baselineId: ids[0]! }))[1]).toMatchObject({ seen: null, diff: null })
  expect((await client.comparisons.pictures({ runIds: ids, baselineId: ids[1]! })).pictures).toEqual([])
  writeFileSync(file, text)

  const checkpoints = path.join(runFolder(edited), 'checkpoints')
  const weights = readdirSync(checkpoints)
    .filter((name) => name.startsWith('step-'))
    .map((name) => path.join(checkpoints, name, 'model.safetensors'))
  const whole = weights.map((each) => readFileSync(each))
  for (const each of weights) writeFileSync(each, 'nonsense')
  expect(await predict([ids[0]!, edited])).toMatchObject({
    predicted: 1,
    failed: [{ runId: edited, error: { code: 'checkpoint/damaged' } }],
  })
  for (const [i, each] of weights.entries()) writeFileSync(each, whole[i]!)
})

test('a picture that cannot be read leaves the comparison until it can; damaged predictions are made again', async () => {
  const { client } = started
  const runIds = [ids[0]!, edited]
  const request = { runIds, baselineId: ids[0]! }
  const snapshot = JSON.parse(readFileSync(path.join(runFolder(ids[0]!), 'snapshot.json'), 'utf8')) as Snapshot
  const [torn, resized, replaced] = snapshot.items.filter(({ split }) => split.includes('val')).map(({ imagePath }) => imagePath)
  const [whole, other, first] = [readFileSync(torn!), readFileSync(resized!), readFileSync(replaced!)]
  writeFileSync(torn!, whole.subarray(0, Math.floor(whole.length / 2)))
  await sharp(other).resize(40, 30).toFile(resized!)
  await sharp(first).negate().toFile(replaced!)
  expect(await predict(runIds)).toEqual({ pictures: 1, predicted: 2, failed: [] })
  const left = await client.comparisons.pictures(request)
  expect(left).toMatchObject({ total: 4, gone: 3 })
  expect(left.pairs).toHaveLength(1)
  writeFileSync(torn!, whole)
  writeFileSync(resized!, other)
  // A run that was trained on the file that lies there now is compared on it.
  const itemId = snapshot.items.find(({ imagePath }) => imagePath === replaced)!.id
  const accept = async () => {
    const { data } = (await client.items.picture({ itemId }).catch((error: unknown) => error)) as AppError
    await client.items.acceptFile({ itemId, hash: String(data['hash']), wasHash: String(data['wasHash']) })
  }
  await accept()
  const later = await train('later', 4)
  expect(await predict([later])).toEqual({ pictures: 4, predicted: 1, failed: [] })
  expect(await client.comparisons.pictures(request)).toMatchObject({ total: 4, gone: 1 })
  writeFileSync(replaced!, first)
  await accept()
  expect(await client.comparisons.pictures(request)).toMatchObject({ total: 4, gone: 0 })
  expect(await predict(runIds)).toEqual({ pictures: 4, predicted: 2, failed: [] })

  const two = [ids[0]!, ids[1]!]
  const { key, runs } = await client.comparisons.pictures({ runIds: two, baselineId: ids[0]! })
  const map = path.join(sets(), key, runs[1]!.key!.split('.').slice(1).join('-'), '1.prediction.png')
  const drawn = readFileSync(map)
  writeFileSync(map, drawn.subarray(0, 60))
  expect(await predict(two)).toEqual({ pictures: 4, predicted: 2, failed: [] })
  expect(readFileSync(map).equals(drawn)).toBe(true)
}, 120_000)

test('a run that trains is predicted only when asked to; one without a checkpoint says so; deleted runs leave nothing', async () => {
  const { client } = started
  const { id } = await client.runs.launch({ datasetId, name: 'long', config: tinyConfig(100_000) })
  await until(client, id, (run) => run.step >= 12)
  expect(await predict([ids[0]!, id])).toMatchObject({ predicted: 1 })
  await client.runs.stop({ runId: id })
  await until(client, id, atRest)
  expect(await predict([ids[0]!, id])).toMatchObject({ predicted: 2 })
  const { key, runs } = await client.comparisons.pictures({ runIds: [ids[0]!, id], baselineId: ids[0]! })
  const folder = path.join(sets(), key, runs[1]!.key!.split('.').slice(1).join('-'))
  expect(existsSync(folder)).toBe(true)
  await client.runs.trash({ runIds: [id] })
  await client.runs.purge({ runIds: [id] })
  expect(existsSync(folder)).toBe(false)

  const { id: never } = await client.runs.launch({ datasetId, config: tinyConfig(5, { device: { provider: 'dml' } }) })
  await until(client, never, atRest)
  const without = await client.comparisons.pictures({ runIds: [ids[0]!, never], baselineId: ids[0]! })
  expect(without.runs[1]).toMatchObject({ checkpoint: null, key: null })
})
