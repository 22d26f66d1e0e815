import { createI18n } from 'vue-i18n'
import { en, zhCN, type Messages } from './messages.ts'

export const locales = ['en', 'zh-CN'] as const
export type Locale = (typeof locales)[number]

type Leaves<T> = { [K in keyof T & string]: T[K] extends string ? K : `${K}.${Leaves<T[K]>}` }[keyof T & string]
/** Every key of the catalogues; a wrong one does not compile. */
export type MessageKey = Leaves<Messages>

/** vue-i18n compiles the messages to trees at run time, without eval, so the pages live under script-src 'self'. */
export const i18n = createI18n({
  legacy: false,
  locale: 'en',
  fallbackLocale: 'en',
  messages: { en, 'zh-CN': zhCN },
  missingWarn: false,
  fallbackWarn: false,
})

export type Translate = (key: MessageKey, params?: Readonly<Record<string, unknown>>, plural?: number) => string

/** The typed translate function of the pages. Reactive: a template that calls it follows the language. */
export const t: Translate = (key, params, plural) =>
  plural === undefined ? i18n.global.t(key, params ?? {}) : i18n.global.t(key, { n: plural, ...params }, plural)

/** For keys that come from data (phases of a job, warnings of a preflight): the sentence, or the fallback when the catalogues have none. */
export function translateOr(key: string, fallback: string, params: Readonly<Record<string, unknown>> = {}): string {
  return i18n.global.te(key, 'en') ? i18n.global.t(key, params) : fallback
}

export function currentLocale(): Locale {
  return i18n.global.locale.value === 'zh-CN' ? 'zh-CN' : 'en'
}

export function setLocale(locale: Locale): void {
  i18n.global.locale.value = locale
  if (typeof document !== 'undefined') document.documentElement.lang = locale
}

/** The studio's language when none was chosen: Chinese for a Chinese browser, else English. */
export function guessLocale(languages: readonly string[]): Locale {
  return languages[0]?.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'
}
