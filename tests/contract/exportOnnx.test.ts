import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exportModel } from '../../src/compute/export/exportModel.ts'
import { decodeModel, modelMetadata } from '../../src/compute/graph/codec.ts'
import { openModel } from '../../src/compute/predict/onnxModel.ts'
import { openCheckpoint } from '../../src/compute/train/checkpointModel.ts'
import { evaluateSource } from '../../src/compute/train/evaluateSource.ts'
import { TrainRun } from '../../src/compute/train/trainRun.ts'
import { counterRng } from '../../src/shared/counterRng.ts'
import { CancelledError } from '../../src/shared/errors.ts'
import { readEvents } from '../support/computeChild.ts'
import { makeTinyRun, tinyModel } from '../support/tinyRun.ts'

const models = {
  custom: tinyModel,
  'group norm': { ...tinyModel, headNorm: 'group' },
  'mit-b0': { type: 'segformer', variant: 'mit-b0' },
} as const
type Which = keyof typeof models
const precisions = ['fp32', 'fp16'] as const
const cases = (Object.keys(models) as Which[]).flatMap((which) => precisions.map((precision) => [which, precision] as const))

let root: string
const runFolder = (which: Which) => join(root, which)
const onnxFile = (which: Which, precision: string) => join(root, `${which}.${precision}.onnx`)
const options = { checkpoint: 'best', modelId: 'the-model', name: 'A model', threads: 2 } as const

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'mw-export-'))
  for (const which of Object.keys(models) as Which[]) {
    await makeTinyRun(runFolder(which), {
      model: models[which],
      config: { loop: { steps: 12 }, checkpoint: { every: { unit: 'step', every: 12 } }, device: { threads: 2 } },
    })
    await readEvents(new TrainRun({ runId: 'the-run', runFolder: runFolder(which), attempt: 1 }).events)
  }
})
afterAll(async () => rm(root, { recursive: true, force: true }))

describe('export', () => {
  it.each(cases)('%s %s: the file agrees with the training graph on real pictures', async (which, precision) => {
    const result = await exportModel({ ...options, runFolder: runFolder(which), precision, outFile: onnxFile(which, precision) })
    expect(result).toMatchObject({
      opset: 17,
      irVersion: 8,
      taskId: 'semanticSegmentation',
      inputSize: [64, 64],
      datasetHash: 'tiny-8-64',
      primary: { name: 'mIoU' },
    })
    expect(result.parity).toMatchObject({ passed: true, images: 4 })
    expect(result.parity.maxAbsLogit).toBeGreaterThan(0.1)
    if (precision === 'fp32') expect(result.parity.maxAbsDiff).toBeLessThanOrEqual(1e-4 * Math.max(1, result.parity.maxAbsLogit))
    else
      expect(result.parity).toMatchObject({
        relativeL2: expect.toSatisfy((v: number) => v > 0 && v <= 5e-3) as number,
        argmaxAgreement: expect.toSatisfy((v: number) => v >= 0.995) as number,
      })
    expect((await stat(onnxFile(which, precision))).size).toBe(result.bytes)
  })

  it('says in the file how to use it, and holds nothing foreign', async () => {
    const model = decodeModel(await readFile(onnxFile('custom', 'fp16')))
    const metadata = modelMetadata(model)
    expect(metadata).toMatchObject({
      task: 'semanticSegmentation',
      runId: 'the-run',
      modelId: 'the-model',
      datasetHash: 'tiny-8-64',
      precision: 'fp16',
      multipleOf: '32',
      inputSize: '[64,64]',
      output: 'logits at input size',
    })
    expect(metadata['producer']).toMatch(/^maskwright \d/)
    expect(JSON.parse(metadata['classes']!)).toEqual([
      { name: 'background', color: '#000000' },
      { name: 'disc', color: '#800000' },
      { name: 'bar', color: '#008000' },
    ])
    expect(JSON.parse(metadata['normalization']!)).toEqual({ mean: [123.675, 116.28, 103.53], std: [58.395, 57.12, 57.375] })
    const nodes = model.graph!.node
    expect(new Set(nodes.map((node) => node.domain))).toEqual(new Set(['']))
    expect(nodes.map((node) => node.opType)).not.toContain('BatchNormalization')
    expect(nodes.map((node) => node.opType)).toContain('Erf')
  })

  it('stores fp16 weights in half the bytes', async () => {
    const size = async (precision: string) => (await stat(onnxFile('mit-b0', precision))).size
    expect((await size('fp16')) / (await size('fp32'))).toBeLessThan(0.55)
  })

  it.each(['custom', 'mit-b0'] as const)('%s runs at any batch and any multiple of 32', async (which) => {
    const trained = await openCheckpoint(runFolder(which), 'best', 2)
    const exported = await openModel(onnxFile(which, 'fp32'), { provider: 'cpu', threads: 2 })
    const rng = counterRng(7, 'shapes')
    for (const [batch, height, width] of [
      [1, 32, 32],
      [3, 64, 96],
      [2, 160, 32],
      [1, 256, 224],
    ] as const) {
      const images = Float32Array.from({ length: batch * 3 * height * width }, () => rng.normal())
      const a = await trained.infer(images, { batch, height, width })
      const b = await exported.infer(images, { batch, height, width })
      expect(b.shape).toEqual([batch, 3, height, width])
      const largest = a.data.reduce((most, value) => Math.max(most, Math.abs(value)), 1)
      expect(a.data.reduce((most, value, i) => Math.max(most, Math.abs(value - b.data[i]!)), 0)).toBeLessThanOrEqual(1e-4 * largest)
    }
    await trained.dispose()
    await exported.dispose()
  })

  it.each(precisions)('%s: fails and leaves no file when the numbers do not agree', async (precision) => {
    const outFile = join(root, 'altered', `${precision}.onnx`)
    // A hundredth of one layer's weights: far too small to see in a picture.
    const alter = (name: string, weights: Float32Array) =>
      name === 'decode_head.linear_pred.weight' ? weights.map((w, i) => (i % 3 === 0 ? w * 1.03 : w)) : weights
    await expect(exportModel({ ...options, runFolder: runFolder('custom'), precision, outFile, alter })).rejects.toMatchObject({
      code: 'model/parity-failed',
      data: { images: 4, precision },
    })
    expect(await readdir(join(root, 'altered'))).toEqual([])
  })

  it('leaves no file when it is cancelled', async () => {
    const outFile = join(root, 'cancelled', 'model.onnx')
    const work = exportModel({ ...options, runFolder: runFolder('custom'), precision: 'fp32', outFile, signal: AbortSignal.abort() })
    await expect(work).rejects.toBeInstanceOf(CancelledError)
    expect(await readdir(join(root, 'cancelled'))).toEqual([])
  })

  it('refuses a missing and a damaged checkpoint', async () => {
    const folder = join(root, 'other')
    await makeTinyRun(folder, { config: { loop: { steps: 2 }, data: { valSplits: [] } } })
    const attempt = { ...options, runFolder: folder, precision: 'fp32', outFile: join(root, 'other.onnx') } as const
    await expect(exportModel(attempt)).rejects.toMatchObject({ code: 'checkpoint/not-found' })
    await readEvents(new TrainRun({ runId: 'r', runFolder: folder, attempt: 1 }).events)
    // No validation split: no best one, and pictures of the training split are compared.
    await expect(exportModel(attempt)).rejects.toMatchObject({ code: 'checkpoint/not-found' })
    expect((await exportModel({ ...attempt, checkpoint: 'last' })).parity).toMatchObject({ passed: true })
    for (const name of (await readdir(join(folder, 'checkpoints'))).filter((entry) => entry.startsWith('step-')))
      await writeFile(join(folder, 'checkpoints', name, 'model.safetensors'), 'x')
    await expect(exportModel({ ...attempt, checkpoint: 'last' })).rejects.toMatchObject({ code: 'checkpoint/damaged' })
  })

  it('scores the same as its checkpoint', async () => {
    const checkpoint = await evaluateSource({ kind: 'checkpoint', runFolder: runFolder('custom'), checkpoint: 'best' }, ['val'], {
      threads: 2,
    })
    const snapshotFile = join(runFolder('custom'), 'snapshot.json')
    const file = await evaluateSource({ kind: 'model', modelFile: onnxFile('custom', 'fp32'), snapshotFile, provider: 'cpu' }, ['val'], {
      threads: 2,
    })
    expect(file.items).toBe(4)
    expect(file.mIoU).toBeCloseTo(checkpoint.mIoU!, 3)
    expect(file.table.rows).toHaveLength(3)
    const other = JSON.parse(await readFile(snapshotFile, 'utf8')) as { classes: { name: string }[] }
    other.classes[1]!.name = 'ring'
    await writeFile(join(root, 'other.json'), JSON.stringify(other))
    await expect(
      evaluateSource(
        { kind: 'model', modelFile: onnxFile('custom', 'fp32'), snapshotFile: join(root, 'other.json'), provider: 'cpu' },
        ['val'],
        { threads: 2 },
      ),
    ).rejects.toMatchObject({ code: 'model/unsupported' })
    await expect(
      evaluateSource({ kind: 'checkpoint', runFolder: runFolder('custom'), checkpoint: 'best' }, ['nothing'], { threads: 2 }),
    ).rejects.toMatchObject({ code: 'run/no-training-items' })
  })
})

const python = '/usr/bin/python3'
const pythonOnnx = spawnSync(python, ['-c', 'import onnx']).status === 0

describe('python3-onnx', () => {
  const checked = it.skipIf(!pythonOnnx)
  checked('finds every export valid: structure, types and shapes', () => {
    const oracle = fileURLToPath(new URL('../oracles/onnx_check.py', import.meta.url))
    const files = cases.map(([which, precision]) => onnxFile(which, precision))
    const reports = execFileSync(python, [oracle, ...files], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(reports).toHaveLength(cases.length)
    for (const report of reports)
      expect(report).toMatchObject({
        irVersion: 8,
        opsets: { '': 17 },
        inputs: { image: ['N', 3, 'H', 'W'] },
        outputs: { logits: ['N', 3, 'H', 'W'] },
        domains: [''],
      })
    expect(reports.map((report) => report['weightTypes'])).toEqual(
      cases.map(([, precision]) => (precision === 'fp16' ? ['FLOAT', 'FLOAT16', 'INT64'] : ['FLOAT', 'INT64'])),
    )
  })
})
