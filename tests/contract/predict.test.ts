import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { create } from '@bufbuild/protobuf'
import { decode } from 'fast-png'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { decodeModel, encodeModelProto } from '../../src/compute/graph/codec.ts'
import { OperatorSetIdProtoSchema, StringStringEntryProtoSchema } from '../../src/compute/graph/proto/onnx_pb.js'
import type { ComputeClient } from '../../src/shared/api/compute/contract.ts'
import { AppError, ProcessGoneError } from '../../src/shared/errors.ts'
import { plainInference, type Inference } from '../../src/shared/model/train/inference.ts'
import { createOnDemandCompute } from '../../src/main/jobs/computeProcess.ts'
import { createSupervisor } from '../../src/main/jobs/supervisor.ts'
import { createLogger } from '../../src/main/log.ts'
import { findCertainty } from '../../src/main/services/models/certaintyJob.ts'
import type { ItemFilter } from '../../src/shared/model/item.ts'
import { directStore } from './directStore.ts'
import { addDataset, importedItem } from './projectFixture.ts'
import { readEvents, startComputeChild } from '../support/computeChild.ts'
import type { ComputeChild } from '../support/computeChild.ts'
import { forkEntry } from '../support/entries.ts'
import { makeTinyRun } from '../support/tinyRun.ts'

// Everything here goes through the real compute process over its port.
let root: string
let child: ComputeChild
let client: ComputeClient
const at = (name: string) => join(root, name)
const runId = '019358a0-0000-7000-8000-0000000000ee'

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'mw-predict-'))
  child = startComputeChild()
  client = child.client
  const data = { batchSize: 4, train: [{ type: 'RandomFlip' }], val: [{ type: 'ResizeToMultiple' }] }
  await makeTinyRun(root, {
    config: {
      data,
      loop: { steps: 120, validateEvery: { unit: 'step', every: 120 } },
      checkpoint: { every: { unit: 'step', every: 120 } },
    },
  })
  await readEvents(await client.train({ runId, runFolder: root, attempt: 1 }))
  await client.exportModel({
    runFolder: root,
    checkpoint: 'best',
    precision: 'fp32',
    outFile: at('model.onnx'),
    modelId: runId,
    name: 'tiny',
  })
})
afterAll(async () => {
  expect(await child.leave()).toBe(0)
  await rm(root, { recursive: true, force: true })
})

const predict = (modelFile: string, imageFile: string, preview = false) =>
  client.predict({ modelFile, imageFile, outPrefix: at('out'), provider: 'cpu', preview })
const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: unknown) => (error instanceof AppError ? `${error.code}: ${error.message}` : String(error)),
  )

it('finds how sure a model is of pictures, keeps it, and passes those that cannot be read', async () => {
  const noise = Buffer.from(Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 7919 + ((i * i) % 251)) % 256))
  await sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
    .png()
    .toFile(at('noise.png'))
  const store = directStore()
  const items = [0, 1, 2].map((n) => importedItem(n))
  const datasetId = await addDataset(store, items)
  const files = new Map([
    [items[0]!.id, at('data/0.png')],
    [items[1]!.id, at('noise.png')],
    [items[2]!.id, at('gone.png')],
  ])
  let changes = 0
  const filter: ItemFilter = { split: null, classId: null, status: null, text: '' }
  const ask = (again: boolean, signal = new AbortController().signal) =>
    findCertainty(
      { modelId: runId, datasetId, filter, again },
      {
        store,
        modelFile: at('model.onnx'),
        compute: () => client,
        imageFileOf: async (itemId) => files.get(itemId)!,
        changed: () => changes++,
      },
      { signal, report: () => undefined },
    )
  expect(await ask(false)).toMatchObject({
    scored: 2,
    known: 0,
    failed: 1,
    problems: [{ item: items[2]!.name, error: { code: 'file/not-found' } }],
  })
  const least = await store.call('items.leastCertain', { datasetId, filter, limit: 9 })
  expect(least.map(({ id }) => id)).toEqual([items[1]!.id, items[0]!.id])
  expect(least[1]!.score).toBeGreaterThan(0.6)
  expect(await ask(false)).toMatchObject({ scored: 0, known: 2, failed: 1 })
  expect([(await ask(true)).scored, changes]).toEqual([2, 2])
  await expect(ask(true, AbortSignal.abort())).rejects.toThrow()
})

it('passes pictures that end the process which finds how sure a model is, not a process that always ends, nor a model that is gone', async () => {
  const supervisor = createSupervisor({ spawnChild: forkEntry, pidFolder: at('pids'), log: createLogger('test', 'silent') })
  const compute = createOnDemandCompute(supervisor, { name: 'certainty', countsCrashes: false })
  onTestFinished(() => supervisor.close(0))
  const store = directStore()
  const items = Array.from({ length: 8 }, (_, n) => importedItem(n))
  const datasetId = await addDataset(store, items)
  const filter: ItemFilter = { split: null, classId: null, status: null, text: '' }
  const ask = (deadly: (n: number) => boolean, modelFile = at('model.onnx')) =>
    findCertainty(
      { modelId: runId, datasetId, filter, again: true },
      {
        store,
        modelFile,
        compute: () => compute.get(),
        imageFileOf: async (itemId) => {
          const n = items.findIndex(({ id }) => id === itemId)
          compute.get()
          if (deadly(n)) process.kill(supervisor.running[0]!.pid, 'SIGKILL')
          return at(`data/${n % 3}.png`)
        },
        changed: () => undefined,
      },
      { signal: new AbortController().signal, report: () => undefined },
    )
  const named = (...deadly: number[]) => deadly.map((n) => ({ item: items[n]!.name, error: { code: 'process/gone' } }))
  expect(await ask((n) => n === 2)).toMatchObject({ scored: 7, known: 0, failed: 1, problems: named(2) })
  await expect(ask(() => false, at('removed.onnx'))).rejects.toMatchObject({ code: 'model/not-found', data: { id: runId } })
})

it('passes a dense group of pictures that end the process, wherever it lies, and ends where all of them do', async () => {
  const store = directStore()
  const items = Array.from({ length: 20 }, (_, n) => importedItem(n))
  const datasetId = await addDataset(store, items)
  const filter: ItemFilter = { split: null, classId: null, status: null, text: '' }
  let looks = 0
  const ask = (deadly: (n: number) => boolean) => {
    const certainty = async ({ imageFile }: { imageFile: string }) => {
      looks++
      if (deadly(Number(imageFile))) throw new ProcessGoneError('certainty', 'it was ended by SIGSEGV')
      return { certainty: 0.5 }
    }
    const ports = {
      store,
      modelFile: at('model.onnx'),
      compute: () => ({ certainty }) as unknown as Pick<ComputeClient, 'certainty'>,
      imageFileOf: async (itemId: string) => String(items.findIndex(({ id }) => id === itemId)),
      changed: () => undefined,
    }
    return findCertainty({ modelId: runId, datasetId, filter, again: true }, ports, {
      signal: new AbortController().signal,
      report: () => undefined,
    })
  }
  await expect(ask(() => true)).rejects.toMatchObject({ code: 'process/gone' })
  // Five, and one from each third of the rest.
  expect(looks).toBe(8)
  expect(await ask((n) => n < 13)).toMatchObject({ scored: 7, failed: 13 })
  const { scored, failed, problems } = await ask((n) => n > 1 && n < 19)
  expect([scored, failed, problems.map(({ item }) => item)]).toEqual([3, 17, items.slice(2, 19).map(({ name }) => name)])
})

describe('predict', () => {
  it('paints what it learned, pixel on pixel', async () => {
    const result = await predict(at('model.onnx'), at('data/0.png'), true)
    expect(result).toMatchObject({ width: 64, height: 64, provider: 'cpu' })
    expect(result.shares.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9)
    const predicted = decode(await readFile(at('out.index.png')))
    const truth = decode(await readFile(at('data/0.label.png')))
    expect(predicted).toMatchObject({ width: 64, height: 64, channels: 1 })
    expect(predicted.palette?.slice(0, 3).map((c) => [...c].slice(0, 3))).toEqual([
      [0, 0, 0],
      [128, 0, 0],
      [0, 128, 0],
    ])
    let right = 0
    let counted = 0
    truth.data.forEach((label, i) => {
      if (label === 255) return
      counted++
      if (predicted.data[i] === label) right++
    })
    expect(right / counted).toBeGreaterThan(0.9)
    const overlay = await sharp(at('out.overlay.png')).raw().toBuffer({ resolveWithObject: true })
    expect(overlay.info).toMatchObject({ width: 64, height: 64, channels: 4 })
    const disc = predicted.data.indexOf(1)
    expect([...overlay.data.subarray(disc * 4, disc * 4 + 3)]).toEqual([128, 0, 0])
    expect(await sharp(at('out.preview.png')).metadata()).toMatchObject({ width: 64, height: 64, channels: 3 })
  })

  it('takes any size, grey and turned pictures, and keeps their own size', async () => {
    const pixels = await sharp(at('data/1.png')).resize(150, 91, { fit: 'fill' }).png().toBuffer()
    await sharp(pixels).toFile(at('odd.png'))
    await sharp(pixels).grayscale().jpeg().withMetadata({ orientation: 6 }).toFile(at('turned.jpg'))
    expect(await predict(at('model.onnx'), at('odd.png'))).toMatchObject({ width: 150, height: 91 })
    expect(await sharp(at('out.index.png')).metadata()).toMatchObject({ width: 150, height: 91 })
    expect(await predict(at('model.onnx'), at('turned.jpg'))).toMatchObject({ width: 91, height: 150 })
    expect(await sharp(at('out.overlay.png')).metadata()).toMatchObject({ width: 91, height: 150 })
  })

  it('says what is wrong with a picture', async () => {
    await writeFile(at('bad.png'), 'no picture')
    expect(await codeOf(predict(at('model.onnx'), at('bad.png')))).toMatch(/^file\/unreadable/)
    expect(await codeOf(predict(at('model.onnx'), at('absent.png')))).toMatch(/^file\/not-found/)
  })

  it('refuses hostile model files with a sentence, and goes on', async () => {
    const bytes = await readFile(at('model.onnx'))
    const write = async (name: string, change: (model: ReturnType<typeof decodeModel>) => void) => {
      const model = decodeModel(bytes)
      change(model)
      await writeFile(at(name), encodeModelProto(model))
      return at(name)
    }
    const files: [file: string, reason: RegExp][] = [
      [
        await write(
          'external.onnx',
          ({ graph }) =>
            (graph!.initializer[0]!.externalData = [create(StringStringEntryProtoSchema, { key: 'location', value: '../../etc/passwd' })]),
        ),
        /other files/,
      ],
      [
        await write('contrib.onnx', (model) =>
          model.opsetImport.push(create(OperatorSetIdProtoSchema, { domain: 'com.microsoft', version: 1n })),
        ),
        /com\.microsoft/,
      ],
      [await write('plain.onnx', (model) => (model.metadataProps = [])), /"format" is missing/],
      [
        await write(
          'classes.onnx',
          (model) => (model.metadataProps.find((p) => p.key === 'classes')!.value = '[{"name":"a","color":"red"}]'),
        ),
        /classes\.0\.color/,
      ],
      [
        await write(
          'fewer.onnx',
          (model) => (model.metadataProps.find((p) => p.key === 'classes')!.value = '[{"name":"a","color":"#ff0000"}]'),
        ),
        /instead of float32 \[1,1,/,
      ],
      [
        await write('random.onnx', (model) => (model.metadataProps.find((p) => p.key === 'transforms')!.value = '[{"type":"RandomFlip"}]')),
        /RandomFlip is not for prediction/,
      ],
      [await write('unknownOp.onnx', ({ graph }) => (graph!.node[0]!.opType = 'FormatDisk')), /FormatDisk/],
      [
        await write('weights.onnx', ({ graph }) => (graph!.initializer.find((t) => t.dims.length === 4)!.rawData = new Uint8Array(4))),
        /cannot be used/,
      ],
    ]
    await writeFile(at('half.onnx'), bytes)
    await truncate(at('half.onnx'), bytes.length >> 1)
    await writeFile(at('text.onnx'), 'this is no model')
    await writeFile(at('empty.onnx'), '')
    files.push([at('half.onnx'), /model\/bad-file/], [at('text.onnx'), /model\/bad-file/], [at('empty.onnx'), /model\/bad-file/])
    for (const [file, reason] of files) {
      const answer = await codeOf(predict(file, at('data/0.png')))
      expect(answer, file).toMatch(/^model\/bad-file/)
      expect(answer, file).toMatch(reason)
      expect(await predict(at('model.onnx'), at('data/2.png'))).toMatchObject({ width: 64 })
    }
  })

  it('answers requests at the same time one by one', async () => {
    const results = await Promise.all(
      Array.from({ length: 4 }, async (_, i) =>
        client.predict({ modelFile: at('model.onnx'), imageFile: at(`data/${i}.png`), outPrefix: at(`many-${i}`) }),
      ),
    )
    expect(results.map(({ width }) => width)).toEqual([64, 64, 64, 64])
  })
})

describe('how a picture is looked at', () => {
  const inference: Inference = { ...plainInference, window: { type: 'slide', crop: [32, 32], stride: [32, 32] }, flip: true }
  const index = async (modelFile: string, asked?: Inference): Promise<Uint8Array> => {
    await client.predict({ modelFile, imageFile: at('data/3.png'), outPrefix: at('look'), provider: 'cpu', inference: asked })
    return Uint8Array.from(decode(await readFile(at('look.index.png'))).data)
  }
  const withProps = async (
    name: string,
    change: (props: ReturnType<typeof decodeModel>['metadataProps']) => typeof props,
  ): Promise<string> => {
    const model = decodeModel(await readFile(at('model.onnx')))
    model.metadataProps = change(model.metadataProps)
    await writeFile(at(name), encodeModelProto(model))
    return at(name)
  }

  it('the file says it as its run did; what is asked for comes first; files of before look once', async () => {
    const said = decodeModel(await readFile(at('model.onnx'))).metadataProps.find(({ key }) => key === 'inference')
    expect(JSON.parse(said!.value)).toEqual(plainInference)
    const sliding = await withProps('sliding.onnx', (props) =>
      props.map((prop) => (prop.key === 'inference' ? { ...prop, value: JSON.stringify(inference) } : prop)),
    )
    const before = await withProps('before.onnx', (props) => props.filter(({ key }) => key !== 'inference'))
    const once = await index(at('model.onnx'))
    const through = await index(at('model.onnx'), inference)
    expect(through).not.toEqual(once)
    expect(await index(sliding)).toEqual(through)
    expect(await index(sliding, plainInference)).toEqual(once)
    expect(await index(before)).toEqual(once)
    const gaps = JSON.stringify({ window: { type: 'slide', crop: [32, 32], stride: [64, 64] } })
    const bad = await withProps('gaps.onnx', (props) => props.map((prop) => (prop.key === 'inference' ? { ...prop, value: gaps } : prop)))
    expect(await codeOf(predict(bad, at('data/3.png')))).toMatch(/^model\/bad-file.*inference\.window\.stride/)
  })

  it('scores by it, too, and refuses windows that leave gaps', async () => {
    const score = (asked?: Inference) =>
      client.evaluate({ source: { kind: 'checkpoint', runFolder: root, checkpoint: 'best' }, splits: ['train'], inference: asked })
    expect((await score(inference)).mIoU).not.toBe((await score()).mIoU)
    const gaps: Inference = { ...plainInference, window: { type: 'slide', crop: [32, 32], stride: [32, 64] } }
    expect(await codeOf(score(gaps))).toMatch(/^input\/invalid/)
  })
})

describe('the other methods of the port', () => {
  it('evaluates, probes and refuses bad input', async () => {
    const { mIoU, table, items } = await client.evaluate({
      source: { kind: 'checkpoint', runFolder: root, checkpoint: 'best' },
      splits: ['train'],
    })
    expect(items).toBe(8)
    expect(mIoU).toBeGreaterThan(0.6)
    expect(table.columns).toEqual(['IoU', 'Acc', 'pixels'])
    expect(await client.probe({ provider: 'cpu' })).toEqual({
      usable: true,
      adapter: null,
      software: false,
      half: false,
      startMs: expect.any(Number) as number,
      error: null,
    })
    expect(await codeOf(client.probe({ provider: 'abacus' as never }))).toMatch(/^input\/invalid/)
    expect(
      await codeOf(
        client.exportModel({
          runFolder: at('nowhere'),
          checkpoint: 'last',
          precision: 'fp32',
          outFile: at('x.onnx'),
          modelId: runId,
          name: '',
        }),
      ),
    ).toMatch(/^file\/not-found/)
  })
})
