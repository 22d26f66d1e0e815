import type { FileProblem } from '../../shared/model/dataset.ts'
import { errorSentence, remarkSentence } from './errorText.ts'
import { currentLocale, t, translateOr } from './i18n.ts'

const isByHand = ({ code, itemId }: FileProblem): boolean => code === 'item/set-aside' && itemId !== undefined
/** The sentence of its code says it: it was refused, or comes with the facts for it. */
const isCoded = ({ code, severity, facts }: FileProblem): boolean =>
  code.includes('/') && code !== 'bug/unexpected' && (severity === 'refused' || facts !== undefined)
/** What a warning from before there were remarks is about, in languages other than that of its own English words; '' where they say enough. */
const about = ({ code }: FileProblem): string => (currentLocale() === 'en' ? '' : translateOr(`common.fileProblem.about.${code}`, ''))

/** What is said of a file, in the language of the page. */
export function problemReason(problem: FileProblem): string {
  const { code, file, line, remark = '', facts = {}, message } = problem
  if (isByHand(problem)) return t('pictures.trouble.byHand')
  const said = remarkSentence(remark, facts)
  if (said !== '') return said
  return isCoded(problem) ? errorSentence(code, { ...facts, file, line }) : about(problem) || message
}

/** What somebody else said of it in words of their own: the decoder, or a studio from before there were remarks. */
export function problemDetail(problem: FileProblem): string {
  const { code, remark = '', facts, message } = problem
  if (isByHand(problem) || remarkSentence(remark, facts ?? {}) !== '') return ''
  if (facts !== undefined) return String(facts['reason'] ?? '')
  if (isCoded(problem)) return code.startsWith('file/') ? message : ''
  return about(problem) === '' ? '' : message
}
