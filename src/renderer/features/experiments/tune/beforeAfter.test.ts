import { expect, it } from 'vitest'
import type { DrawnCurve } from '../../../../shared/model/curve.ts'
import type { Run } from '../../../../shared/model/run.ts'
import { setLocale } from '../../../i18n/i18n.ts'
import { useBeforeAfter } from './beforeAfter.ts'

it('says why there is no before and after: not yet, ended too early, or nothing was held out', () => {
  setLocale('en')
  const sentenceOf = (run: Partial<Run>, names: readonly string[]): string => {
    const curve = (value: number) => ({ raw: { steps: [0], values: [value] } }) as unknown as DrawnCurve
    const curves = new Map(names.map((name) => [name, curve(0.5)]))
    return useBeforeAfter(
      () => ({ primary: null, ...run }) as Run,
      () => curves,
    ).sentence.value
  }
  const trained = { status: 'running', step: 5 } as const
  expect(sentenceOf({ status: 'running', step: 0 }, [])).toContain('comes before the first step')
  expect(sentenceOf({ status: 'stopped', step: 0 }, [])).toContain('ended before it was measured')
  expect(sentenceOf(trained, ['train/loss', 'val/IoU@3', 'val/NoC85'])).toContain('Measured before the training')
  expect(sentenceOf(trained, ['train/loss'])).toContain('No objects were held out')
  expect(sentenceOf({ ...trained, status: 'finished' }, ['train/loss'])).toContain('No objects were held out')
  // Its curves are still on their way.
  expect(sentenceOf({ ...trained, status: 'running' }, [])).toContain('comes before the first step')
})
