import { execFileSync, spawnSync } from 'node:child_process'
import {
  copyFileSync,
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { openSam } from '../../src/compute/assist/onnx/openSam.ts'
import { importSam, inspectSam, type ImportSam } from '../../src/compute/export/sam/importSam.ts'
import { loadSam } from '../../src/compute/export/sam/loadSam.ts'
import { writeSamPair } from '../../src/compute/export/sam/samPair.ts'
import { relativeRow } from '../../src/compute/golden/compare.ts'
import { tensor } from '../../src/compute/golden/goldenFile.ts'
import { decoderFeeds } from '../../src/compute/golden/replaySam.ts'
import { readPrompts, readSamConfig } from '../../src/compute/golden/samFile.ts'
import { samVariants } from '../../src/compute/models/sam/config.ts'
import { recogniseSam } from '../../src/compute/models/sam/recognise.ts'
import { samDecoder, samEncoder } from '../../src/compute/models/sam/sam.ts'
import { GraphBuilder } from '../../src/compute/graph/builder.ts'
import { Net } from '../../src/compute/nn/net.ts'
import { Session, hostData, hostTensor } from '../../src/compute/runtime/session.ts'
import {
  joinBytes,
  readSafetensors,
  writeSafetensors,
  type SafeTensors,
  type WritableTensor,
} from '../../src/compute/weights/safetensors.ts'
import { openWeightFile } from '../../src/compute/weights/weightFile.ts'
import { CancelledError } from '../../src/shared/errors.ts'
import { createOutput } from '../../src/main/cli/output.ts'
import { importSamCommand } from '../../src/main/cli/samImportCommand.ts'
import type { Core } from '../../src/main/core.ts'
import { modelUploadType } from '../../src/shared/assist/modelUpload.ts'
import { samConversionSchema, samImportOptionsSchema } from '../../src/shared/model/samImport.ts'
import { endOfJob, startCore } from './coreHarness.ts'
import { describeShared, noteUnregistered, sharedDir } from '../support/shared.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'maskwright-sam-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const fixtures = path.join(import.meta.dirname, '../fixtures/weights')
const module = path.join(fixtures, 'sam-module.pth')
const defaults = { imageSize: null, precision: 'fp32', input: 'padded', use: 'auto', decoderHeads: 8, threads: 2 } as const
const convert = (file: string, name: string, change: Partial<ImportSam> = {}) =>
  importSam({ ...defaults, file, outFolder: path.join(folder, name), ...change })

describe('what a checkpoint is', () => {
  it('is read off the shapes of its tensors, for the published sizes as for others', () => {
    for (const [name, config] of Object.entries(samVariants)) {
      const net = new Net(new GraphBuilder(), false)
      samEncoder(net, config, 'padded')
      const decoder = new Net(new GraphBuilder(), false)
      samDecoder(decoder, config)
      const tensors = new Map([...net.parameters, ...decoder.parameters].map((spec) => [`sam.${spec.name}`, spec]))
      expect(recogniseSam(tensors, 8)).toEqual({ prefix: 'sam.', variant: name, config })
    }
    const { report } = openedModule()
    expect(report).toMatchObject({ section: 'model', prefix: 'module.', variant: null, imageSize: 64, missing: [], unexpected: [] })
    expect(report.encoder).toEqual({ width: 8, depth: 2, heads: 2, window: 3, globalBlocks: [1] })
  })

  it('gives the very weights of the file', () => {
    const { weights } = openedModule()
    expect([...weights('image_encoder.neck.1.bias')]).toEqual(Array.from({ length: 16 }, (_, i) => i))
  })
})

function openedModule(imageSize: number | null = null) {
  const file = openWeightFile(module)
  try {
    const { config, report, weights } = loadSam(file, { ...defaults, imageSize })
    const read = new Map(report.matched.map((name) => [name, weights(name)]))
    return { config, report, weights: (name: string) => read.get(name)! }
  } finally {
    file.close()
  }
}

describe('another picture size', () => {
  it('brings the positions to it and leaves everything else', () => {
    const { report, config, weights } = openedModule(96)
    expect(config.imageSize).toBe(96)
    const names = ['image_encoder.blocks.1.attn.rel_pos_h', 'image_encoder.blocks.1.attn.rel_pos_w', 'image_encoder.pos_embed']
    expect([...report.resampled].sort()).toEqual(names)
    const before = openedModule().weights
    // Half pixel centres: the sixth of 11 distances is the fourth of 7, and what lies between two places lies between their values.
    const [small, large] = [before(names[0]!), weights(names[0]!)]
    expect(large.length).toBe((11 / 7) * small.length)
    expect([...large.subarray(5 * 4, 6 * 4)].map((v, i) => Math.abs(v - small[3 * 4 + i]!)).every((d) => d < 1e-6)).toBe(true)
    expect(Math.max(...large)).toBeLessThanOrEqual(Math.max(...small))
    expect(weights('image_encoder.blocks.0.attn.rel_pos_h')).toEqual(before('image_encoder.blocks.0.attn.rel_pos_h'))
    expect(() => openedModule(100)).toThrow(
      expect.objectContaining({ code: 'weights/bad-size', data: { imageSize: 100, multipleOf: 16, most: 8192 } }),
    )
  })
})

describe('a converted checkpoint', () => {
  it('is a pair that the studio opens, of another size, in half precision, with its pixels as they come', async () => {
    const seen: number[] = []
    const { files, check } = await convert(module, 'raw', {
      imageSize: 96,
      precision: 'fp16',
      input: 'raw',
      onProgress: (done, total) => seen.push(done / total),
    })
    expect(files.map(({ name }) => name)).toEqual(['encoder.onnx', 'decoder.onnx', 'weights.safetensors'])
    expect(seen.at(-1)).toBeGreaterThan(0.9)
    expect(check.encoder!.relativeL2).toBeGreaterThan(0)
    const sam = await openSam({
      encoderFile: path.join(folder, 'raw/encoder.onnx'),
      decoderFile: path.join(folder, 'raw/decoder.onnx'),
      provider: 'cpu',
      threads: 1,
    })
    expect(sam.facts).toMatchObject({ family: 'samRaw', grid: 24, preprocess: { size: 96, fit: 'longSide', pad: false, mean: [0, 0, 0] } })
    const rgb = Uint8Array.from({ length: 50 * 30 * 3 }, (_, i) => (i * 37) % 256)
    const embedding = await sam.encode({ width: 50, height: 30, rgb })
    const candidates = await sam.decode(embedding, { points: [{ x: 20, y: 10, positive: true }], box: null, logits: null })
    await sam.close()
    expect(candidates).toHaveLength(3)
    expect(candidates[0]!.mask()).toHaveLength(50 * 30)
  })

  it('keeps large weights beside the model, which must come along', async () => {
    const { config, weights } = openedModule()
    const inside = path.join(folder, 'inside')
    const beside = path.join(folder, 'beside')
    const names: string[][] = []
    for (const [at, externalAbove] of [
      [inside, 1e9],
      [beside, 1000],
    ] as const) {
      mkdirSync(at)
      names.push(await writeSamPair(at, { config, weights, precision: 'fp32', input: 'padded', source: {}, externalAbove }))
    }
    expect(names[1]).toEqual(['encoder.onnx', 'decoder.onnx', 'encoder.onnx.data', 'decoder.onnx.data'])
    const embed = async (at: string) => {
      const session = await Session.create(path.join(at, 'encoder.onnx'), { provider: 'cpu', threads: 1 })
      const picture = hostTensor(
        Float32Array.from({ length: 3 * 64 * 64 }, (_, i) => ((i * 31) % 17) / 8 - 1),
        [1, 3, 64, 64],
      )
      const values = (hostData((await session.run({ input_image: picture }))['image_embeddings']!) as Float32Array).slice()
      await session.dispose()
      return values
    }
    expect(await embed(beside)).toEqual(await embed(inside))
    rmSync(path.join(beside, 'encoder.onnx.data'))
    const pair = { encoderFile: path.join(beside, 'encoder.onnx'), decoderFile: path.join(beside, 'decoder.onnx') }
    await expect(openSam({ ...pair, provider: 'cpu', threads: 1 })).rejects.toMatchObject({
      code: 'assist/missing-data-file',
      data: { file: 'encoder.onnx.data' },
    })
  })
})

/** The tensors of the fixture, changed and written again. */
function rewritten(name: string, change: (tensors: Map<string, WritableTensor>) => void): string {
  const { report, weights } = openedModule()
  const file = openWeightFile(module)
  const shapes = file.sections[0]!.tensors
  const tensors = new Map(
    report.matched.map((key): [string, WritableTensor] => [
      key,
      { name: key, dtype: 'F32', shape: shapes.get(`module.${key}`)!.shape, data: weights(key) },
    ]),
  )
  file.close()
  change(tensors)
  const made = path.join(folder, name)
  writeFileSync(made, joinBytes(writeSafetensors([...tensors.values()], {})))
  return made
}

describe('files that are refused', () => {
  const code = (file: string, change: Partial<ImportSam> = {}): string => {
    try {
      inspectSam(file, { ...defaults, ...change })
    } catch (error) {
      return (error as { code: string }).code
    }
    return 'accepted'
  }
  const shaped = (name: string, shape: number[]): WritableTensor => ({
    name,
    dtype: 'F32',
    shape,
    data: new Float32Array(shape.reduce((a, b) => a * b, 1)),
  })

  it('have a code each: cut off, with code inside, of other networks, with sizes that cannot be', () => {
    const whole = readFileSync(module)
    const cut = path.join(folder, 'cut.pth')
    writeFileSync(cut, whole.subarray(0, whole.length / 2))
    expect(code(cut)).toBe('weights/bad-file')
    expect(code(path.join(fixtures, 'evil-system.pth'))).toBe('weights/unsafe')
    expect(code(path.join(fixtures, 'own.safetensors'))).toBe('weights/not-sam')
    const anchor = 'image_encoder.patch_embed.proj.weight'
    expect(code(rewritten('half.safetensors', (t) => [...t.keys()].filter((k) => k.startsWith('mask_')).forEach((k) => t.delete(k))))).toBe(
      'weights/unsupported',
    )
    expect(code(rewritten('flat.safetensors', (t) => t.set(anchor, shaped(anchor, [8]))))).toBe('weights/unsupported')
    expect(code(rewritten('wide.safetensors', (t) => t.set(anchor, shaped(anchor, [40_000, 3, 16, 16]))))).toBe('weights/unsupported')
    const table = 'image_encoder.blocks.0.attn.rel_pos_h'
    expect(code(rewritten('table.safetensors', (t) => t.set(table, shaped(table, [4, 4]))))).toBe('weights/unsupported')
    expect(code(module, { decoderHeads: 3 })).toBe('weights/unsupported')
  })

  it('are told apart from those with a few tensors missing or of another shape, which the report names', () => {
    const name = 'mask_decoder.iou_prediction_head.layers.1.bias'
    const report = inspectSam(
      rewritten('few.safetensors', (t) => {
        t.delete('mask_decoder.iou_token.weight')
        t.set(name, shaped(name, [7]))
        t.set('mask_decoder.hf_token.weight', shaped('mask_decoder.hf_token.weight', [1, 16]))
      }),
      defaults,
    )
    expect(report).toMatchObject({
      accepted: true,
      missing: ['mask_decoder.iou_token.weight'],
      unexpected: ['mask_decoder.hf_token.weight'],
      shapeMismatch: [{ name, model: [4], file: [7] }],
    })
    const most = rewritten('most.safetensors', (t) =>
      [...t.keys()].filter((k) => /hypernetworks|upscaling/.test(k)).forEach((k) => t.delete(k)),
    )
    expect(() => inspectSam(most, defaults)).toThrow(expect.objectContaining({ code: 'weights/mismatch' }))
  })

  it('leave nothing behind, nor does a cancelled one', async () => {
    const name = 'mask_decoder.mask_tokens.weight'
    const spoilt = rewritten('nan.safetensors', (t) => {
      const found = t.get(name)!
      t.set(name, { ...found, data: (found.data as Float32Array).map((v, i) => (i === 5 ? NaN : v)) })
    })
    await expect(convert(spoilt, 'spoilt')).rejects.toMatchObject({ code: 'weights/bad-file', data: { tensor: name } })
    await expect(convert(module, 'cancelled', { signal: AbortSignal.abort() })).rejects.toThrow(CancelledError)
    expect(existsSync(path.join(folder, 'spoilt'))).toBe(false)
    expect(readdirSync(folder).filter((entry) => entry.includes('partial') || entry === 'cancelled')).toEqual([])
  })
})

describe('from the studio', () => {
  it('a page chooses a checkpoint, and the pair is among the models when the job ends', async () => {
    const home = path.join(folder, 'home')
    mkdirSync(path.join(home, 'weights'), { recursive: true })
    copyFileSync(module, path.join(home, 'weights', 'mine.pth'))
    copyFileSync(path.join(fixtures, 'own.safetensors'), path.join(home, 'weights', 'other.safetensors'))
    const { core, client } = await startCore(home)
    try {
      const { folderId } = await client.folders.idForPath({ path: path.join(home, 'weights') })
      const { entries } = await client.folders.list({ folderId })
      const idOf = (name: string) => entries.find((entry) => entry.name === name)!.id
      const options = { ...samImportOptionsSchema.parse({}), imageSize: 96 }
      await expect(client.assist.importCheckpoint({ fileId: idOf('other.safetensors'), options })).rejects.toMatchObject({
        code: 'weights/not-sam',
      })
      const { jobId } = await client.assist.importCheckpoint({ fileId: idOf('mine.pth'), options })
      const { result, progress } = await endOfJob(core, jobId)
      expect(progress).toMatchObject({ phase: 'checking' })
      const { modelId, files, check } = samConversionSchema.parse(result)
      expect(files.map(({ name }) => name)).toEqual(['encoder.onnx', 'decoder.onnx', 'weights.safetensors'])
      expect([check.encoder, check.decoder.relativeL2 < 1e-5]).toEqual([null, true])
      const { models } = await client.assist.models({})
      const made = models.find(({ id }) => id === modelId)
      expect(made).toMatchObject({ name: 'mine', origin: 'made', facts: { family: 'sam', preprocess: { size: 96 } }, problem: null })
      await client.assist.removeModel({ modelId })
      expect(readdirSync(path.join(home, 'state', 'assist-models'))).toEqual([])
      await byCommand(core, path.join(home, 'pair'))
      // A list that cannot be written: what was converted must not stay behind.
      rmSync(path.join(home, 'state', 'assist.json'))
      mkdirSync(path.join(home, 'state', 'assist.json'))
      const again = await client.assist.importCheckpoint({ fileId: idOf('mine.pth'), options })
      expect(await core.host.jobs.wait(again.jobId)).toMatchObject({ state: 'failed', error: { code: 'disk/failed' } })
      expect(readdirSync(path.join(home, 'state', 'assist-models'))).toEqual([])
    } finally {
      await core.close()
    }
  })

  it('goes on when another project is opened', async () => {
    const home = path.join(folder, 'switching')
    mkdirSync(home)
    const { core, client } = await startCore(home)
    try {
      await core.host.slot.create(path.join(home, 'one'), 'one')
      const fileId = await core.upload(createReadStream(module), modelUploadType('mine.pth'))
      const { jobId } = await client.assist.importCheckpoint({ fileId, options: samImportOptionsSchema.parse({}) })
      await core.host.slot.create(path.join(home, 'two'), 'two')
      expect(core.host.jobs.get(jobId)).toMatchObject({ state: 'running' })
      const { modelId } = samConversionSchema.parse((await endOfJob(core, jobId)).result)
      expect((await client.assist.models({})).models.map(({ id }) => id)).toContain(modelId)
    } finally {
      await core.close()
    }
  })

  it('removes at the next start what a host left that was killed before the pair was in the list', async () => {
    const home = path.join(folder, 'killed')
    const left = path.join(home, 'state', 'assist-models', '019358a0-0000-7000-8000-0000000000cc')
    mkdirSync(left, { recursive: true })
    writeFileSync(path.join(home, 'state', 'assist.json'), '{"models":[],"defaultId":null}')
    // As if it had been there for hours: the age of a folder cannot be written.
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 5 * 60 * 60_000)
    const { core } = await startCore(home).finally(() => vi.restoreAllMocks())
    await expect.poll(() => existsSync(left)).toBe(false)
    await core.close()
  })

  it('keeps nothing of a checkpoint that was sent and is no SAM', async () => {
    const home = path.join(folder, 'sent')
    mkdirSync(home)
    const { core, client } = await startCore(home)
    try {
      const file = createReadStream(path.join(fixtures, 'own.safetensors'))
      const fileId = await core.upload(file, modelUploadType('own.safetensors'))
      const sent = core.assist.uploads.find(fileId)!
      expect(existsSync(sent)).toBe(true)
      const options = samImportOptionsSchema.parse({})
      await expect(client.assist.importCheckpoint({ fileId, options })).rejects.toMatchObject({ code: 'weights/not-sam' })
      expect([existsSync(sent), core.assist.uploads.find(fileId)]).toEqual([false, null])
    } finally {
      await core.close()
    }
  })
})

/** What `maskwright models import-sam` does: the pair lies where it was told, and no folder is written over. */
async function byCommand(core: Core, out: string): Promise<void> {
  const said = new PassThrough()
  const output = createOutput(true, said as unknown as NodeJS.WriteStream, new PassThrough().resume() as unknown as NodeJS.WriteStream)
  const options = { precision: 'fp16', input: 'padded', use: 'auto', decoderHeads: 8, name: 'half', out } as const
  const command = () => importSamCommand(core, module, options, output, new AbortController().signal)
  await command()
  expect(JSON.parse(String(said.read()))).toMatchObject({
    report: { prefix: 'module.', accepted: true },
    model: { name: 'half' },
    folder: out,
  })
  expect(readdirSync(out).sort()).toEqual(['decoder.onnx', 'encoder.onnx', 'weights.safetensors'])
  await expect(command()).rejects.toMatchObject({ code: 'input/invalid' })
  // A file system without a free byte.
  const full = importSamCommand(core, module, { ...options, out: '/proc/nowhere/pair' }, output, new AbortController().signal)
  await expect(full).rejects.toMatchObject({ code: 'disk/full', data: { freeGb: '0.0' } })
}

/** The golden weights as a checkpoint. */
function goldenCheckpoint(): { golden: SafeTensors; file: string } {
  const golden = readSafetensors(readFileSync(path.join(sharedDir, 'golden', 'sam-tiny.safetensors')))
  const weights = [...golden.tensors].filter(([name]) => name.startsWith('param.'))
  const tensors = weights.map(([name, t]) => ({ name: name.slice('param.'.length), dtype: t.dtype, shape: t.shape, data: t.bytes }))
  const file = path.join(folder, 'golden.safetensors')
  writeFileSync(file, joinBytes(writeSafetensors(tensors, {})))
  return { golden, file }
}

const python = '/usr/bin/python3'
const pythonOnnx = spawnSync(python, ['-c', 'import onnx']).status === 0

describeShared('the exported files', {
  'compute the golden numbers, in float16 nearly': async () => {
    const { golden, file } = goldenCheckpoint()
    const config = readSamConfig(golden)
    for (const [precision, bound] of [
      ['fp32', 1e-4],
      ['fp16', 5e-3],
    ] as const) {
      const { report } = await convert(file, `golden-${precision}`, { precision, decoderHeads: config.decoder.heads })
      expect([...report.missing, ...report.unexpected]).toEqual([])
      const at = path.join(folder, `golden-${precision}`)
      const open = (name: string) => Session.create(path.join(at, name), { provider: 'cpu', threads: 1 })
      const [encoder, decoder] = [await open('encoder.onnx'), await open('decoder.onnx')]
      const { shape, data } = tensor(golden, 'encoder_input')
      const { image_embeddings: embedding } = await encoder.run({ input_image: hostTensor(data, shape) })
      const off = (got: unknown, name: string) => relativeRow(name, got as Float32Array, tensor(golden, name).data, bound)
      const rows = [off(hostData(embedding!), 'image_embedding')]
      for (const prompt of readPrompts(golden)) {
        const results = await decoder.run({ image_embeddings: embedding!, ...decoderFeeds(golden, prompt, 8) })
        rows.push(
          off(hostData(results['masks']!), `${prompt.kind}.masks_all4`),
          off(hostData(results['low_res_masks']!), `${prompt.kind}.low_res_masks_all4`),
          off(hostData(results['iou_predictions']!), `${prompt.kind}.iou_all4`),
        )
      }
      expect(rows.filter((row) => !row.passed)).toEqual([])
      await Promise.all([encoder.dispose(), decoder.dispose()])
    }
  },
})

if (pythonOnnx)
  describe('python3-onnx', () => {
    it('finds the files valid and the decoder of the official signature', async () => {
      await convert(module, 'checked')
      await convert(module, 'checked16', { precision: 'fp16', input: 'raw' })
      const oracle = path.join(import.meta.dirname, '../oracles/onnx_check.py')
      const files = ['checked', 'checked16'].flatMap((at) => ['encoder', 'decoder'].map((part) => path.join(folder, at, `${part}.onnx`)))
      const reports = execFileSync(python, [oracle, ...files, path.join(folder, 'beside/decoder.onnx')], { encoding: 'utf8' })
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>)
      for (const report of reports) expect(report).toMatchObject({ irVersion: 8, opsets: { '': 17 }, domains: [''] })
      expect(reports[0]).toMatchObject({ inputs: { input_image: [1, 3, 64, 64] }, outputs: { image_embeddings: [1, 16, 4, 4] } })
      expect(reports[2]).toMatchObject({ inputs: { input_image: ['image_height', 'image_width', 3] } })
      for (const at of [1, 3, 4])
        expect(reports[at]).toMatchObject({
          inputs: {
            image_embeddings: [1, 16, 4, 4],
            point_coords: [1, 'num_points', 2],
            point_labels: [1, 'num_points'],
            mask_input: [1, 1, 16, 16],
            has_mask_input: [1],
            orig_im_size: [2],
          },
          outputs: { masks: [1, 4, 'orig_height', 'orig_width'], iou_predictions: [1, 4], low_res_masks: [1, 4, 16, 16] },
        })
      expect(reports[3]!['weightTypes']).toEqual(['FLOAT', 'FLOAT16', 'INT64'])
    })
  })
else noteUnregistered('python3-onnx on an exported SAM', 1, "Debian's python3-onnx")
