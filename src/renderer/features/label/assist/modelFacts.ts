import type { SamFacts, SamFile } from '../../../../shared/model/samModel.ts'
import { t } from '../../../i18n/i18n.ts'
import { formatBytes } from '../../../ui/format.ts'
import { overrideFields } from './overrides.ts'

interface ShownFact {
  readonly label: string
  readonly value: string
}

const fileText = ({ name, bytes, dataFiles }: SamFile): string =>
  [{ name, bytes }, ...dataFiles].map((file) => `${file.name} (${formatBytes(file.bytes)})`).join(', ')

/** What was recognised of a model: what pictures and clicks go through, and where it runs. */
export function shownFacts(found: SamFacts): readonly ShownFact[] {
  const overridden = overrideFields.filter((field) => found.overridden.includes(field))
  return [
    { label: t('assist.manage.facts.family'), value: t(`assist.manage.families.${found.family}`) },
    ...pictureFacts(found),
    ...promptFacts(found),
    {
      label: t('assist.manage.facts.runs'),
      value: t('assist.state.threads', { provider: found.provider, n: found.threads }, found.threads),
    },
    { label: t('assist.manage.facts.encoder'), value: fileText(found.encoder) },
    { label: t('assist.manage.facts.decoder'), value: found.decoder ? fileText(found.decoder) : t('assist.manage.facts.oneFile') },
    ...(overridden.length > 0
      ? [{ label: t('assist.manage.facts.overridden'), value: overridden.map((field) => t(`assist.manage.fields.${field}`)).join(', ') }]
      : []),
  ]
}

function pictureFacts({ preprocess, grid }: SamFacts): ShownFact[] {
  const { size, fit, resize, pad, colorOrder, mean, std } = preprocess
  return [
    {
      label: t('assist.manage.facts.size'),
      value: t('assist.manage.facts.sizeText', { n: size, fit: t(`assist.manage.facts.fits.${fit}`) }),
    },
    { label: t('assist.manage.facts.resize'), value: t(`assist.manage.facts.resizes.${resize}`) },
    // What is stretched to the square leaves nothing to fill.
    ...(fit === 'stretch' ? [] : [{ label: t('assist.manage.facts.pad'), value: t(`assist.manage.facts.pads.${pad}`) }]),
    {
      label: t('assist.manage.facts.normalise'),
      value: t('assist.manage.facts.normaliseText', { order: colorOrder, mean: mean.join(' '), std: std.join(' ') }),
    },
    { label: t('assist.manage.facts.grid'), value: t('common.pixels', { width: grid, height: grid }) },
  ]
}

function promptFacts({ prompts, box, feedback }: SamFacts): ShownFact[] {
  const { padLabel, maxPoints, maskRule } = prompts
  return [
    { label: t('assist.manage.facts.box'), value: t(`assist.manage.facts.boxes.${box}`) },
    {
      label: t('assist.manage.facts.padLabel'),
      value: padLabel === null ? t('assist.manage.facts.noPadLabel') : t('assist.manage.facts.padLabelText', { n: padLabel }),
    },
    { label: t('assist.manage.facts.maxPoints'), value: maxPoints === null ? t('assist.manage.facts.anyPoints') : String(maxPoints) },
    { label: t('assist.manage.facts.maskRule'), value: t(`assist.manage.facts.maskRules.${maskRule}`) },
    { label: t('assist.manage.facts.feedback'), value: t(feedback ? 'common.yes' : 'common.no') },
  ]
}
