import { ORPCError } from '@orpc/client'
import { AppError, CancelledError, wireErrorSchema, type WireError } from '../../shared/errors.ts'
import { foundInWords } from '../../shared/model/config/rules.ts'
import { remarks as remarksEn } from '../../shared/remarks.ts'
import { formatSentence } from '../../shared/text/sentence.ts'
import { config as configEn } from './en/config.ts'
import { errors as en } from './en/errors.ts'
import { processes as processesEn, whys as whysEn } from './en/whys.ts'
import { currentLocale, type Locale } from './i18n.ts'
import { config as configZh } from './zh-CN/config.ts'
import { errors as zhCN } from './zh-CN/errors.ts'
import { remarks as remarksZh } from './zh-CN/remarks.ts'
import { processes as processesZh, whys as whysZh } from './zh-CN/whys.ts'

const sentences: Readonly<Record<Locale, Readonly<Record<string, string>>>> = { en, 'zh-CN': zhCN }

const whys: Readonly<Record<Locale, Readonly<Record<string, string>>>> = { en: whysEn, 'zh-CN': whysZh }
const processes: Readonly<Record<Locale, Readonly<Record<string, string>>>> = { en: processesEn, 'zh-CN': processesZh }

/** Why it failed, in words of a language; '' where nobody knows, or what a system said is all there is. */
export function whyText(data: Readonly<Record<string, unknown>>, locale: Locale = currentLocale()): string {
  return formatSentence(whys[locale][String(data['why'])] ?? '', data)
}

const rules: Readonly<Record<Locale, Readonly<Record<string, string>>>> = { en: configEn.rule, 'zh-CN': configZh.rule }

const found: Readonly<Record<Locale, Readonly<Record<string, string>>>> = { en: configEn.found, 'zh-CN': configZh.found }

/** Which rule of a config is broken; what has no name is told in the words of the parser, which are English. */
function problemText(data: Readonly<Record<string, unknown>>, locale: Locale): string {
  const rule = rules[locale][String(data['rule'])]
  if (rule !== undefined) return formatSentence(rule, foundInWords(data, found[locale])).replace(/[.。]$/, '')
  return locale === 'en' && typeof data['message'] === 'string' ? data['message'] : ''
}

/** The sentence of a code in a language, filled with its facts. */
export function errorSentence(code: string, data: Readonly<Record<string, unknown>>, locale: Locale = currentLocale()): string {
  const template = sentences[locale][code] ?? sentences[locale]['bug/unexpected']!
  const process = typeof data['process'] === 'string' ? data['process'] : ''
  const words = { why: whyText(data, locale), problem: problemText(data, locale), process: processes[locale][process] ?? process }
  return formatSentence(template, { ...data, ...words })
}

const remarks: Readonly<Record<Locale, Readonly<Record<string, string>>>> = { en: remarksEn, 'zh-CN': remarksZh }

/** What an import or export says of a file, in a language; '' where it is not one of its remarks. */
export const remarkSentence = (remark: string, facts: Readonly<Record<string, unknown>>, locale: Locale = currentLocale()): string =>
  formatSentence(remarks[locale][remark] ?? '', facts)

/** Whatever was thrown, as the coded error that crosses processes; a lost connection becomes rpc/unavailable. */
export function toWire(error: unknown): WireError {
  if (error instanceof AppError) return { code: error.code, message: error.message, data: { ...error.data } }
  if (error instanceof CancelledError || (error instanceof Error && error.name === 'AbortError'))
    return { code: 'cancelled', message: error.message, data: {} }
  if (error instanceof ORPCError) {
    const wire = wireErrorSchema.safeParse(error.data)
    if (wire.success) return wire.data
    if (error.code === 'BAD_REQUEST') return { code: 'input/invalid', message: error.message, data: {} }
    if (error.code === 'UNAUTHORIZED') return { code: 'auth/required', message: error.message, data: {} }
  }
  const message = error instanceof Error ? error.message : String(error)
  if (/websocket|socket|network|fetch|closed|disconnected/i.test(message)) return { code: 'rpc/unavailable', message, data: {} }
  return { code: 'bug/unexpected', message, data: {} }
}

/** Everything worth copying into a report. */
export function errorDetails(wire: WireError): string {
  const facts = Object.entries(wire.data).map(([key, value]) => `${key}: ${String(value)}`)
  return [wire.code, wire.message, ...facts].filter(Boolean).join('\n')
}
