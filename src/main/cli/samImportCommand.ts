import path from 'node:path'
import type { SamImportOptions, SamReport } from '../../shared/model/samImport.ts'
import type { Core } from '../core.ts'
import type { SamImported } from '../services/assist/samImports.ts'
import type { Output } from './output.ts'

export interface ImportSamOptions extends Omit<SamImportOptions, 'imageSize'> {
  imageSize?: number
  name?: string
  out?: string
}

/** Turns an official SAM checkpoint into a pair of ONNX files that the studio uses. */
export async function importSamCommand(
  core: Core,
  checkpoint: string,
  options: ImportSamOptions,
  output: Output,
  signal: AbortSignal,
): Promise<void> {
  const { imageSize = null, precision, input, use, decoderHeads, name, out } = options
  const wanted = { imageSize, precision, input, use, decoderHeads, name, outFolder: out === undefined ? null : path.resolve(out) }
  const report = (progress: { phase: string; done: number; total: number | null }): void =>
    output.progress('converting', { ...progress, rate: null, leftSeconds: null })
  try {
    const imported = await core.assist.convert({ ...wanted, file: path.resolve(checkpoint) }, { signal, report })
    output.endProgress()
    output.result({ ...imported, folder: wanted.outFolder }, importLines)
  } finally {
    output.endProgress()
  }
}

function importLines({ report, files, check, model }: SamImported): string[] {
  const { relativeL2 } = check.encoder ?? check.decoder
  return [
    ...reportLines(report),
    ...files.map(({ name, bytes }) => `  ${name}: ${(bytes / 1e6).toFixed(1)} MB`),
    `compared with the network: relative difference ${relativeL2.toExponential(1)}; a picture takes ${(check.encodeMs / 1000).toFixed(1)} s here`,
    `it is used as ${model.name}`,
  ]
}

/** Millions, of tiny models thousands. */
const parametersText = (count: number): string => (count >= 1e6 ? `${(count / 1e6).toFixed(1)} M` : `${(count / 1e3).toFixed(1)} K`)

function reportLines({ file, section, prefix, variant, imageSize, encoder, parameters, ...report }: SamReport): string[] {
  const list = (what: string, names: readonly string[]): string[] =>
    names.length === 0 ? [] : [`${names.length} ${what}: ${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`]
  const where = [section && `in ${section}`, prefix && `after "${prefix}"`].filter(Boolean).join(', ')
  return [
    `${file}${where && ` (${where})`}: ${variant ?? `a SAM of ${encoder.depth} blocks of width ${encoder.width}`}, ${parametersText(parameters)} parameters, ${imageSize} px`,
    `${report.matched.length} of ${report.matched.length + report.missing.length + report.shapeMismatch.length} tensors`,
    ...list('brought to this picture size', report.resampled),
    ...list('missing', report.missing),
    ...list(
      'of another shape',
      report.shapeMismatch.map(({ name, model, file: found }) => `${name} ${found.join('x')} instead of ${model.join('x')}`),
    ),
    ...list('unexpected', report.unexpected),
  ]
}
