import { expect, it } from 'vitest'
import type { SamReport } from '../../../../../shared/model/samImport.ts'
import { setLocale } from '../../../../i18n/i18n.ts'
import { recognisedFacts } from './conversionFacts.ts'

it('parameters are told in millions, of tiny models in thousands', () => {
  setLocale('en')
  const told = (parameters: number): string => {
    const lists = { matched: [], missing: [], shapeMismatch: [], resampled: [] }
    const report = { ...lists, variant: 'vit-b', parameters, imageSize: 64, section: '', prefix: '' } as unknown as SamReport
    return recognisedFacts(report).find(({ label }) => label === 'Parameters')!.value
  }
  expect([told(93_735_472), told(1_000_000), told(40_321), told(120)]).toEqual(['93.7 M', '1.0 M', '40.3 K', '0.1 K'])
})
