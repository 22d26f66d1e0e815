import { describe, expect, it } from 'vitest'
import { AppError } from '../../../shared/errors.ts'
import { configFound, configRules, ruleClause, ruleOf, type ConfigRule } from '../../../shared/model/config/rules.ts'
import { readJsonText } from '../../../shared/model/config/jsonText.ts'
import { parseTrainConfig } from '../../../shared/model/trainConfigParse.ts'
import { problemText } from './fieldValue.ts'
import { config as en } from '../../i18n/en/config.ts'
import { errorSentence, toWire } from '../../i18n/errorText.ts'
import { setLocale } from '../../i18n/i18n.ts'
import { config as zh } from '../../i18n/zh-CN/config.ts'

const keys = Object.keys(configRules) as ConfigRule[]
const placeholders = (sentence: string): string[] => [...sentence.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!).sort()

function failed(read: () => unknown): AppError {
  try {
    read()
  } catch (error) {
    if (error instanceof AppError) return error
  }
  throw new Error('nothing failed')
}

describe('every rule that a config can break', () => {
  it.each(keys)('%s has a sentence with its facts in both languages', (key) => {
    for (const sentence of [en.rule[key], zh.rule[key]]) expect(placeholders(sentence)).toEqual(placeholders(configRules[key]))
    expect(en.rule[key]).toMatch(/^[A-Z"{].*\.$/)
    expect(zh.rule[key]).toMatch(/[一-龥].*。$/)
    // Nothing of it is a fact that every error has.
    expect(
      placeholders(configRules[key]).filter((name) =>
        ['path', 'message', 'nearest', 'file', 'line', 'column', 'count', 'rule'].includes(name),
      ),
    ).toEqual(key === 'unequalParts' || key === 'unequalShares' ? ['nearest'] : [])
  })

  it('is found again in the data of its error', () => {
    const facts = { verb: 'append', wanted: 'append', keys: 'a, b', path: 'x' }
    expect(ruleOf({ rule: 'editKeys', ...facts })).toEqual({ key: 'editKeys', data: { verb: 'append', wanted: 'append', keys: 'a, b' } })
    expect([ruleOf({ rule: 'toString' }), ruleOf({})]).toEqual([null, null])
    expect(ruleClause('editKeys', facts)).toBe('"append" has the keys append, not a, b')
  })

  it('names what was found, whatever that is, in both languages', () => {
    expect(Object.keys(zh.found)).toEqual(Object.keys(configFound))
    const { code, data, message } = toWire(failed(() => readJsonText({ from: 'file', name: 'a.json', text: '{"a": // no\n1}' })))
    expect(message).toBe('a.json:1:7: a: a value is expected, not a comment, which JSON does not have')
    expect(errorSentence(code, data, 'en')).toContain('A value is expected, not a comment, which JSON does not have')
    expect(errorSentence(code, data, 'zh-CN')).toContain('这里应为一个值，而不是注释（JSON 不支持）')
  })

  it('is told in the form as well, also where a reference or the text of the config is wrong', () => {
    const told = (json: unknown, locale: 'en' | 'zh-CN') => {
      setLocale(locale)
      return parseTrainConfig(json).problems.map(problemText)
    }
    try {
      expect(told({ seed: '${loop.epoch}' }, 'zh-CN')).toEqual(['${loop.epoch} 没有指向任何值：配置中没有“loop”。'])
      expect(told({ seed: '${loss.0.weight.x}', loss: [{ type: 'dice', weight: 1 }] }, 'en')).toEqual([
        '${loss.0.weight.x} refers to nothing: loss.0.weight is 1.',
      ])
      expect(told({ a: Number.NaN }, 'zh-CN')).toEqual(['NaN 不是 JSON 支持的数字。'])
      expect(told({ hooks: [{ type: 'tensorboard' }], weights: 'x' }, 'zh-CN').every((text) => /[一-龥]/.test(text))).toBe(true)
    } finally {
      setLocale('en')
    }
  })
})
