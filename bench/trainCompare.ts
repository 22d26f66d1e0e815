import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createLoader } from '../src/compute/data/loader.ts'
import { segformerConfig } from '../src/compute/models/segformer/config.ts'
import { learningRate } from '../src/compute/optim/schedules/learningRate.ts'
import { createTrainStep } from '../src/compute/train/createStep.ts'
import { evaluate } from '../src/compute/train/evaluate.ts'
import { evalTransforms, itemsOf, modelOf, readRunInputs, threadsOf, type RunInputs } from '../src/compute/train/setup.ts'
import type { NamedArray, TrainStep } from '../src/compute/train/step.ts'
import { resolveTrainData, trainSpecOf } from '../src/compute/train/trainData.ts'
import { asFloat32, readSafetensors, writeSafetensors } from '../src/compute/weights/safetensors.ts'
import type { TrainConfig } from '../src/shared/model/trainConfig.ts'
import { makeTimetable } from '../src/shared/model/timetable.ts'
import { lineChild, type LineChild } from './lineChild.ts'

const usage = `usage: npm run --silent bench -- train-compare --run RUN-FOLDER [--seeds 0,1,2] [--epochs 10] [--json]
  RUN-FOLDER holds the config.json and snapshot.json of a run: SegFormer b0..b2 without dropout, one cross entropy, AdamW.\n`

interface Outcome {
  seed: number
  steps: number
  ours: { mIoU: number; loss: number; ms: number }
  theirs: { mIoU: number; loss: number; ms: number }
  /** Median over the steps of ours / theirs. */
  ratio: number
}

/**
 * Trains the recipe of a run with our engine and with PyTorch, step by step in turns, from the same weights and on the same batches, and scores
 * both results with the same evaluation.
 */
export async function trainCompareBench(argv: string[]): Promise<void> {
  const { values } = parseArgs({
    args: argv,
    options: {
      run: { type: 'string' },
      seeds: { type: 'string', default: '0,1,2' },
      epochs: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  })
  const seeds = values.seeds.split(',').map(Number)
  const inputs = values.run === undefined ? null : await readRunInputs(values.run)
  if (!inputs || seeds.some((seed) => !Number.isInteger(seed)) || !comparable(inputs.config)) {
    process.stderr.write(usage)
    process.exitCode = 2
    return
  }
  const loop = values.epochs === undefined ? inputs.config.loop : { ...inputs.config.loop, steps: null, epochs: Number(values.epochs) }
  const outcomes: Outcome[] = []
  for (const seed of seeds) {
    const outcome = await compareSeed({ ...inputs, config: { ...inputs.config, seed, loop } })
    process.stderr.write(`${JSON.stringify(outcome)}\n`)
    outcomes.push(outcome)
  }
  process.stdout.write(values.json ? `${JSON.stringify({ outcomes, ...summary(outcomes) })}\n` : report(outcomes))
}

const comparable = ({ model, loss, optimizer, ema, device, precision }: TrainConfig): boolean =>
  model.dropPath === 0 &&
  model.dropout === 0 &&
  !ema.enabled &&
  device.batchParts === 1 &&
  precision === 'fp32' &&
  loss.length === 1 &&
  loss[0]!.type === 'crossEntropy' &&
  optimizer.type === 'adamw' &&
  optimizer.accumulate === 1

async function compareSeed(inputs: RunInputs): Promise<Outcome> {
  const { config, snapshot } = inputs
  const folder = mkdtempSync(join(tmpdir(), 'maskwright-compare-'))
  const torch = lineChild('/usr/bin/python3', [join(import.meta.dirname, 'torch', 'train_compare.py')], {
    env: { OMP_NUM_THREADS: String(threadsOf(config)), OPENBLAS_NUM_THREADS: String(threadsOf(config)) },
  })
  const [height, width] = config.data.cropSize
  const step = await createTrainStep({
    model: modelOf(config, snapshot.classes.length),
    batch: config.data.batchSize,
    height,
    width,
    optimizer: config.optimizer,
    seed: config.seed,
    provider: 'cpu',
    threads: threadsOf(config),
  })
  try {
    await sendWeights(step, torch, config, snapshot.classes.length, folder)
    const { curve, steps } = await trainBoth(inputs, step, torch, folder)
    const mine = await score(step, inputs)
    await torch.ask({ do: 'save', file: join(folder, 'theirs.safetensors') })
    await takeWeights(step, join(folder, 'theirs.safetensors'))
    const other = await score(step, inputs)
    const tail = curve.slice(-20)
    const side = (of: 'ours' | 'theirs', mIoU: number) => ({
      mIoU,
      loss: mean(tail.map((point) => point[of].loss)),
      ms: median(curve.map((point) => point[of].ms)),
    })
    const ratio = median(curve.slice(3).map(({ ours, theirs }) => ours.ms / theirs.ms))
    return { seed: config.seed, steps, ours: side('ours', mine), theirs: side('theirs', other), ratio }
  } finally {
    await torch.close()
    await step.dispose()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function sendWeights(step: TrainStep, torch: LineChild, config: TrainConfig, classes: number, folder: string): Promise<void> {
  const file = join(folder, 'start.safetensors')
  const { tensors } = await step.readState()
  const wanted = [...tensors].filter(([name]) => /^(param|buffer)\./.test(name))
  const pieces = writeSafetensors(
    wanted.map(([name, { shape, data }]) => ({ name: name.replace(/^\w+\./, ''), dtype: 'F32', shape, data })),
  )
  writeFileSync(file, Buffer.concat(pieces))
  const { dims, depths, heads, srRatios, embedDim } = segformerConfig(config.model.variant, classes)
  await torch.ask({
    do: 'load',
    file,
    config: { dims, depths, heads, sr: srRatios, E: embedDim, nc: classes },
    threads: threadsOf(config),
    optimizer: config.optimizer,
    groups: step.plan.groups.map(({ names, lrMult, decayMult }) => ({ names, lrMult, decayMult })),
  })
}

interface Point {
  ours: { ms: number; loss: number }
  theirs: { ms: number; loss: number }
}

async function trainBoth(inputs: RunInputs, step: TrainStep, torch: LineChild, folder: string): Promise<{ curve: Point[]; steps: number }> {
  const { config } = inputs
  const data = await resolveTrainData(inputs)
  const table = makeTimetable(data.perEpoch, config.data.batchSize, config.optimizer.accumulate, config.loop)
  const loader = createLoader({ spec: trainSpecOf(config, data.sources, table, { rank: 0, worldSize: 1 }), workers: 0 })
  const file = join(folder, 'batch.safetensors')
  const curve: Point[] = []
  try {
    for (let i = 0; i < table.totalSteps; i++) {
      const batch = await loader.next()
      if (!batch) break
      const { images: image, labels, width, height } = batch
      const n = labels.length / (width * height)
      writeFileSync(
        file,
        Buffer.concat(
          writeSafetensors([
            { name: 'image', dtype: 'F32', shape: [n, 3, height, width], data: image },
            { name: 'labels', dtype: 'I32', shape: [n, height, width], data: labels },
          ]),
        ),
      )
      const lr = learningRate(config.schedule, config.optimizer.lr, i, table)
      const begun = performance.now()
      const { loss } = await step.run([{ image, labels }], lr)
      const ours = { ms: performance.now() - begun, loss }
      curve.push({ ours, theirs: await torch.ask<Point['theirs']>({ do: 'step', file, lr }) })
    }
  } finally {
    await loader.close()
  }
  return { curve, steps: curve.length }
}

async function takeWeights(step: TrainStep, file: string): Promise<void> {
  const theirs = readSafetensors(readFileSync(file)).tensors
  const state = await step.readState()
  const taken = [...state.tensors].map(([key, have]): [string, NamedArray] => {
    const tensor = theirs.get(key.replace(/^\w+\./, ''))
    return [key, /^(param|buffer)\./.test(key) && tensor ? { shape: have.shape, data: asFloat32(tensor) } : have]
  })
  await step.writeState({ ...state, tensors: new Map(taken) })
}

async function score(step: TrainStep, { config, snapshot }: RunInputs): Promise<number> {
  const infer = async (images: Float32Array, shape: { batch: number; height: number; width: number }) =>
    (await step.infer(images, shape)).get('logits')!
  const items = itemsOf(snapshot, config.data.valSplits)
  const { mIoU } = await evaluate(infer, {
    items,
    classes: snapshot.classes.length,
    transforms: evalTransforms(config),
    batchSize: 1,
    workers: 0,
  })
  return mIoU ?? NaN
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
const deviation = (values: readonly number[]): number => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)))
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!

function summary(outcomes: readonly Outcome[]) {
  const of = (side: 'ours' | 'theirs') => outcomes.map((outcome) => outcome[side].mIoU)
  return {
    ours: { mean: mean(of('ours')), deviation: deviation(of('ours')) },
    theirs: { mean: mean(of('theirs')), deviation: deviation(of('theirs')) },
    ratio: median(outcomes.map(({ ratio }) => ratio)),
  }
}

function report(outcomes: readonly Outcome[]): string {
  const percent = (value: number) => (100 * value).toFixed(2)
  const lines = outcomes.map(
    ({ seed, steps, ours, theirs, ratio }) =>
      `seed ${seed}, ${steps} steps: mIoU ours ${percent(ours.mIoU)}, torch ${percent(theirs.mIoU)}; last losses ${ours.loss.toFixed(4)}, ${theirs.loss.toFixed(4)}; step ${ours.ms.toFixed(0)} ms, ${theirs.ms.toFixed(0)} ms, ratio ${ratio.toFixed(3)}`,
  )
  const { ours, theirs, ratio } = summary(outcomes)
  lines.push(
    `mean mIoU ours ${percent(ours.mean)} (deviation ${percent(ours.deviation)}), torch ${percent(theirs.mean)} (${percent(theirs.deviation)}), time ratio ${ratio.toFixed(3)}`,
  )
  return `${lines.join('\n')}\n`
}
