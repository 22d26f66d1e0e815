import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { copyFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { openSam } from '../../src/compute/assist/onnx/openSam.ts'
import { exportTuned } from '../../src/compute/export/sam/exportTuned.ts'
import { CheckpointStore } from '../../src/compute/train/checkpointStore.ts'
import { TrainRun } from '../../src/compute/train/trainRun.ts'
import { asFloat32 } from '../../src/compute/weights/safetensors.ts'
import { readSamWeights } from '../../src/compute/weights/samWeightsFile.ts'
import type { TrainEvent } from '../../src/shared/api/compute/contract.ts'
import { entryFile } from '../support/entries.ts'
import { noteUnregistered } from '../support/shared.ts'
import { canMount, mountSmallDisk } from '../support/smallDisk.ts'
import { drawTunePicture, makeTuneRun } from '../support/tinyTune.ts'

const runId = '019358a0-0000-7000-8000-0000000000aa'
let root = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'mw-tune-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

async function train(
  name: string,
  attempt = 1,
  stopAtStep = Infinity,
  restart: ConstructorParameters<typeof TrainRun>[0]['restart'] = undefined,
): Promise<TrainEvent[]> {
  const run = new TrainRun({ runId, runFolder: resolve(root, name), attempt, restart })
  const events: TrainEvent[] = []
  for await (const event of run.events) {
    events.push(event)
    if (event.type === 'metrics' && event.points.some(({ split, step }) => split === 'train' && step === stopAtStep)) run.stop()
  }
  return events
}

const weightsOf = async (name: string): Promise<Map<string, Float32Array>> => {
  const { model } = await new CheckpointStore(join(root, name, 'checkpoints')).load('last')
  return new Map([...model].map(([key, tensor]) => [key, asFloat32(tensor)]))
}
const points = (events: TrainEvent[], split: string) =>
  events.flatMap((event) => (event.type === 'metrics' ? event.points : [])).filter((point) => point.split === split)
const lastStatus = (events: TrainEvent[]) => events.flatMap((event) => (event.type === 'state' ? [event.status] : [])).at(-1)
const scoreNames = ['NoC80', 'NoC85', 'NoC90', 'IoU@1', 'IoU@3', 'IoU@5']

/** Opens what was exported and clicks the square of a picture. */
async function clickWith(folder: string): Promise<Float32Array> {
  const files = { encoderFile: join(folder, 'encoder.onnx'), decoderFile: join(folder, 'decoder.onnx') }
  const session = await openSam({ ...files, provider: 'cpu', threads: 1 })
  try {
    const embedding = await session.encode(drawTunePicture(0))
    const [best] = await session.decode(embedding, { points: [{ x: 15, y: 15, positive: true }], box: null, logits: null })
    return best!.logits.data
  } finally {
    await session.close()
  }
}

/** Side of what the encoder of a pair sees. */
async function sideOf(folder: string): Promise<number> {
  const files = { encoderFile: join(folder, 'encoder.onnx'), decoderFile: join(folder, 'decoder.onnx') }
  const session = await openSam({ ...files, provider: 'cpu', threads: 1 })
  try {
    return (await session.encode(drawTunePicture(0))).frame.size
  } finally {
    await session.close()
  }
}

describe('the small SAM', () => {
  it('learns from masks, is scored before and after, goes on to the last bit after a stop, and is exported as a model that can be trained again', async () => {
    const loop = { steps: 3, validateEvery: { unit: 'step', every: 3 } }
    await makeTuneRun(join(root, 'whole'), 'small', { loop })
    const events = await train('whole')
    expect(lastStatus(events)).toBe('finished')
    const scores = points(events, 'val')
    expect(scores.map(({ step, name }) => [step, name])).toEqual([0, 3].flatMap((step) => scoreNames.map((name) => [step, name])))
    expect(new Set(points(events, 'train').map(({ name }) => name))).toEqual(
      new Set(['loss', 'loss.mask1', 'loss.iou1', 'loss.iouError1', 'loss.bestIou1', 'lr', 'gradNorm', 'stepMs', 'dataMs']),
    )
    const sheets = events.flatMap((event) => (event.type === 'samples' ? [event.sheet] : []))
    expect(sheets.map(({ step, pictures }) => [step, pictures.length])).toEqual([
      [0, 2],
      [3, 2],
    ])
    const { histogram, clicks } = sheets[0]!.pictures[0]!
    expect(clicks!.length).toBeGreaterThan(0)
    expect(histogram!.inside.reduce((a, b) => a + b) + histogram!.outside.reduce((a, b) => a + b)).toBe(96 * 72)
    expect((await readdir(join(root, 'whole/samples/step-00000003'))).sort()).toContain('0.prediction.png')

    await makeTuneRun(join(root, 'parts'), 'small', { loop })
    expect(lastStatus(await train('parts', 1, 1))).toBe('stopped')
    await train('parts', 2)
    expect(await weightsOf('parts')).toEqual(await weightsOf('whole'))

    const { files, step } = await exportTuned({
      runFolder: join(root, 'whole'),
      checkpoint: 'last',
      outFolder: join(root, 'made'),
      threads: 1,
    })
    expect(step).toBe(3)
    expect(files.map(({ name }) => name)).toEqual(['encoder.onnx', 'decoder.onnx', 'weights.safetensors'])
    expect((await clickWith(join(root, 'made'))).every(Number.isFinite)).toBe(true)
    const { head, tensors } = await readSamWeights(join(root, 'made'))
    expect(head).toMatchObject({ kind: 'small', size: 64 })
    expect([...tensors.keys()].sort()).toEqual([...(await weightsOf('whole')).keys()].sort())
  })

  it('goes on to the same numbers after its process was killed in the middle', async () => {
    const loop = { steps: 3, validateEvery: { unit: 'step', every: 3 } }
    const folder = join(root, 'killed')
    await makeTuneRun(folder, 'small', { loop, checkpoint: { every: { unit: 'step', every: 1 } } })
    const child = spawn(process.execPath, [entryFile('compute'), '--run-folder', folder, '--run-id', runId], { stdio: 'ignore' })
    const ended = once(child, 'exit')
    const stepDone = () => existsSync(join(folder, 'checkpoints/step-00000001-a1'))
    await expect.poll(stepDone, { timeout: 60_000, interval: 10 }).toBe(true)
    child.kill('SIGKILL')
    expect(await ended).toEqual([null, 'SIGKILL'])
    // The last step is validated before it is kept: the kill came before.
    expect((await new CheckpointStore(join(folder, 'checkpoints')).list()).at(-1)!.step).toBeLessThan(3)
    expect(lastStatus(await train('killed', 2))).toBe('finished')
    expect(await weightsOf('killed')).toEqual(await weightsOf('whole'))
    expect((await readdir(folder, { recursive: true })).filter((name) => /\.(tmp|part|partial)$/.test(name))).toEqual([])
  })

  it('is validated and published at the size it is trained at, whatever its base was made for', async () => {
    const [loop, data] = [{ steps: 1 }, { size: 128, batchSize: 1, looks: 1, objects: 1, rounds: 1, rendered: 0 }]
    await makeTuneRun(join(root, 'wide'), 'small', { loop, data, validation: { objects: 1, clicks: 5 } })
    expect((await readSamWeights(join(root, 'wide/base'))).head).toMatchObject({ size: 64 })
    expect(lastStatus(await train('wide'))).toBe('finished')
    expect(await sideOf(join(root, 'wide/pair'))).toBe(128)
    await exportTuned({ runFolder: join(root, 'wide'), checkpoint: 'last', outFolder: join(root, 'madeWide'), threads: 1 })
    expect(await sideOf(join(root, 'madeWide'))).toBe(128)
    expect((await readSamWeights(join(root, 'madeWide'))).head).toMatchObject({ kind: 'small', size: 128 })
  })

  it('says what is wrong: another config than the checkpoint of it, a damaged base', async () => {
    const file = join(root, 'parts/config.json')
    const config = JSON.parse(await readFile(file, 'utf8')) as { seed: number }
    await writeFile(file, JSON.stringify({ ...config, seed: 9 }))
    await expect(train('parts', 3)).rejects.toMatchObject({ code: 'run/not-resumable' })
    await writeFile(join(root, 'parts/base/weights.safetensors'), 'nothing')
    await expect(train('parts', 3)).rejects.toMatchObject({ code: 'weights/bad-file' })
  })
})

const fullDisk = 'a training on a disk that runs full'
if (!canMount()) noteUnregistered(fullDisk, 1, 'a file system that can be mounted (root)')
else
  describe(fullDisk, () => {
    it('ends with that word, keeps nothing that is torn, and goes on when there is room', async () => {
      const disk = mountSmallDisk(24)!
      onTestFinished(() => disk.remove())
      const folder = join(disk.folder, 'run')
      await makeTuneRun(folder, 'official', { loop: { steps: 1 }, validation: { objects: 1, clicks: 5 } })
      disk.fill()
      await expect(train(folder)).rejects.toMatchObject({ code: 'disk/full' })
      disk.free()
      expect(lastStatus(await train(folder, 2))).toBe('finished')
      expect((await readdir(join(folder, 'embeddings'))).every((name) => name.endsWith('.embedding'))).toBe(true)
    })
  })

describe('an official SAM', () => {
  it('computes each embedding once; its encoder stays as it is, its decoder learns, a batch in parts gives the same', async () => {
    const loop = { steps: 2, validateEvery: { unit: 'step', every: 2 } }
    const data = { batchSize: 2, looks: 2, objects: 2, rounds: 2 }
    await makeTuneRun(join(root, 'official'), 'official', { loop, data })
    const encoder = await readFile(join(root, 'official/base/encoder.onnx'))
    const events = await train('official')
    expect(lastStatus(events)).toBe('finished')
    const embeddings = join(root, 'official/embeddings')
    const made = await readdir(embeddings)
    expect(made).toHaveLength(4)
    expect(points(events, 'val').map(({ step }) => step)).toEqual([...scoreNames.map(() => 0), ...scoreNames.map(() => 2)])

    // What is read is what would be computed, to the last bit.
    const bytes = new Map(await Promise.all(made.map(async (name) => [name, await readFile(join(embeddings, name))] as const)))
    const before = await stat(join(embeddings, made[0]!))
    await makeTuneRun(join(root, 'again'), 'official', { loop, data, device: { threads: 1, batchParts: 2 } })
    await writeFile(join(root, 'again/base/place.json'), JSON.stringify({ embeddings }))
    await rm(join(embeddings, made[1]!))
    await writeFile(join(embeddings, made[2]!), 'torn')
    const again = await train('again')
    const lines = again.flatMap((event) => (event.type === 'log' ? [event.line] : []))
    expect(lines).toContain('embeddings: 1 computed, 3 were there')
    expect(lines.filter((line) => /^warning: the embedding of . is gone and is computed again/.test(line))).toHaveLength(1)
    for (const [name, content] of bytes) expect(Buffer.compare(await readFile(join(embeddings, name)), content)).toBe(0)
    expect((await stat(join(embeddings, made[0]!))).ino).toBe(before.ino)
    expect(existsSync(join(root, 'again/embeddings'))).toBe(false)
    const [one, two] = [await weightsOf('official'), await weightsOf('again')]
    for (const [name, values] of one) expect(Math.max(...values.map((value, i) => Math.abs(value - two.get(name)![i]!)))).toBeLessThan(1e-4)

    const { files } = await exportTuned({
      runFolder: join(root, 'official'),
      checkpoint: 'last',
      outFolder: join(root, 'madeOfficial'),
      threads: 1,
    })
    expect(files.map(({ name }) => name)).toEqual(['encoder.onnx', 'decoder.onnx', 'weights.safetensors'])
    expect(Buffer.compare(await readFile(join(root, 'madeOfficial/encoder.onnx')), encoder)).toBe(0)
    // Where the same encoder lies elsewhere it is taken from there.
    const encoderFile = join(root, 'elsewhere.onnx')
    await copyFile(join(root, 'official/base/encoder.onnx'), encoderFile)
    await exportTuned({
      runFolder: join(root, 'official'),
      checkpoint: 'last',
      outFolder: join(root, 'madeElsewhere'),
      encoderFile,
      threads: 1,
    })
    expect((await stat(join(root, 'madeElsewhere/encoder.onnx'))).ino).toBe((await stat(encoderFile)).ino)
    const [base, tuned] = [await readSamWeights(join(root, 'official/base')), await readSamWeights(join(root, 'madeOfficial'))]
    expect([...tuned.tensors.keys()].sort()).toEqual([...base.tensors.keys()].sort())
    const frozen = 'prompt_encoder.pe_layer.positional_encoding_gaussian_matrix'
    expect(asFloat32(tuned.tensors.get(frozen)!)).toEqual(asFloat32(base.tensors.get(frozen)!))
    const learnt = 'mask_decoder.output_upscaling.3.weight'
    expect(asFloat32(tuned.tensors.get(learnt)!)).not.toEqual(asFloat32(base.tensors.get(learnt)!))
    const [said, saidBefore] = [await clickWith(join(root, 'madeOfficial')), await clickWith(join(root, 'official/base'))]
    expect(said.every(Number.isFinite)).toBe(true)
    expect(said).not.toEqual(saidBefore)

    // Its process ran out of memory: it goes on from where it was, in smaller parts.
    const file = join(root, 'official/config.json')
    const config = JSON.parse(await readFile(file, 'utf8')) as { device: object }
    await writeFile(file, JSON.stringify({ ...config, loop: { steps: 3 }, device: { ...config.device, batchParts: 2 } }))
    const smaller = await train('official', 2, Infinity, { batchSize: 2, before: 1, parts: 2, reason: 'out of memory' })
    expect(lastStatus(smaller)).toBe('finished')
    const told = smaller.flatMap((event) => (event.type === 'log' ? [event.line] : []))
    expect(told).toContain('resumed from step-00000002-a1')
    expect(told).toContain('warning: memory ran out (out of memory); each batch of 2 is now computed in 2 parts, not 1')
  })
})
