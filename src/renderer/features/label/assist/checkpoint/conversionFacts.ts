import type { SamConversion, SamReport } from '../../../../../shared/model/samImport.ts'
import { t } from '../../../../i18n/i18n.ts'
import { formatBytes, formatCount, formatDuration, formatFixed, formatNumber } from '../../../../ui/format.ts'

interface Fact {
  readonly label: string
  readonly value: string
  readonly mono?: boolean
}

/** So many names are written out. */
const mostNames = 3

/** What a checkpoint was recognised as. */
export function recognisedFacts(report: SamReport): Fact[] {
  const { variant, encoder, parameters, imageSize, matched, resampled, section, prefix } = report
  const wanted = matched.length + report.missing.length + report.shapeMismatch.length
  const where = [section, prefix].filter(Boolean).join(' · ')
  return [
    {
      label: t('checkpoint.variant'),
      value: variant === null ? t('checkpoint.blocks', { depth: encoder.depth, width: encoder.width }) : variantName(variant),
    },
    { label: t('checkpoint.parameters'), value: parametersText(parameters) },
    { label: t('checkpoint.input'), value: t('common.pixels', { width: imageSize, height: imageSize }) },
    {
      label: t('checkpoint.tensors'),
      value: [
        t('common.of', { done: formatCount(matched.length), total: formatCount(wanted) }),
        ...(resampled.length > 0 ? [t('checkpoint.resampled', { n: formatCount(resampled.length) }, resampled.length)] : []),
      ].join(', '),
    },
    ...(where === '' ? [] : [{ label: t('checkpoint.where'), value: where, mono: true }]),
  ]
}

/** Millions, of tiny models thousands. */
function parametersText(parameters: number): string {
  if (parameters >= 1e6) return t('checkpoint.millions', { n: formatFixed(parameters / 1e6, 1) })
  return t('checkpoint.thousands', { n: formatFixed(parameters / 1e3, 1) })
}

/** 'vit-b' as people write it. */
const variantName = (variant: string): string => `SAM ${variant.replace(/^vit-(\w)$/, (_, size: string) => `ViT-${size.toUpperCase()}`)}`

/** What of the checkpoint did not fit: it is used all the same, and must not be silent. */
export function checkpointWarnings({ missing, unexpected, shapeMismatch }: SamReport): string[] {
  const list = (names: readonly string[]): string => names.slice(0, mostNames).join(', ') + (names.length > mostNames ? ', …' : '')
  const said = (key: 'missing' | 'otherShape' | 'unexpected', names: readonly string[]): string[] =>
    names.length === 0 ? [] : [t(`checkpoint.${key}`, { n: formatCount(names.length), names: list(names) }, names.length)]
  return [
    ...said('missing', missing),
    ...said(
      'otherShape',
      shapeMismatch.map(({ name }) => name),
    ),
    ...said('unexpected', unexpected),
  ]
}

/** What was written, and how far it is from the network it was made from. */
export function conversionFacts({ report, files, check }: SamConversion): Fact[] {
  const error = (value: number): string => t('checkpoint.relative', { value: formatNumber(value, 2) })
  return [
    { label: t('checkpoint.file'), value: `${report.file} (${formatBytes(report.bytes)})` },
    ...recognisedFacts(report),
    { label: t('checkpoint.written'), value: files.map(({ name, bytes }) => `${name} (${formatBytes(bytes)})`).join(', ') },
    { label: t('checkpoint.encoderError'), value: check.encoder ? error(check.encoder.relativeL2) : t('checkpoint.sameWeights') },
    { label: t('checkpoint.decoderError'), value: error(check.decoder.relativeL2) },
    {
      label: t('checkpoint.encodes'),
      value:
        check.encodeMs < 1000 ? t('checkpoint.milliseconds', { n: formatCount(check.encodeMs) }) : formatDuration(check.encodeMs / 1000),
    },
  ]
}
