import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exportWeights } from '../../src/compute/export/exportWeights.ts'
import { createTrainStep } from '../../src/compute/train/createStep.ts'
import { inspectWeights } from '../../src/compute/train/inspectWeights.ts'
import { modelOf } from '../../src/compute/train/setup.ts'
import { loadStartWeights } from '../../src/compute/train/startWeights.ts'
import { writeCheckpoint } from '../../src/compute/train/checkpointFiles.ts'
import { asFloat32, readSafetensors, type WritableTensor } from '../../src/compute/weights/safetensors.ts'
import type { WeightsConfig } from '../../src/shared/model/train/weights.ts'
import { requireTrainConfig } from '../../src/shared/model/trainConfigParse.ts'
import type { WeightsReport } from '../../src/shared/model/weights.ts'
import { atRest, makeProject, remove, startCore, tinyConfig, until } from './coreHarness.ts'
import { makeTinyRun } from '../support/tinyRun.ts'
import { TrainRun } from '../../src/compute/train/trainRun.ts'

const fixtures = path.join(import.meta.dirname, '../fixtures/weights')
const fixture = (name: string): string => path.join(fixtures, name)
/** The network of tests/oracles/weights.py. */
const model = {
  type: 'segformer',
  variant: 'custom',
  dims: [4, 4, 8, 8],
  depths: [1, 2, 1, 1],
  heads: [1, 1, 2, 2],
  srRatios: [8, 4, 2, 1],
  embedDim: 8,
  dropPath: 0,
  dropout: 0,
} as const
const rules = { naming: 'auto', use: 'auto', minMatched: 0.95, head: 'load' } as const
const edge = 64
const expected = readSafetensors(readFileSync(fixture('expected.safetensors')))
const ownTensors = readSafetensors(readFileSync(fixture('own.safetensors'))).tensors

let folder: string
beforeAll(() => (folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'maskwright-weights-')))))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The picture of the oracle: ((i * 7919) mod 256) / 128 - 1. */
const picture = Float32Array.from({ length: 3 * edge * edge }, (_, i) => ((i * 7919) % 256) / 128 - 1)

/** Logits of a fresh network after loading a file, at every eighth pixel, `[1,5,8,8]`. */
async function logitsAfter(
  file: string,
  change: Partial<WeightsConfig> = {},
  classes = 5,
): Promise<{ logits: Float32Array; lines: string[] }> {
  const network = modelOf(requireTrainConfig({ model }), classes)
  const shape = { batch: 1, height: edge, width: edge }
  const optimizer = { ...requireTrainConfig({ model }).optimizer, clipNorm: null, rules: [] }
  const step = await createTrainStep({ model: network, ...shape, optimizer, seed: 1, provider: 'cpu', threads: 1 })
  try {
    const lines: string[] = []
    await loadStartWeights(step, network, { ...rules, file, ...change }, { runFolder: folder, say: (line) => lines.push(line) })
    const { data } = (await step.infer(picture, shape)).get('logits')!
    const sampled: number[] = []
    for (let c = 0; c < classes; c++)
      for (let y = 0; y < edge; y += 8) for (let x = 0; x < edge; x += 8) sampled.push(data[(c * edge + y) * edge + x]!)
    return { logits: Float32Array.from(sampled), lines }
  } finally {
    await step.dispose()
  }
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a).toHaveLength(b.length)
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0)
}

describe('logits after loading', () => {
  test('own, PyTorch zip and legacy, ONNX: those of PyTorch, and the same to the last bit among each other', async () => {
    const own = (await logitsAfter(fixture('own.safetensors'), { naming: 'own' })).logits
    expect(largestDifference(own, asFloat32(expected.tensors.get('logits')!))).toBeLessThan(2e-5)
    for (const name of ['whole-nvidia.pth', 'whole-nvidia-legacy.pth', 'nvidia.onnx'])
      expect((await logitsAfter(fixture(name))).logits, name).toEqual(own)
    const averaged = (await logitsAfter(fixture('whole-nvidia.pth'), { use: 'ema' })).logits
    expect(largestDifference(averaged, asFloat32(expected.tensors.get('ema_logits')!))).toBeLessThan(2e-5)
  })

  test('MMSegmentation and bare backbones: those of our own backbone under a fresh head', async () => {
    const own = (await logitsAfter(fixture('own.safetensors'), { head: 'skip' })).logits
    for (const name of ['mmseg.pth', 'bare-nvidia-legacy.pth']) {
      const { logits, lines } = await logitsAfter(fixture(name))
      expect(logits, name).toEqual(own)
      expect(lines.join('\n')).toMatch(/starts anew/)
    }
    const half = (await logitsAfter(fixture('hf-imagenet.bin'))).logits
    expect(largestDifference(half, own)).toBeLessThan(2e-2)
    expect(half).not.toEqual(own)
  })

  test('Hugging Face with seven classes: all but the classifier; with seven of ours, all of it', async () => {
    const five = await logitsAfter(fixture('hf-seven-classes.safetensors'))
    expect(five.lines.join('\n')).toMatch(/classifier, which starts anew/)
    // Its seven classifiers are all ones: with seven classes all logits are alike, and not those of chance.
    const { logits } = await logitsAfter(fixture('hf-seven-classes.safetensors'), {}, 7)
    const plane = logits.length / 7
    for (let c = 1; c < 7; c++) expect(logits.subarray(c * plane, (c + 1) * plane)).toEqual(logits.subarray(0, plane))
  })
})

describe('inspection', () => {
  test('says which network a file looks like, and compares with it', () => {
    const report = inspectWeights(fixture('whole-nvidia.pth'), rules, null)
    expect(report.recognised).toEqual({
      variant: null,
      dims: [...model.dims],
      depths: [...model.depths],
      srRatios: [...model.srRatios],
      embedDim: 8,
      classes: 5,
    })
    expect(report).toMatchObject({ accepted: true, missing: [], shapeMismatch: [], head: { rule: 'loaded' } })
  })

  test('another network is refused with what does not fit', () => {
    const report = inspectWeights(fixture('own.safetensors'), rules, { config: { model: { variant: 'mit-b0' } }, classes: 5 })
    expect(report).toMatchObject({ accepted: false, recognised: { variant: null } })
    expect(report.shapeMismatch.length).toBeGreaterThan(50)
  })
})

describe('export', () => {
  const namings = ['own', 'nvidia', 'hf', 'mmseg'] as const
  async function exportAll(): Promise<Map<string, string>> {
    const runFolder = path.join(folder, 'exported')
    const tensors: WritableTensor[] = [...ownTensors].map(([name, tensor]) => ({
      name,
      dtype: 'F32',
      shape: tensor.shape,
      data: asFloat32(tensor),
    }))
    const state = {
      version: 1 as const,
      runId: 'run',
      attempt: 1,
      step: 3,
      updates: 3,
      lossScale: null,
      hooks: {},
      epoch: 1,
      seed: 0,
      snapshotHash: 'h',
      configHash: 'c',
      validatedStep: 0,
      primary: null,
      wall: 0,
    }
    const checkpoints = path.join(runFolder, 'checkpoints')
    mkdirSync(checkpoints, { recursive: true })
    await writeCheckpoint(path.join(checkpoints, 'step-00000003-a1'), { state, model: tensors, optimizer: [] })
    const files = new Map<string, string>()
    for (const naming of namings) {
      const outFile = path.join(process.env['MASKWRIGHT_WEIGHTS_OUT'] ?? folder, `${naming}.safetensors`)
      const { leftOut } = await exportWeights({ runFolder, checkpoint: 'last', modelFile: null, naming, outFile })
      expect(leftOut).toHaveLength(naming === 'mmseg' ? 15 : 0)
      files.set(naming, outFile)
    }
    return files
  }

  test('PyTorch loads every naming strictly: the bytes are those it was checked with', async () => {
    const exported = await exportAll()
    const checked = JSON.parse(readFileSync(fixture('exports.json'), 'utf8')) as Record<
      string,
      { sha256: string; tensors: number; maxError: number }
    >
    for (const [naming, file] of exported) {
      expect(createHash('sha256').update(readFileSync(file)).digest('hex'), naming).toBe(checked[naming]!.sha256)
      expect(checked[naming]!.maxError).toBeLessThan(1e-5)
      // And back: the same logits to the last bit, with our own head where the naming has none.
      const whole = naming === 'mmseg' ? { head: 'skip' as const } : {}
      expect((await logitsAfter(file)).logits, naming).toEqual((await logitsAfter(fixture('own.safetensors'), whole)).logits)
    }
  })
})

describe('a training from weights', () => {
  test('starts with them, keeps the report and the hash, and resumes without the file', async () => {
    const runFolder = path.join(folder, 'run')
    mkdirSync(runFolder)
    const file = path.join(folder, 'start.pth')
    copyFileSync(fixture('whole-nvidia.pth'), file)
    await makeTinyRun(runFolder, {
      model,
      config: { weights: { file }, loop: { steps: 4 }, checkpoint: { every: { unit: 'step', every: 2 } } },
    })
    const train = async (attempt: number, stopAt: number | null): Promise<string[]> => {
      const run = new TrainRun({ runId: 'run', runFolder, attempt })
      const lines: string[] = []
      for await (const event of run.events) {
        if (event.type === 'log') lines.push(event.line)
        if (event.type === 'state' && stopAt !== null && event.step >= stopAt) run.stop()
      }
      return lines
    }
    const first = await train(1, 2)
    expect(first.join('\n')).toMatch(/weights: start.pth \(torchZip, state_dict, nvidia names, prefix module.backbone.\)/)
    expect(first.join('\n')).toMatch(/head 13 of 15 tensors; loaded except the classifier/)
    const kept = JSON.parse(readFileSync(path.join(runFolder, 'weights.json'), 'utf8')) as { sha256: string; report: WeightsReport }
    expect(kept.sha256).toBe(createHash('sha256').update(readFileSync(file)).digest('hex'))
    expect(kept.report).toMatchObject({ accepted: true, head: { rule: 'classifierReinit' }, recognised: { classes: 5 } })
    rmSync(file)
    const second = await train(2, null)
    expect(second.join('\n')).toMatch(/resumed from/)
    expect(second.join('\n')).not.toMatch(/weights:/)
  })

  test('that do not fit does not begin', async () => {
    const runFolder = path.join(folder, 'refused')
    mkdirSync(runFolder)
    await makeTinyRun(runFolder, { config: { weights: { file: fixture('own.safetensors') } } })
    const run = new TrainRun({ runId: 'run', runFolder, attempt: 1 })
    const read = async (): Promise<void> => {
      for await (const event of run.events) void event
    }
    await expect(read()).rejects.toMatchObject({ code: 'weights/mismatch', data: { needed: 95 } })
    expect(existsSync(path.join(runFolder, 'weights.json'))).toBe(false)
  })
})

describe('the host', () => {
  test('checks weights before anything starts, takes ids from pages and paths from the command line only', async () => {
    const harness = await startCore()
    const { core, client } = harness
    try {
      const datasetId = await makeProject(harness)
      const classes = 6
      const file = path.join(harness.folder, 'tiny.pth')
      copyFileSync(fixture('whole-nvidia.pth'), file)
      const evil = path.join(harness.folder, 'evil.pth')
      copyFileSync(fixture('evil-system.pth'), evil)
      writeFileSync(path.join(harness.folder, 'notes.txt'), 'x')
      const config = (weights: unknown, own: object = model): Record<string, unknown> => tinyConfig(4, { model: own, weights })

      const fits = await client.runs.preflight({ datasetId, config: config({ file }) })
      expect(fits.weights).toMatchObject({
        error: null,
        report: { accepted: true, naming: 'nvidia', backbone: { matched: 120, total: 120 } },
      })
      expect(fits.weights?.report?.shapeMismatch[0]?.model[0]).toBe(classes)
      const wrong = await client.runs.preflight({ datasetId, config: config({ file }, { type: 'segformer', variant: 'mit-b0' }) })
      expect(wrong.weights).toMatchObject({ error: { code: 'weights/mismatch' }, report: { accepted: false } })
      const harm = await client.runs.preflight({ datasetId, config: config({ file: evil }) })
      expect(harm.weights).toMatchObject({ error: { code: 'weights/unsafe', data: { global: 'posix.system' } }, report: null })
      await expect(client.runs.launch({ datasetId, config: config({ file: evil }) })).rejects.toMatchObject({ code: 'weights/unsafe' })
      expect(await client.runs.list({})).toEqual([])

      const page = core.rpc.localClient(core.connect('web', new AbortController().signal))
      expect((await page.runs.preflight({ datasetId, config: config({ file }) })).weights).toMatchObject({
        error: { code: 'file/not-found' },
      })
      await expect(page.runs.launch({ datasetId, config: config({ file }) })).rejects.toMatchObject({ code: 'file/not-found' })
      const root = (await page.folders.list({ folderId: null })).entries[0]!
      const listed = (await page.folders.list({ folderId: root.id })).entries.filter(({ looksLike }) => looksLike === 'weights')
      expect(listed.map(({ name }) => name)).toEqual(['evil.pth', 'tiny.pth'])
      const run = await page.runs.launch({ datasetId, config: config({ file: listed[1]!.id }) })
      expect((await until(client, run.id, atRest)).status).toBe('finished')
      const { weights } = await page.runs.get({ runId: run.id })
      expect(weights).toMatchObject({ path: file, report: { file: 'tiny.pth', head: { rule: 'classifierReinit' } } })

      const again = await page.runs.launch({ datasetId, config: config({ file: `run:${run.id}` }) })
      expect((await until(client, again.id, atRest)).status).toBe('finished')
      expect((await page.runs.get({ runId: again.id })).weights).toMatchObject({ path: file })
      await expect(page.runs.launch({ datasetId, config: config({ file: `run:${datasetId}` }) })).rejects.toMatchObject({
        code: 'run/not-found',
      })
      renameSync(file, `${file}.away`)
      const lost = await page.runs.preflight({ datasetId, config: config({ file: `run:${run.id}` }) })
      expect(lost.weights).toMatchObject({ error: { code: 'file/not-found' } })

      const out = (await client.folders.idForPath({ path: harness.folder })).folderId
      const wish = {
        source: { kind: 'run', runId: run.id, checkpoint: 'last' },
        naming: 'hf',
        folderId: out,
        name: 'mine.safetensors',
      } as const
      expect(await client.weights.export(wish)).toMatchObject({ tensors: 145, leftOut: [], step: 4 })
      await expect(client.weights.export(wish)).rejects.toMatchObject({ code: 'input/invalid' })
      await expect(client.weights.export({ ...wish, name: '../mine.safetensors' })).rejects.toMatchObject({ code: 'input/invalid' })
      expect(inspectWeights(path.join(harness.folder, 'mine.safetensors'), rules, null)).toMatchObject({
        naming: 'hf',
        head: { rule: 'loaded' },
      })
    } finally {
      await core.close()
      remove(harness.folder)
    }
  })
})
