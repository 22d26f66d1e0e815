import { AppError } from '../../shared/errors.ts'
import { segformerConfig, type SegformerConfig } from '../models/segformer/config.ts'
import type { NamedArray } from '../train/step.ts'
import { asFloat32, asInt32, type SafeTensor, type SafeTensors } from '../weights/safetensors.ts'

/** What a golden file says about itself (ENGINE.md, reference numbers). */
export interface Recipe {
  readonly config: SegformerConfig
  readonly lr: number
  readonly betas: readonly [number, number]
  readonly eps: number
  readonly weightDecay: number
}

/** The batch of a golden file. */
export interface GoldenInputs {
  readonly image: Float32Array
  readonly labels: Int32Array
  readonly batch: number
  readonly height: number
  readonly width: number
}

const ignored = 255

function entry(file: SafeTensors, name: string): SafeTensor {
  const found = file.tensors.get(name)
  if (!found) throw new AppError('weights/bad-file', `the golden file has no tensor ${name}`, { tensor: name })
  return found
}

export function tensor(file: SafeTensors, name: string): NamedArray {
  const found = entry(file, name)
  return { shape: found.shape, data: asFloat32(found) }
}

export function integers(file: SafeTensors, name: string): Int32Array {
  return asInt32(entry(file, name))
}

/** x float32 [N,3,H,W] and labels [N,H,W], each a class or 255. Errors: weights/bad-file. */
export function readInputs(file: SafeTensors, classes: number): GoldenInputs {
  const x = tensor(file, 'x')
  const [batch = 0, channels, height = 0, width = 0] = x.shape
  if (x.shape.length !== 4 || channels !== 3 || batch * height * width === 0)
    throw new AppError('weights/bad-file', `x must be pictures [N,3,H,W], not [${x.shape.join(',')}]`, { tensor: 'x' })
  const found = entry(file, 'labels')
  if (found.shape.join() !== [batch, height, width].join())
    throw new AppError('weights/bad-file', `labels must be [${batch},${height},${width}] like x, not [${found.shape.join(',')}]`, {
      tensor: 'labels',
    })
  const labels = integers(file, 'labels')
  const wrong = labels.find((label) => label !== ignored && (label < 0 || label >= classes))
  if (wrong !== undefined)
    throw new AppError('weights/bad-file', `labels holds ${wrong}, which is none of the ${classes} classes and not ${ignored}`, {
      tensor: 'labels',
      label: wrong,
    })
  return { image: x.data, labels, batch, height, width }
}

const number = '([\\d.]+(?:e[+-]?\\d+)?)'

/** The numbers in the metadata's sentences; a sentence this cannot read is an error, never a default. Errors: weights/bad-file. */
export function readRecipe(metadata: Readonly<Record<string, string>>): Recipe {
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

/** Far above any size of the family: a number beyond these is damage, and would build a graph without end. */
const largest = { dims: 4096, depths: 256, heads: 256, sr: 64 }
const isCount = (value: unknown, most: number): boolean => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most

/** Errors: weights/bad-file. */
function parseConfig(text: string | undefined): Record<string, unknown> {
  try {
    const config = JSON.parse(text ?? '') as Record<string, unknown>
    const four = Object.entries(largest).every(([key, most]) => {
      const values = config[key]
      return Array.isArray(values) && values.length === 4 && values.every((value) => isCount(value, most))
    })
    if (four && isCount(config['E'], 4096) && isCount(config['nc'], ignored)) return config
  } catch {
    // Said below.
  }
  throw new AppError('weights/bad-file', `the metadata's config is not understood: ${text ?? 'absent'}`, { key: 'config' })
}
