import { AppError } from '../../shared/errors.ts'

export interface LoadReport {
  readonly matched: readonly string[]
  /** In the model, not in the file. */
  readonly missing: readonly string[]
  /** In the file, not in the model. */
  readonly unexpected: readonly string[]
  readonly shapeMismatch: readonly { readonly name: string; readonly model: readonly number[]; readonly file: readonly number[] }[]
  /** Matched share of the backbone's tensors, 0 to 1. */
  readonly backboneMatch: number
}

interface Shaped {
  readonly shape: readonly number[]
}

const sameShape = (a: readonly number[], b: readonly number[]): boolean => a.length === b.length && a.every((d, i) => d === b[i])

/** Compares a model's tensors with a file's by name and shape; nothing is copied. */
export function compareWeights(
  model: ReadonlyMap<string, Shaped>,
  file: ReadonlyMap<string, Shaped>,
  isBackbone: (name: string) => boolean,
): LoadReport {
  const matched: string[] = []
  const missing: string[] = []
  const shapeMismatch: { name: string; model: readonly number[]; file: readonly number[] }[] = []
  for (const [name, { shape }] of model) {
    const other = file.get(name)
    if (!other) missing.push(name)
    else if (!sameShape(shape, other.shape)) shapeMismatch.push({ name, model: shape, file: other.shape })
    else matched.push(name)
  }
  const unexpected = [...file.keys()].filter((name) => !model.has(name))
  const backbone = [...model.keys()].filter(isBackbone).length
  const backboneMatch = backbone === 0 ? 1 : matched.filter(isBackbone).length / backbone
  return { matched, missing, unexpected, shapeMismatch, backboneMatch }
}

/** Under this share of matched backbone tensors a load is refused: the network would train from noise while looking pretrained. */
export const backboneMatchFloor = 0.95

/** Errors: weights/mismatch. */
export function requireBackbone(report: LoadReport, options: { allowPartial?: boolean } = {}): void {
  if (options.allowPartial || report.backboneMatch >= backboneMatchFloor) return
  const percent = Math.floor(report.backboneMatch * 100)
  throw new AppError('weights/mismatch', `only ${percent} % of the backbone's tensors are in the file; ${describeReport(report)}`, {
    percent,
    matched: report.matched.length,
    missing: report.missing.length,
    unexpected: report.unexpected.length,
    shapeMismatch: report.shapeMismatch.length,
  })
}

/** One line for logs. */
export function describeReport(report: LoadReport): string {
  const first = (names: readonly string[]): string =>
    names.length === 0 ? '' : ` (${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''})`
  const wrong = report.shapeMismatch.map((m) => `${m.name} ${m.file.join('x')} instead of ${m.model.join('x')}`)
  return `${report.matched.length} matched, ${report.missing.length} missing${first(report.missing)}, ${report.unexpected.length} unexpected${first(report.unexpected)}, ${report.shapeMismatch.length} of another shape${first(wrong)}`
}
