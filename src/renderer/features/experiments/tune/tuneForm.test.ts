import { expect, it } from 'vitest'
import { z } from 'zod'
import { samTuneConfigSchema, tuneProblemKeys, tuneWarningKeys, type TunePlan } from '../../../../shared/model/samTune.ts'
import { en, zhCN } from '../../../i18n/messages.ts'
import { formSections } from '../configForm.ts'
import type { Field } from '../schemaField.ts'
import { isFieldShown } from './tuneForm.ts'

const schema = z.toJSONSchema(samTuneConfigSchema, { io: 'input' })
const sectionsOf = (config: Record<string, unknown>) => formSections(schema, config)
const plan = (kind: 'small' | 'official', heldOutByHash: boolean): TunePlan => ({ base: { kind }, heldOutByHash }) as unknown as TunePlan
const shown = (more: boolean, of: TunePlan | null): string[] =>
  sectionsOf({})
    .flatMap(({ fields }) => fields)
    .filter((field) => isFieldShown(field, of, more, []))
    .map(({ path }) => path)

it('has words in both languages for every field, section and choice that is shown', () => {
  const fields = [{}, { ema: { enabled: true } }, { schedule: { type: 'step' } }, { optimizer: { type: 'sgd' } }]
    .flatMap((config) => sectionsOf(config).flatMap((section) => section.fields))
    .filter((field) => isFieldShown(field, null, true, []))
  for (const [language, { config, tuning }] of Object.entries({ en, zhCN })) {
    const known = { ...config.field, ...tuning.field }
    // Both tasks have these: what is said of one must not be said of the other.
    expect(
      Object.keys(tuning.field).filter((key) => key in config.field),
      language,
    ).toEqual([])
    const words = { ...config.option, ...config.unit, ...tuning.option }
    const hasOption = (option: string): boolean => option in words || Object.keys(words).some((key) => key.endsWith(`_${option}`))
    const named = /^(NoC|IoU@)\d+$|^(linear|cos)$/
    const options = fields.flatMap((field: Field) => (field.kind === 'enum' ? field.options : []))
    expect(
      fields.map(({ key }) => key).filter((key) => !(key in known)),
      language,
    ).toEqual([])
    expect(
      options.filter((option) => !hasOption(option) && !named.test(option)),
      language,
    ).toEqual([])
    const sections = { ...config.section, ...tuning.section }
    expect(
      sectionsOf({})
        .map(({ name }) => name)
        .filter((name) => !(name in sections)),
      language,
    ).toEqual([])
    expect(Object.keys(tuning.problems).sort(), language).toEqual([...tuneProblemKeys, 'onlyBoxes'].sort())
    expect(Object.keys(tuning.warnings).sort(), language).toEqual([...tuneWarningKeys].sort())
  }
})

it('shows a newcomer a handful of settings, and only those that this model and dataset have', () => {
  expect(shown(false, plan('small', true))).toEqual(['data.valShare', 'data.size', 'loop.epochs', 'validation.objects'])
  expect(shown(false, plan('official', false))).toEqual(['loop.epochs', 'validation.objects'])
  expect(shown(true, plan('official', false))).not.toContain('data.flip')
  expect(shown(true, plan('small', false))).toContain('optimizer.lr')
  expect(isFieldShown({ path: 'optimizer.lr' }, plan('small', false), false, ['optimizer.lr'])).toBe(true)
  expect(isFieldShown({ path: 'base.modelId' }, null, true, ['base.modelId'])).toBe(false)
})
