/**
 * Fills a sentence from facts: '{file}' is replaced, and a part in square brackets is dropped when one of its facts is unknown.
 * 'Cannot read {file}[, line {line}].' Error sentences use this instead of vue-i18n, because which facts come along depends on where it broke.
 */
export function formatSentence(template: string, facts: Readonly<Record<string, unknown>>): string {
  const known = (name: string): boolean => facts[name] !== undefined && facts[name] !== null && facts[name] !== ''
  const withoutGaps = template.replace(/\[([^\]]*)\]/g, (_, part: string) =>
    [...part.matchAll(/\{(\w+)\}/g)].every((match) => known(match[1]!)) ? part : '',
  )
  return withoutGaps.replace(/\{(\w+)\}/g, (_, name: string) => (known(name) ? String(facts[name]) : '…'))
}
