import path from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import type { SamImportOptions, SamReport } from '../../../shared/model/samImport.ts'
import { GraphBuilder } from '../../graph/builder.ts'
import type { SamConfig } from '../../models/sam/config.ts'
import { fitPositions } from '../../models/sam/fitWeights.ts'
import { recogniseSam, type RecognisedSam } from '../../models/sam/recognise.ts'
import { samDecoder, samEncoder } from '../../models/sam/sam.ts'
import { initialise } from '../../nn/init.ts'
import { Net, type ParameterSpec } from '../../nn/net.ts'
import { badWeights } from '../../weights/byteSource.ts'
import { chooseSection } from '../../weights/checkpointSections.ts'
import { compareWeights } from '../../weights/loadReport.ts'
import { toOfficialSamNames } from '../../weights/names/sam.ts'
import type { WeightFile } from '../../weights/weightFile.ts'
import { elementsOf, type WeightTensor } from '../../weights/weightTensor.ts'
import type { Why } from '../../../shared/whys.ts'

/** Share of the tensors that has to match: less is another network. */
const minMatched = 0.95
const maxGrid = 512

/** What to take from a checkpoint. */
export type SamSource = Pick<SamImportOptions, 'imageSize' | 'use' | 'decoderHeads'>

/** An official checkpoint laid over the network it is of; its weights are still in the file. */
export interface LoadedSam {
  readonly config: SamConfig
  readonly report: SamReport
  /** The values of a tensor of the network; those that the file lacks start as in a training. Errors: weights/bad-file. */
  readonly weights: (name: string) => Float32Array
}

/**
 * Lays the weights of an official SAM, by the names of segment-anything or of transformers, over a network of the sizes that their shapes tell. Errors: weights/not-sam,
 * weights/unsupported, weights/mismatch (under 95 %), weights/bad-file, weights/bad-size (a size that is no multiple of the patch).
 */
export function loadSam(file: WeightFile, { imageSize, use, decoderHeads }: SamSource): LoadedSam {
  const section = chooseSection(file.sections, use)
  const tensors = toOfficialSamNames(section.tensors)
  const found = requireSam(file, tensors, decoderHeads)
  const config = imageSize === null ? found.config : { ...found.config, imageSize: checkedSize(imageSize, found.config) }
  const parameters = new Map(parametersOf(config).map((spec) => [spec.name, spec]))
  const fitted = new Map<string, WeightTensor>()
  const resampled: string[] = []
  for (const [whole, tensor] of tensors) {
    if (!whole.startsWith(found.prefix)) continue
    const name = whole.slice(found.prefix.length)
    const wanted = parameters.get(name)?.shape
    const other = wanted && wanted.join() !== tensor.shape.join() ? fitPositions(name, tensor, wanted) : null
    if (other) resampled.push(name)
    fitted.set(name, other ? { ...tensor, shape: wanted!, read: () => other.read() } : tensor)
  }
  const compared = compareWeights(parameters, fitted)
  const outside = [...tensors.keys()].filter((name) => !name.startsWith(found.prefix))
  const matched = new Set(compared.matched)
  const report = {
    ...headOf(file, section.path, found, config),
    parameters: [...parameters.values()].reduce((sum, { shape }) => sum + elementsOf(shape), 0),
    ...compared,
    unexpected: [...compared.unexpected, ...outside],
    resampled,
    minMatched,
    accepted: matched.size >= minMatched * parameters.size,
  }
  requireAccepted(report, parameters.size)
  return {
    config,
    report,
    weights: (name) => (matched.has(name) ? numbersOf(report.file, name, fitted.get(name)!) : initialValues(parameters.get(name)!)),
  }
}

function headOf(file: WeightFile, section: string, { prefix, variant }: RecognisedSam, { imageSize, patch, encoder }: SamConfig) {
  const { width, depth, heads, window, globalBlocks } = encoder
  const sizes = { width, depth, heads, window, globalBlocks: [...globalBlocks] }
  return {
    file: path.basename(file.file),
    bytes: file.bytes,
    format: file.format,
    section,
    prefix,
    variant,
    imageSize,
    patch,
    encoder: sizes,
  }
}

function requireSam({ file }: WeightFile, tensors: ReadonlyMap<string, WeightTensor>, decoderHeads: number): RecognisedSam {
  const found = recogniseSam(tensors, decoderHeads)
  const name = path.basename(file)
  if (!found) {
    const names = [...tensors.keys()].slice(0, 3).join(', ')
    throw new AppError('weights/not-sam', `${name}: its names are not those of an official SAM: ${names}…`, { file: name, names })
  }
  if ('problem' in found)
    throw new AppError('weights/unsupported', `${name}: ${found.problem}`, { file: name, reason: found.problem, ...found.data })
  return found
}

function checkedSize(imageSize: number, { patch }: SamConfig): number {
  if (imageSize % patch === 0 && imageSize <= maxGrid * patch) return imageSize
  const reason = `the side of the picture is a multiple of ${patch}, at most ${maxGrid * patch}, not ${imageSize}`
  throw new AppError('weights/bad-size', reason, { imageSize, multipleOf: patch, most: maxGrid * patch })
}

/** Every tensor of the network. */
function parametersOf(config: SamConfig): ParameterSpec[] {
  const parts = [(net: Net) => samEncoder(net, config, 'padded'), (net: Net) => void samDecoder(net, config)]
  return parts.flatMap((build) => {
    const net = new Net(new GraphBuilder(), false)
    build(net)
    return net.parameters
  })
}

/** Errors: weights/mismatch. */
function requireAccepted({ file, accepted, matched, missing, shapeMismatch, unexpected }: SamReport, total: number): void {
  if (accepted) return
  const percent = Math.floor((matched.length / total) * 100)
  const needed = Math.round(minMatched * 100)
  throw new AppError('weights/mismatch', `${file}: only ${percent} % of the tensors are in the file, ${needed} % are needed`, {
    file,
    percent,
    needed,
    missing: missing.length,
    unexpected: unexpected.length,
    shapeMismatch: shapeMismatch.length,
  })
}

const floatTypes: ReadonlySet<WeightTensor['dtype']> = new Set(['F32', 'F64', 'F16', 'BF16'])

function numbersOf(file: string, name: string, tensor: WeightTensor): Float32Array {
  const refuse = (what: string, why: Why): AppError => badWeights(`${file}: ${name} holds ${what}`, { file, tensor: name, why })
  if (!floatTypes.has(tensor.dtype)) throw refuse(`whole numbers (${tensor.dtype}), which are no weights`, 'noFloats')
  const values = tensor.read()
  if (!values.every(Number.isFinite)) throw refuse('a value that is no finite number', 'notFinite')
  return values
}

function initialValues({ name, shape, init }: ParameterSpec): Float32Array {
  const values = new Float32Array(elementsOf(shape))
  initialise(values, init, 0, name)
  return values
}
