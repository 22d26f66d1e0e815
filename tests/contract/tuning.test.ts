import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { cacheCommand } from '../../src/main/cli/assistCommands.ts'
import { tuneCommand, publishCommand } from '../../src/main/cli/tuneCommands.ts'
import { createOutput } from '../../src/main/cli/output.ts'
import type { AssistAnswer } from '../../src/shared/model/assist.ts'
import { newId } from '../../src/main/newId.ts'
import type { PictureObjects } from '../../src/shared/model/pictureObjects.ts'
import type { TuneScores } from '../../src/shared/model/samTune.ts'
import { PassThrough } from 'node:stream'
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { asFloat32 } from '../../src/compute/weights/safetensors.ts'
import { readSamWeights, writeSamWeights } from '../../src/compute/weights/samWeightsFile.ts'
import { makeTinySam } from '../support/tinySam/tinySam.ts'
import { tinyOfficialCheckpoint, writeTinySmallSam } from '../support/tinyTune.ts'
import { everyItem } from './mediaFixture.ts'
import { atRest, endOfJob, makeProject, projectOf, remove, startCore, until } from './coreHarness.ts'

let started: Awaited<ReturnType<typeof startCore>>
let datasetId: string
let baseId: string
beforeAll(async () => {
  started = await startCore()
  datasetId = await makeProject(started, { train: 3, val: 2 })
  const folder = path.join(started.folder, 'tiny')
  await writeTinySmallSam(folder)
  const files = ['encoder.onnx', 'decoder.onnx'].map((name) => path.join(folder, name))
  baseId = (await started.core.assist.models.add({ files, name: 'tiny', origin: 'linked' })).id
  // Before the one that comes with the studio.
  await started.client.assist.changeModel({ modelId: baseId, isDefault: true })
})
afterAll(async () => {
  await started.core.close()
  remove(started.folder)
})

const tiny = (steps: number, more: Record<string, unknown> = {}) => ({
  task: 'promptedMask',
  data: { size: 64, batchSize: 2, objects: 2, rounds: 1, rendered: 0, leastPx: 20 },
  loop: { steps, validateEvery: { unit: 'step', every: steps } },
  validation: { objects: 2, clicks: 5 },
  samples: { count: 1 },
  device: { threads: 1 },
  ...more,
})

it('a plan says what would be trained on, and what keeps it from starting', async () => {
  const { client } = started
  const [first, ...others] = await client.tuning.bases({})
  expect(first).toMatchObject({ modelId: baseId, name: 'tiny', kind: 'small', size: 64, isDefault: true })
  expect(others.map(({ origin }) => origin)).toEqual(['shipped'])
  const plan = await client.tuning.plan({ datasetId, config: { task: 'promptedMask' } })
  expect(plan).toMatchObject({ pictures: 5, heldOutByHash: false, siblings: 0, embeddings: null, problems: [], base: { modelId: baseId } })
  expect(plan.config.base).toEqual({ modelId: baseId, kind: 'small', name: 'tiny' })
  // It goes on at the size it was made for, unless another one is asked for.
  expect(plan.config.data.size).toBe(64)
  const wider = await client.tuning.plan({ datasetId, config: { task: 'promptedMask', data: { size: 128 } } })
  expect(wider.config.data.size).toBe(128)
  expect([plan.train.pictures, plan.val.pictures]).toEqual([3, 2])
  expect(plan.objects).toBe(plan.train.objects + plan.val.objects)
  expect(plan.memory!.estimatedBytes).toBeGreaterThan(2e8)
  expect(plan.warnings.map(({ key }) => key)).toContain('fewSources')
  const problems = async (config: object) =>
    (await client.tuning.plan({ datasetId, config: { task: 'promptedMask', ...config } })).problems.map(({ key }) => key)
  expect(await problems({ data: { classes: ['unicorn'] } })).toEqual(['unknownClass', 'noMasks'])
  expect(await problems({ data: { trainSplits: ['nowhere'] } })).toEqual(['noTrainObjects'])
  expect(await problems({ base: { modelId: '019358a0-0000-7000-8000-0000000000bb' } })).toEqual(['modelGone'])
  await expect(problems({ data: { sise: 64 } })).rejects.toMatchObject({ code: 'config/unknown-key', data: { nearest: 'size' } })
  const preflight = await client.runs.preflight({ datasetId, config: { task: 'promptedMask', data: { trainSplits: ['nowhere'] } } })
  expect(preflight.problems).toHaveLength(1)
  await expect(
    client.runs.launch({ datasetId, config: { task: 'promptedMask', data: { trainSplits: ['nowhere'] } } }),
  ).rejects.toMatchObject({
    code: 'run/no-training-items',
  })
})

it('weights are those of their own model alone, also where they were written before they named it', async () => {
  const { client, core, folder } = started
  const { convert, models } = core.assist
  const shared = path.join(folder, 'shared')
  const options = { imageSize: null, precision: 'fp32', input: 'padded', use: 'auto', decoderHeads: 8 } as const
  const file = path.join(folder, 'shared.pth')
  copyFileSync(tinyOfficialCheckpoint, file)
  const context = { signal: new AbortController().signal, report: () => undefined }
  const { model } = await convert({ ...options, file, name: 'official of before', outFolder: shared }, context)
  const other = makeTinySam({ folder: shared, name: 'another', imageSize: 64 })
  const { id: otherId } = await models.add({ files: [other.encoderFile, other.decoderFile!], origin: 'linked' })
  const trainable = async () => (await client.tuning.bases({})).map(({ modelId }) => modelId)
  const expectOwn = async () => {
    expect(await trainable()).toEqual(expect.arrayContaining([baseId, model.id]))
    expect(await trainable()).not.toContain(otherId)
    const config = { task: 'promptedMask', base: { modelId: otherId } }
    expect((await client.tuning.plan({ datasetId, config })).problems).toMatchObject([{ key: 'modelGone' }])
  }
  await expectOwn()
  for (const of of [shared, path.join(folder, 'tiny')]) {
    const { head, tensors } = await readSamWeights(of)
    expect(head.encoder).toMatch(/^[0-9a-f]{64}$/)
    const numbers = [...tensors].map(([name, tensor]) => ({ name, shape: tensor.shape, data: asFloat32(tensor) }))
    await writeSamWeights(of, { ...head, encoder: undefined }, numbers, 'fp32')
  }
  await expectOwn()
  // Once there is another encoder in the place of theirs, they are nobody's.
  const { head, tensors } = await readSamWeights(shared)
  const numbers = [...tensors].map(([name, tensor]) => ({ name, shape: tensor.shape, data: asFloat32(tensor) }))
  await writeSamWeights(shared, { ...head, encoder: '0'.repeat(64) }, numbers, 'fp32')
  expect(await trainable()).not.toContain(model.id)
  for (const modelId of [model.id, otherId]) await client.assist.removeModel({ modelId })
})

it('what is void is frozen with the objects, a box of it as its outline', async () => {
  const { client, folder } = started
  const { items } = await client.items.window({ datasetId, filter: everyItem, offset: 0, limit: 10 })
  const itemId = items[0]!.id
  const annotation = {
    id: newId(),
    classId: null,
    region: 'void' as const,
    shape: { kind: 'box' as const, x: 0, y: 0, w: 6, h: 5 },
    attributes: {},
    provenance: { kind: 'human' as const },
    z: 9,
  }
  await client.annotations.apply({ entryId: newId(), itemId, client: 'page', command: 'box', edits: [{ op: 'create', annotation }] })
  const { id: runId } = await client.runs.launch({ datasetId, name: 'with void', config: tiny(1) })
  await until(client, runId, atRest)
  const frozen = readFileSync(path.join(projectOf(folder), 'runs', runId, 'labels', `${itemId}.json`), 'utf8')
  const { objects, voids } = JSON.parse(frozen) as PictureObjects
  expect(objects.length).toBeGreaterThan(0)
  expect(voids.at(-1)).toMatchObject({ kind: 'polygon' })
  await client.annotations.apply({
    entryId: newId(),
    itemId,
    client: 'page',
    command: 'remove',
    edits: [{ op: 'delete', id: annotation.id, rev: 1 }],
  })
})

it('a run of the task trains, resumes longer, is told before and after, and becomes a model that segments at once and can be trained again', async () => {
  const { client, core } = started
  const plan = await client.tuning.plan({ datasetId, config: tiny(2) })
  const launched = await client.runs.launch({ datasetId, name: 'mine', config: tiny(2) })
  expect(launched).toMatchObject({ taskId: 'promptedMask', totalSteps: 2 })
  const runId = launched.id
  for await (const event of await client.runs.watch({ runId })) if (event.type === 'run' && event.run.status === 'finished') break
  const resumed = await client.runs.resume({ runId, set: ['loop.steps=3'] })
  expect(resumed).toMatchObject({ attempt: 2, totalSteps: 3, step: 2 })
  await expect(client.runs.resume({ runId, set: ['seed=3'] })).rejects.toMatchObject({
    code: 'run/busy',
  })
  for await (const event of await client.runs.watch({ runId })) if (event.type === 'run' && event.run.status === 'finished') break
  const { run, config } = await client.runs.get({ runId })
  expect(run).toMatchObject({ step: 3, primary: { name: 'IoU@3' }, error: null })
  expect(config).toMatchObject({ task: 'promptedMask', base: { modelId: baseId, kind: 'small' } })
  expect(config['data']).toMatchObject({ objectsFrom: plan.inParts ? 'parts' : 'annotations' })
  const { before, last, best } = await client.tuning.scores({ runId })
  expect([before!.step, last!.step]).toEqual([0, 3])
  expect(Object.keys(before!.scores).sort()).toEqual(['IoU@1', 'IoU@3', 'IoU@5', 'NoC80', 'NoC85', 'NoC90'])
  expect(best!.scores['IoU@3']).toBe(run.primary!.best)
  const [sheet] = await client.runs.samples({ runId })
  expect(sheet!.pictures[0]!.histogram!.inside).toHaveLength(20)
  // The other task's ways are refused by name.
  await expect(client.models.export({ runId, checkpoint: 'last', precision: 'fp32' })).rejects.toMatchObject({ code: 'model/unsupported' })
  expect(await client.comparisons.pictures({ runIds: [runId], baselineId: runId, limit: 4 })).toMatchObject({ pictures: [] })

  // Pressed twice it is one model.
  const pressed = await Promise.all([true, false].map((makeDefault) => client.tuning.publish({ runId, makeDefault })))
  const results: unknown[] = []
  for (const { jobId } of pressed) results.push((await endOfJob(core, jobId)).result)
  const { modelId } = results[0] as { modelId: string }
  expect(results).toEqual([
    { modelId, isNew: true },
    { modelId, isNew: false },
  ])
  const { models, defaultId } = await client.assist.models({})
  expect(defaultId).toBe(modelId)
  expect(models.filter(({ name }) => name === `#${launched.number} mine`)).toMatchObject([{ id: modelId, origin: 'made', problem: null }])
  const { items } = await client.items.window({ datasetId, filter: everyItem, offset: 0, limit: 1 })
  let answer: AssistAnswer | null = null
  const asked = { itemId: items[0]!.id, window: null, points: [{ x: 30, y: 30, positive: true }] }
  for await (const event of await client.assist.segment(asked)) if (event.type === 'result') answer = event
  expect(answer).toMatchObject({ modelId })
  const trainable = (await client.tuning.bases({})).map((base) => base.modelId)
  expect([trainable[0], trainable.includes(baseId)]).toEqual([modelId, true])
  expect((await client.tuning.plan({ datasetId, config: { task: 'promptedMask' } })).config.base.modelId).toBe(modelId)
  await client.assist.removeModel({ modelId })
})

it('an official SAM is trained on embeddings in the cache of the project, which the next training finds there', async () => {
  const { client, core, folder } = started
  mkdirSync(path.join(folder, 'weights'))
  copyFileSync(tinyOfficialCheckpoint, path.join(folder, 'weights', 'mine.pth'))
  const imported = await core.assist.convert(
    {
      file: path.join(folder, 'weights', 'mine.pth'),
      name: 'official',
      outFolder: null,
      imageSize: null,
      precision: 'fp32',
      input: 'padded',
      use: 'auto',
      decoderHeads: 8,
    },
    { signal: new AbortController().signal, report: () => undefined },
  )
  const modelId = imported.model.id
  const session = { client, folder: projectOf(folder), core, remote: false, close: () => Promise.resolve() }
  const lines = new PassThrough()
  const output = createOutput(true, lines as unknown as NodeJS.WriteStream, new PassThrough().resume() as unknown as NodeJS.WriteStream)
  const command = { session, output, signal: new AbortController().signal }
  const before = await client.tuning.plan({ datasetId, config: { ...tiny(1), base: { modelId } } })
  expect(before).toMatchObject({
    embeddings: { needed: 5, cached: 0, bytes: 5 * 2 * 16 * 16, seconds: null },
    config: { base: { kind: 'official' }, data: { looks: 1 } },
  })
  const overLimit = ({ warnings }: typeof before) => warnings.filter(({ key }) => key === 'embeddingsOverLimit').map(({ data }) => data)
  expect(overLimit(before)).toEqual([])
  // The picture that was clicked last is kept, whatever the limit, until everything is to go.
  await cacheCommand(command, { limit: 2e-6, empty: true })
  expect(JSON.parse(String(lines.read()))).toEqual({ files: 0, bytes: 0, limitBytes: 2000 })
  const warned = await client.tuning.plan({ datasetId, config: { ...tiny(1), base: { modelId } } })
  expect(overLimit(warned)).toEqual([{ needed: '0.0', limit: '0.0', limitGb: 1 }])
  await tuneCommand(command, undefined, {
    model: 'official',
    name: 'decoder',
    set: [
      'loop.steps=1',
      'data.objects=1',
      'data.rounds=2',
      'data.leastPx=20',
      'validation.objects=1',
      'validation.clicks=5',
      'device.threads=1',
    ],
    publish: true,
    default: true,
  })
  const after = await client.tuning.plan({ datasetId, config: { ...tiny(1), base: { modelId } } })
  expect(after.embeddings).toMatchObject({ needed: 5, cached: 5, seconds: 0 })
  const { tuned, model } = JSON.parse(String(lines.read()).trim().split('\n').at(-1)!) as {
    tuned: TuneScores
    model: { id: string; name: string }
  }
  expect(tuned.before!.step).toBe(0)
  expect(model.name).toBe('decoder')
  // It takes the place of the default only where it is measured to be better.
  const isBetter = tuned.best!.scores['IoU@3']! > tuned.before!.scores['IoU@3']!
  expect((await client.assist.models({})).defaultId === model.id).toBe(isBetter)
  const published = (await client.assist.models({})).models.find(({ id }) => id === model.id)!
  const original = (await client.assist.models({})).models.find(({ id }) => id === modelId)!
  // Embeddings of the one serve the other.
  expect(published.facts!.hash).toBe(original.facts!.hash)
  const files = (await core.assist.models.files()).filter(({ id }) => id === modelId || id === model.id)
  const [a, b] = files.map(({ encoderFile }) => readFileSync(encoderFile))
  expect(Buffer.compare(a!, b!)).toBe(0)
  // A run goes on without the model it began with.
  await client.assist.removeModel({ modelId })
  const run = (await client.runs.list({})).find(({ name }) => name === 'decoder')!
  expect(existsSync(path.join(projectOf(folder), 'runs', run.id, 'base', 'encoder.onnx'))).toBe(true)
  rmSync(path.join(projectOf(folder), 'cache', 'embeddings'), { recursive: true })
  await client.runs.resume({ runId: run.id, set: ['loop.steps=100000'] })
  await until(client, run.id, ({ status, step }) => status === 'running' && step > 1)
  // What it uses stays until it ends.
  expect(await client.assist.changeCache({ clear: true })).toMatchObject({ files: 5 })
  await client.runs.stop({ runId: run.id })
  expect(await until(client, run.id, atRest)).toMatchObject({ status: 'stopped', error: null })
  await expect.poll(async () => (await client.assist.changeCache({ clear: true })).files).toBe(0)
  for (const name of ['again', 'and again'])
    await publishCommand(command, String(run.number), { checkpoint: 'last', name, default: true, force: true })
  const { models, defaultId } = await client.assist.models({})
  const next = await client.tuning.plan({ datasetId, config: { ...tiny(1), base: { modelId: defaultId } } })
  expect(next.embeddings!.cached).toBe(0)
  expect(next.embeddings!.seconds).toBeGreaterThan(0)
  expect(models.filter(({ name }) => name.endsWith('again')).map(({ name, id }) => [name, id])).toEqual([['again', defaultId]])
})
