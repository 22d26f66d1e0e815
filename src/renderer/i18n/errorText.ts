import { ORPCError } from '@orpc/client'
import { AppError, CancelledError, wireErrorSchema, type ErrorData, type WireError } from '../../shared/errors.ts'
import { errors as en } from './en/errors.ts'
import { currentLocale, type Locale } from './i18n.ts'
import { formatSentence } from './sentence.ts'
import { errors as zhCN } from './zh-CN/errors.ts'

const sentences: Readonly<Record<Locale, Readonly<Record<string, string>>>> = { en, 'zh-CN': zhCN }

/** The sentence of a code in a language, filled with its facts. */
export function errorSentence(code: string, data: ErrorData, locale: Locale = currentLocale()): string {
  const template = sentences[locale][code] ?? sentences[locale]['bug/unexpected']!
  return formatSentence(template, data)
}

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
