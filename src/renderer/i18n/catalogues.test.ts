import { describe, expect, it } from 'vitest'
import { errorCodes } from '../../shared/errors.ts'
import { remarks } from '../../shared/remarks.ts'
import { whys } from '../../shared/whys.ts'
import { errors as errorsEn } from './en/errors.ts'
import { errorSentence, toWire } from './errorText.ts'
import { i18n, setLocale, t } from './i18n.ts'
import { en, zhCN } from './messages.ts'
import { errors as errorsZh } from './zh-CN/errors.ts'
import { processes as processesEn, whys as whysEn } from './en/whys.ts'
import { remarks as remarksZh } from './zh-CN/remarks.ts'
import { processes as processesZh, whys as whysZh } from './zh-CN/whys.ts'
import { AppError, CancelledError } from '../../shared/errors.ts'

type Tree = { readonly [key: string]: string | Tree }
const leaves = (tree: Tree, prefix = ''): [string, string][] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[prefix + key, value] as [string, string]] : leaves(value, `${prefix}${key}.`),
  )
const names = (text: string): string[] => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!))].sort()

const english = new Map(leaves(en))
const chinese = new Map(leaves(zhCN))

describe('catalogues', () => {
  it('have the same keys in both languages', () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort())
  })

  it('use the same facts in a sentence, and plural forms in the same places', () => {
    const different = [...english].filter(([key, text]) => {
      const other = chinese.get(key)!
      const plural = text.includes(' | ')
      // A plural form may say 'one' where the other language writes the number.
      return plural ? other.split(' | ').length !== text.split(' | ').length : names(text).join() !== names(other).join()
    })
    expect(different).toEqual([])
  })

  it('are all compiled by vue-i18n without an error, in both languages', () => {
    for (const locale of ['en', 'zh-CN'] as const) {
      setLocale(locale)
      const broken = [...english.keys()].filter((key) => {
        const facts = Object.fromEntries(names(english.get(key)!).map((name) => [name, 'x']))
        const text = i18n.global.t(key, facts, 2)
        return text === key || /[{}]/.test(text)
      })
      expect(broken.filter((key) => english.get(key) !== '')).toEqual([])
    }
    setLocale('en')
  })

  it('count in each language', () => {
    expect(t('datasets.count', {}, 0)).toBe('no pictures')
    expect(t('datasets.count', {}, 1)).toBe('one picture')
    expect(t('datasets.count', { n: '1,204' }, 1204)).toBe('1,204 pictures')
    setLocale('zh-CN')
    expect(t('datasets.count', {}, 3)).toBe('3 张图片')
    setLocale('en')
  })

  it('hold Chinese where Chinese is expected', () => {
    const englishLeft = [...chinese].filter(
      ([key, text]) => /[a-z]{3,} [a-z]{3,}/.test(text) && !/\p{Script=Han}/u.test(text) && !key.startsWith('frame.to'),
    )
    expect(englishLeft).toEqual([])
  })
})

describe('errors', () => {
  it('have a sentence for every code in both languages', () => {
    const codes = [...errorCodes, 'cancelled'].sort()
    expect(Object.keys(errorsEn).sort()).toEqual(codes)
    expect(Object.keys(errorsZh).sort()).toEqual(codes)
  })

  it('use the same facts in both languages', () => {
    const different = Object.keys(errorsEn).filter(
      (code) => names(errorsEn[code as keyof typeof errorsEn]).join() !== names(errorsZh[code as keyof typeof errorsZh]).join(),
    )
    expect(different).toEqual([])
  })

  it('are filled with names, numbers and what has words in both languages, never with what somebody said in one', () => {
    // A fact that is not here is a sentence until somebody has looked: give it a `why` instead.
    const facts =
      'batch bound candidates checkpoint clicks dataset errno exactPrecision expectedHeight expectedWidth family file file2 folder found freeGb global hash height imageSize inputs known line maxAbsDiff model most mostMegapixels multipleOf name names nearest needed neededGb number outputs partner path percent pid problem process provider splits sqlite step wasHash wasHeight wasWidth why width'.split(
        ' ',
      )
    const spoken = Object.entries(errorsEn).flatMap(([code, text]) =>
      names(text)
        .filter((name) => !facts.includes(name))
        .map((name) => `${code} ${name}`),
    )
    expect(spoken).toEqual([])
  })

  it('say why in both languages', () => {
    expect(Object.keys(whysEn).sort()).toEqual([...whys].sort())
    expect(Object.keys(whysZh).sort()).toEqual([...whys].sort())
    expect(Object.keys(processesZh).sort()).toEqual(Object.keys(processesEn).sort())
    for (const why of whys) {
      expect(names(whysZh[why]), why).toEqual(names(whysEn[why]))
      expect(whysZh[why], why).toMatch(/\p{Script=Han}/u)
    }
    const data = { process: 'training', reason: 'it was ended by SIGKILL', why: 'signal', signal: 'SIGKILL' }
    expect(errorSentence('process/gone', data, 'zh-CN')).toBe('训练 进程意外退出（被 SIGKILL 终止）。数据未受影响，请重试。')
    expect(errorSentence('process/gone', { ...data, why: 'of a newer studio' }, 'en')).toBe(
      'The training process ended unexpectedly. Your data is safe; try again.',
    )
    expect(errorSentence('weights/bad-file', { file: 'a.pth', why: 'notFinite', tensor: 'x.y' }, 'zh-CN')).toContain('x.y 含有非有限数值')
  })

  it('say which rule a configuration breaks in both languages; what has no name is said in English to those who read it', () => {
    const data = { path: 'loop.epochs', message: 'too small', rule: 'tooSmall', min: 1 }
    expect(errorSentence('config/invalid', data, 'zh-CN')).toBe('配置有误：loop.epochs，不能小于 1。')
    expect(errorSentence('config/invalid', data, 'en')).toBe(
      'The configuration has a problem at loop.epochs: The smallest allowed value is 1.',
    )
    const unnamed = { path: 'bases', message: 'a name is expected, not a number', file: 'a.json:3:5' }
    expect(errorSentence('config/invalid', unnamed, 'zh-CN')).toBe('配置有误（a.json:3:5）：bases。')
    expect(errorSentence('config/invalid', unnamed, 'en')).toContain('at bases (a.json:3:5): a name is expected, not a number.')
  })

  it('say what an import or export found in both languages', () => {
    expect(Object.keys(remarksZh).sort()).toEqual(Object.keys(remarks).sort())
    for (const [remark, text] of Object.entries(remarks)) {
      const chinese = remarksZh[remark as keyof typeof remarks]
      expect(names(chinese), remark).toEqual(names(text))
      expect(chinese, remark).toMatch(/\p{Script=Han}/u)
    }
  })

  it('read well with and without facts', () => {
    expect(errorSentence('file/truncated', {}, 'en')).toBe('The picture is cut off and was refused. Copy it again from its source.')
    expect(errorSentence('voc/bad-xml', { file: 'a.xml', line: 7 }, 'zh-CN')).toBe('标注文件不是合法的 XML：a.xml，第 7 行。')
    for (const code of errorCodes) {
      expect(errorSentence(code, {}, 'en'), code).not.toMatch(/[[\]{}]/)
      expect(errorSentence(code, {}, 'zh-CN'), code).not.toMatch(/[[\]{}]/)
    }
  })

  it('keep the code of what was thrown and never call a cancellation a failure', () => {
    expect(toWire(new AppError('disk/full', 'x', { path: '/a' }))).toEqual({ code: 'disk/full', message: 'x', data: { path: '/a' } })
    expect(toWire(new CancelledError()).code).toBe('cancelled')
    expect(toWire(new TypeError('Failed to fetch')).code).toBe('rpc/unavailable')
    expect(toWire(new Error('boom')).code).toBe('bug/unexpected')
  })
})
