import type { Attributes } from './annotation.ts'

const mostKeyChars = 200
const mostValueChars = 20_000
const mostAttributes = 500

/** Names of attributes whose name or text is longer than may be written. */
const overlongAttributes = (attributes: Attributes): string[] =>
  Object.entries(attributes).flatMap(([key, value]) =>
    key.length > mostKeyChars || (typeof value === 'string' && value.length > mostValueChars) ? [key] : [],
  )

/** What is wrong with attributes that are to be written; what was there before (an import can bring longer texts, and more of them) stays as it is. */
export function attributesFault(next: Attributes, known: readonly Attributes[]): string | null {
  const isKnown = (key: string): boolean => known.some((attributes) => Object.hasOwn(attributes, key) && attributes[key] === next[key])
  const long = overlongAttributes(next).find((key) => !isKnown(key))
  if (long !== undefined) return `the attribute ${long.slice(0, 40)} is too long`
  const count = Object.keys(next).length
  const most = Math.max(mostAttributes, ...known.map((attributes) => Object.keys(attributes).length))
  return count > most ? `more than ${mostAttributes} attributes` : null
}
