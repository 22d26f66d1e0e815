import { optimizerSchema } from '../../shared/model/train/optimizers/table.ts'
import { segformerModel } from '../models/segformer/segformer.ts'
import { createTrainStep } from '../train/createStep.ts'
import type { NamedArray, TrainStep } from '../train/step.ts'
import type { SafeTensors } from '../weights/safetensors.ts'
import { absoluteRow, floorRow, norm, relativeRow, type Row } from './compare.ts'
import { readInputs, readRecipe, tensor, type GoldenInputs } from './goldenFile.ts'

const bounds = { forward: 1e-4, backward: 1e-3 } as const
/** Gradients under this share of the norm of all gradients are zero by symmetry. */
const floorShare = 1e-6

/** Replays a SegFormer golden file on the CPU: eval and train logits, losses, every gradient, the weights and buffers after the steps. Errors: weights/bad-file. */
export async function replaySegformer(file: SafeTensors, threads: number): Promise<Row[]> {
  const recipe = readRecipe(file.metadata)
  const inputs = readInputs(file, recipe.config.classes)
  const { batch, height, width } = inputs
  const step = await createTrainStep({
    model: segformerModel(recipe.config),
    batch,
    height,
    width,
    optimizer: optimizerSchema.parse({
      type: 'adamw',
      betas: recipe.betas,
      eps: recipe.eps,
      weightDecay: recipe.weightDecay,
      clipNorm: null,
      rules: [],
    }),
    seed: 0,
    provider: 'cpu',
    threads,
    extras: ['logits'],
  })
  try {
    return await replay(step, file, recipe.lr, inputs)
  } finally {
    await step.dispose()
  }
}

async function replay(step: TrainStep, file: SafeTensors, lr: number, { image, labels, ...shape }: GoldenInputs): Promise<Row[]> {
  await loadWeights(step, file)
  const rows: Row[] = []
  const logits = (await step.infer(image, shape)).get('logits')!
  rows.push(relativeRow('eval_logits', logits.data, tensor(file, 'eval_logits').data, bounds.forward))
  const losses = tensor(file, 'losses').data
  const ours = new Float32Array(losses.length)
  let symmetric = new Set<string>()
  for (let i = 0; i < losses.length; i++) {
    const result = await step.run([{ image, labels }], lr)
    ours[i] = result.loss
    if (i > 0) continue
    rows.push(relativeRow('train_logits', result.extras['logits']!, tensor(file, 'train_logits').data, bounds.forward))
    const gradients = compareGradients(await step.readGradients(), file)
    rows.push(...gradients.rows)
    symmetric = gradients.symmetric
  }
  ours.forEach((loss, i) => rows.push(relativeRow(`loss ${i + 1}`, Float32Array.of(loss), losses.subarray(i, i + 1), bounds.forward)))
  rows.push(...(await compareAfter(step, file, symmetric, lr * losses.length)))
  return rows
}

async function loadWeights(step: TrainStep, file: SafeTensors): Promise<void> {
  const present = await step.readState()
  const load = ([key, have]: [string, NamedArray]): [string, NamedArray] => {
    const [, prefix, name] = /^(\w+)\.(.*)$/.exec(key)!
    return [key, prefix === 'param' || prefix === 'buffer' ? { shape: have.shape, data: tensor(file, `param.${name}`).data } : have]
  }
  await step.writeState({ ...present, tensors: new Map([...present.tensors].map(load)) })
}

/** A tensor, or the half of a kv.bias: adding a constant to every key changes no softmax, so only the v half has a gradient. */
function* units(name: string, data: Float32Array): Generator<[unit: string, data: Float32Array]> {
  if (!name.endsWith('.attn.kv.bias')) {
    yield [name, data]
    return
  }
  const half = data.length / 2
  yield [`${name}[k]`, data.subarray(0, half)]
  yield [`${name}[v]`, data.subarray(half)]
}

function compareGradients(ours: Map<string, NamedArray>, file: SafeTensors): { rows: Row[]; symmetric: Set<string> } {
  const reference = new Map([...ours.keys()].map((name) => [name, tensor(file, `grad.${name}`).data]))
  const floor = floorShare * Math.hypot(...[...reference.values()].map(norm))
  const rows: Row[] = []
  const symmetric = new Set<string>()
  for (const [name, { data }] of ours) {
    const theirs = new Map(units(name, reference.get(name)!))
    for (const [unit, values] of units(name, data)) {
      const want = theirs.get(unit)!
      if (norm(want) < floor) symmetric.add(unit)
      rows.push(
        norm(want) < floor ? floorRow(`grad.${unit}`, values, floor) : relativeRow(`grad.${unit}`, values, want, bounds.backward, floor),
      )
    }
  }
  return { rows, symmetric }
}

// A running mean contains the biases before its norm, and with them whatever rounding noise moved those: it is compared as they are.
async function compareAfter(step: TrainStep, file: SafeTensors, symmetric: ReadonlySet<string>, drift: number): Promise<Row[]> {
  const rows: Row[] = []
  const state = await step.readState()
  for (const [key, { data }] of state.tensors) {
    const [, prefix, name] = /^(\w+)\.(.*)$/.exec(key)!
    if (prefix !== 'param' && prefix !== 'buffer') continue
    const theirs = new Map(units(name!, tensor(file, `after5.${name}`).data))
    for (const [unit, values] of units(name!, data)) {
      const want = theirs.get(unit)!
      rows.push(
        symmetric.has(unit) || unit.endsWith('.running_mean')
          ? absoluteRow(`after5.${unit}`, values, want, drift)
          : relativeRow(`after5.${unit}`, values, want, bounds.backward),
      )
    }
  }
  return rows
}
