import path from 'node:path'
import { AppError } from '../../shared/errors.ts'
import type { WeightsConfig } from '../../shared/model/train/weights.ts'
import type { DroppedReason, WeightsReport } from '../../shared/model/weights.ts'
import { badWeights } from './byteSource.ts'
import { chooseSection } from './checkpointSections.ts'
import { recogniseWeights } from './names/recognise.ts'
import type { WeightFile } from './weightFile.ts'
import type { WeightTensor } from './weightTensor.ts'
import type { Why } from '../../shared/whys.ts'

interface Shaped {
  readonly shape: readonly number[]
}

/** The tensors a network takes weights for, and the parts they belong to. */
export interface WeightTarget {
  readonly tensors: ReadonlyMap<string, Shaped>
  readonly isBackbone: (name: string) => boolean
  /** Its shape depends on the number of classes. */
  readonly isClassifier: (name: string) => boolean
}

export type WeightRules = Omit<WeightsConfig, 'file'>

/** Weights under the network's own names, still in their file. */
export interface MatchedWeights {
  /** Without `recognised`, which is for who knows networks. */
  readonly report: Omit<WeightsReport, 'recognised'>
  /** Everything of the file that has a name of ours, whether it fits or not. */
  readonly inFile: ReadonlyMap<string, WeightTensor>
  /** What is to be loaded; everything else stays as it was initialised. */
  readonly load: ReadonlyMap<string, WeightTensor>
}

/**
 * Lays a file over a network by name and shape (specs/segformer.md section 4: initialise everything, overlay, report). The head is taken as a whole or
 * not at all, its classifier only with the same number of classes. Errors: weights/bad-file, weights/unknown-names.
 */
export function matchWeights(file: WeightFile, target: WeightTarget, rules: WeightRules): MatchedWeights {
  const section = chooseSection(file.sections, rules.use)
  const found = recogniseWeights(section.tensors, rules.naming)
  const skipped = rules.head === 'skip' ? [...found.tensors.keys()].filter((name) => !target.isBackbone(name)) : []
  const inFile = new Map([...found.tensors].filter(([name]) => !skipped.includes(name)))
  const compared = compareWeights(target.tensors, inFile)
  const fits = new Set(compared.matched)
  const head = [...target.tensors.keys()].filter((name) => !target.isBackbone(name))
  const rule = headRule({ head, fits, inFile, dropped: found.dropped, skip: rules.head === 'skip', isClassifier: target.isClassifier })
  const loadsHead = rule === 'loaded' || rule === 'classifierReinit'
  const backbone = [...target.tensors.keys()].filter((name) => target.isBackbone(name))
  const names = [...fits].filter((name) => target.isBackbone(name) || (loadsHead && (rule === 'loaded' || !target.isClassifier(name))))
  const load = new Map(names.map((name) => [name, numbersOf(path.basename(file.file), name, inFile.get(name)!)]))
  const backboneMatched = names.filter((name) => target.isBackbone(name)).length
  return {
    inFile,
    load,
    report: {
      file: path.basename(file.file),
      bytes: file.bytes,
      format: file.format,
      sections: file.sections.map(({ path: where, kind, tensors }) => ({ path: where, kind, tensors: tensors.size })),
      section: section.path,
      naming: found.naming,
      prefix: found.prefix,
      backbone: { matched: backboneMatched, total: backbone.length },
      head: { matched: names.length - backboneMatched, total: head.length, rule },
      ...compared,
      unexpected: [...compared.unexpected, ...found.unexpected],
      dropped: [...found.dropped, ...skipped.map((name) => ({ name, why: 'skipped' as const }))],
      minMatched: rules.minMatched,
      accepted: backboneMatched >= rules.minMatched * backbone.length,
    },
  }
}

const wholeNumbers: ReadonlySet<WeightTensor['dtype']> = new Set(['I64', 'I32', 'I16', 'I8', 'U8', 'BOOL'])

/** A tensor as weights can be: of floating point, and finite once it is read. Errors: weights/bad-file. */
function numbersOf(file: string, name: string, tensor: WeightTensor): WeightTensor {
  const refuse = (what: string, why: Why) => badWeights(`${file}: ${name} holds ${what}`, { file, tensor: name, why })
  if (wholeNumbers.has(tensor.dtype)) throw refuse(`whole numbers (${tensor.dtype}), which are no weights`, 'noFloats')
  return {
    ...tensor,
    read() {
      const values = tensor.read()
      if (!values.every(Number.isFinite)) throw refuse('a value that is no finite number', 'notFinite')
      return values
    },
  }
}

interface HeadFacts {
  readonly head: readonly string[]
  readonly fits: ReadonlySet<string>
  readonly inFile: ReadonlyMap<string, unknown>
  readonly dropped: readonly { readonly why: DroppedReason }[]
  readonly skip: boolean
  readonly isClassifier: (name: string) => boolean
}

function headRule({ head, fits, inFile, dropped, skip, isClassifier }: HeadFacts): WeightsReport['head']['rule'] {
  if (skip) return 'skipped'
  if (dropped.some(({ why }) => why === 'otherHead')) return 'otherDesign'
  if (!head.some((name) => inFile.has(name))) return 'absent'
  if (!head.every((name) => fits.has(name) || isClassifier(name))) return 'otherDesign'
  return head.every((name) => fits.has(name)) ? 'loaded' : 'classifierReinit'
}

type Compared = Pick<WeightsReport, 'matched' | 'missing' | 'unexpected' | 'shapeMismatch'>

const sameShape = (a: readonly number[], b: readonly number[]): boolean => a.length === b.length && a.every((d, i) => d === b[i])

/** Compares a model's tensors with a file's by name and shape; nothing is copied. */
export function compareWeights(model: ReadonlyMap<string, Shaped>, file: ReadonlyMap<string, Shaped>): Compared {
  const matched: string[] = []
  const missing: string[] = []
  const shapeMismatch: Compared['shapeMismatch'] = []
  for (const [name, { shape }] of model) {
    const other = file.get(name)
    if (!other) missing.push(name)
    else if (!sameShape(shape, other.shape)) shapeMismatch.push({ name, model: [...shape], file: [...other.shape] })
    else matched.push(name)
  }
  return { matched, missing, unexpected: [...file.keys()].filter((name) => !model.has(name)), shapeMismatch }
}

/** Under the wanted share of the backbone a load is refused: the network would train from noise while looking pretrained. Errors: weights/mismatch. */
export function requireAccepted({ report }: Pick<MatchedWeights, 'report'>): void {
  if (report.accepted) return
  const { backbone, minMatched, file, naming } = report
  const percent = percentOf(backbone)
  const needed = Math.round(minMatched * 100)
  throw new AppError('weights/mismatch', `${file}: only ${percent} % of the backbone's tensors are in the file, ${needed} % are needed`, {
    file,
    percent,
    needed,
    naming,
    matched: backbone.matched,
    missing: report.missing.length,
    unexpected: report.unexpected.length,
    shapeMismatch: report.shapeMismatch.length,
  })
}

const percentOf = ({ matched, total }: { matched: number; total: number }): number =>
  total === 0 ? 100 : Math.floor((matched / total) * 100)

const headTexts: Record<WeightsReport['head']['rule'], string> = {
  loaded: 'loaded',
  classifierReinit: 'loaded except the classifier, which starts anew: it has another number of classes',
  absent: 'starts anew: the file has none',
  otherDesign: 'starts anew: that of the file is another network',
  skipped: 'starts anew, as asked for',
}

/** The report as lines for a log. */
export function describeReport(report: Omit<WeightsReport, 'recognised'>): string[] {
  const { file, format, section, naming, prefix, backbone, head, dropped } = report
  const where = [format, section, `${naming} names`, prefix === '' ? '' : `prefix ${prefix}`].filter(Boolean).join(', ')
  const mismatches = report.shapeMismatch.map(({ name, model, file: found }) => `${name} ${found.join('x')} instead of ${model.join('x')}`)
  const list = (what: string, names: readonly string[]): string[] =>
    names.length === 0 ? [] : [`weights: ${names.length} ${what}: ${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`]
  return [
    `weights: ${file} (${where})`,
    `weights: backbone ${backbone.matched} of ${backbone.total} tensors (${percentOf(backbone)} %)`,
    `weights: head ${head.matched} of ${head.total} tensors; ${headTexts[head.rule]}`,
    ...list('missing', report.missing),
    ...list('of another shape', mismatches),
    ...list('unexpected', report.unexpected),
    ...list(
      'of no use',
      dropped.map(({ name, why }) => `${name} (${why})`),
    ),
  ]
}
