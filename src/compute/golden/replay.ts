import { AppError } from '../../shared/errors.ts'
import { segformerConfig, type SegformerConfig } from '../models/segformer/config.ts'
import { segformerModel } from '../models/segformer/segformer.ts'
import { createTrainStep } from '../train/createStep.ts'
import type { NamedArray, TrainStep } from '../train/step.ts'
import { asFloat32, asInt32, type SafeTensor, type SafeTensors } from '../weights/safetensors.ts'
import { absoluteRow, floorRow, norm, relativeRow, type Row } from './compare.ts'

/** What a golden file says about itself (ENGINE.md, reference numbers). */
interface Recipe {
  readonly config: SegformerConfig
  readonly lr: number
  readonly betas: readonly [number, number]
  readonly eps: number
  readonly weightDecay: number
}

const bounds = { forward: 1e-4, backward: 1e-3 } as const
/** Gradients under this share of the norm of all gradients are zero by symmetry. */
const floorShare = 1e-6

/** Replays a SegFormer golden file on the CPU: eval and train logits, losses, every gradient, the weights and buffers after the steps. Errors: weights/bad-file. */
export async function replaySegformer(file: SafeTensors, threads: number): Promise<Row[]> {
  const recipe = readRecipe(file.metadata)
  const x = tensor(file, 'x')
  const [batch, , height, width] = x.shape as [number, number, number, number]
  const step = await createTrainStep({
    model: segformerModel(recipe.config),
    batch,
    height,
    width,
    optimizer: { betas: recipe.betas, eps: recipe.eps, weightDecay: recipe.weightDecay, clipNorm: null, rules: [] },
    seed: 0,
    provider: 'cpu',
    threads,
    extras: ['logits'],
  })
  try {
    return await replay(step, file, recipe.lr, { batch, height, width })
  } finally {
    await step.dispose()
  }
}

async function replay(
  step: TrainStep,
  file: SafeTensors,
  lr: number,
  shape: { batch: number; height: number; width: number },
): Promise<Row[]> {
  await loadWeights(step, file)
  const image = tensor(file, 'x').data
  const labels = asInt32(entry(file, 'labels'))
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
  await step.writeState({ step: 0, tensors: new Map([...present.tensors].map(load)) })
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

function entry(file: SafeTensors, name: string): SafeTensor {
  const found = file.tensors.get(name)
  if (!found) throw new AppError('weights/bad-file', `the golden file has no tensor ${name}`, { tensor: name })
  return found
}

function tensor(file: SafeTensors, name: string): NamedArray {
  const found = entry(file, name)
  return { shape: found.shape, data: asFloat32(found) }
}

const number = '([\\d.]+(?:e[+-]?\\d+)?)'

/** The numbers in the metadata's sentences; a sentence this cannot read is an error, never a default. Errors: weights/bad-file. */
function readRecipe(metadata: Readonly<Record<string, string>>): Recipe {
  const read = (key: string, pattern: string): number[] => {
    const match = new RegExp(pattern, 'i').exec(metadata[key] ?? '')
    if (!match) throw new AppError('weights/bad-file', `the metadata's ${key} is not understood: ${metadata[key] ?? 'absent'}`, { key })
    return match.slice(1).map(Number)
  }
  read('names', '^NVlabs/SegFormer$')
  const [lr, beta1, beta2, eps, weightDecay] = read(
    'optimizer',
    `lr ${number},? betas ${number},? ${number},? eps ${number},? weight_decay ${number}`,
  ) as [number, number, number, number, number]
  const [batchNorm, momentum] = read('batchnorm', `eps ${number},? momentum ${number}`) as [number, number]
  if (momentum !== 0.1)
    throw new AppError('weights/bad-file', 'batch norm moves its statistics by 0.1 here, not by ' + momentum, { momentum })
  const [block, embed] = read('layernorm_eps', `${number} in blocks.*?${number} in patch_embed`) as [number, number]
  const { dims, depths, heads, sr, E, nc } = parseConfig(metadata['config'])
  type Four = SegformerConfig['dims']
  const shape = { dims: dims as Four, depths: depths as Four, heads: heads as Four, srRatios: sr as Four, embedDim: E as number }
  return {
    config: segformerConfig('custom', nc as number, { ...shape, dropPath: 0, dropout: 0, eps: { block, embed, batchNorm } }),
    lr,
    betas: [beta1, beta2],
    eps,
    weightDecay,
  }
}

/** Errors: weights/bad-file. */
function parseConfig(text: string | undefined): Record<string, unknown> {
  try {
    const config = JSON.parse(text ?? '') as Record<string, unknown>
    const four = ['dims', 'depths', 'heads', 'sr'].every((key) => Array.isArray(config[key]) && config[key].length === 4)
    if (four && ['E', 'nc'].every((key) => Number.isInteger(config[key]))) return config
  } catch {
    // Said below.
  }
  throw new AppError('weights/bad-file', `the metadata's config is not understood: ${text ?? 'absent'}`, { key: 'config' })
}
