import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findingKeys } from '../../../shared/model/finding.ts'
import type { Run } from '../../../shared/model/run.ts'
import { setLocale } from '../../i18n/i18n.ts'
import { deviceText, endNotice, endText, scoreWithUnit } from './runText.ts'

beforeEach(() => setLocale('en'))
afterEach(() => setLocale('en'))

const unhealthy = (data: Record<string, string | number>) => ({ code: 'run/unhealthy' as const, message: '', data: { step: 13, ...data } })

describe('why a run ended', () => {
  it('is what the health watch found, in the language of the page', () => {
    const stuck = unhealthy({ finding: 'rateZero', lr: 0, steps: 5 })
    expect(endText(stuck)).toBe(
      'Paused: The learning rate has been 0 for 5 steps: the weights do not move. Look at the warm-up and the schedule. The checkpoint is kept; the run can be resumed.',
    )
    setLocale('zh-CN')
    expect(endText(stuck)).toBe('已自动暂停：学习率连续 5 步为 0，权重不再变化。请检查预热和学习率策略。检查点已保留，可以继续训练。')
  })
  it('has words for everything that can be found', () => {
    for (const locale of ['en', 'zh-CN'] as const) {
      setLocale(locale)
      const general = endText(unhealthy({}))
      for (const finding of findingKeys) expect(endText(unhealthy({ finding })), `${finding} ${locale}`).not.toBe(general)
    }
  })
  it('is the sentence of the error for any other', () => {
    expect(endText(unhealthy({ finding: 'unheardOf' }))).toContain('would not come to anything (step 13)')
    expect(endText({ code: 'run/diverged', message: '', data: { step: 4 } })).toContain('at step 4')
  })
})

describe('an end of one process of several', () => {
  const of = { rank: 2, size: 2 }
  it('names the process', () => {
    expect(endText({ code: 'file/truncated', message: '', data: { file: '5.png', ...of } })).toMatch(/^Process 2 of 2: /)
    const error = { code: 'process/gone' as const, message: '', data: { process: 'training', reason: 'it was ended by SIGKILL', ...of } }
    expect(endNotice({ status: 'interrupted', error } as unknown as Run, null)).toMatch(
      /^Process 2 of 2 ended unexpectedly \(it was ended by SIGKILL\)\./,
    )
    setLocale('zh-CN')
    expect(endNotice({ status: 'interrupted', error } as unknown as Run, null)).toContain('2 个训练进程中的第 2 个')
  })
})

it('what a run computes on says how many processes train, where it is not one', () => {
  expect(deviceText({ device: 'cpu' }, { device: { processes: 2 } })).toBe('cpu · 2 processes')
  expect(deviceText({ device: 'cpu' }, { device: { processes: 1 } })).toBe('cpu')
  expect(deviceText({ device: null }, {})).toBe('–')
})

describe('what a run says first', () => {
  const run = (rest: Partial<Run>) => ({ status: 'interrupted', error: null, ...rest }) as Run
  const gone = { code: 'process/gone' as const, message: '', data: { process: 'training', reason: 'it was ended by SIGKILL' } }
  it('is what interrupted it and where it goes on', () => {
    expect(endNotice(run({ error: gone }), 20)).toBe(
      'Its process ended unexpectedly (it was ended by SIGKILL). Resume goes on from the checkpoint of step 20.',
    )
    expect(endNotice(run({}), null)).toBe('The studio ended while this run trained. It has no checkpoint yet: Resume begins it again.')
    setLocale('zh-CN')
    expect(endNotice(run({}), 1200)).toBe('Maskwright 在训练过程中退出了。点击“继续”可从第 1,200 步的检查点接着训练。')
  })
  it('is nothing for a run that the user stopped, or that goes well', () => {
    expect(endNotice(run({ status: 'stopped', error: { code: 'cancelled', message: '', data: {} } }), 4)).toBeNull()
    expect(endNotice(run({ status: 'running' }), 4)).toBeNull()
  })
})

it('says percent of a score that stands alone', () => {
  expect(scoreWithUnit('mIoU', 0.1049)).toBe('10.49 %')
  expect(scoreWithUnit('loss', 0.1049)).toBe('0.1049')
  setLocale('zh-CN')
  expect(scoreWithUnit('mIoU', 0.1049)).toBe('10.49%')
})
