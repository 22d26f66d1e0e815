import { expect, it } from 'vitest'
import { formatSentence } from './sentence.ts'

it('fills facts and drops bracketed parts whose fact is unknown', () => {
  const template = 'Cannot read [{file}][, line {line}].'
  expect(formatSentence(template, { file: 'a.xml', line: 3 })).toBe('Cannot read a.xml, line 3.')
  expect(formatSentence(template, { file: 'a.xml', line: null })).toBe('Cannot read a.xml.')
  expect(formatSentence('Needs {name}', {})).toBe('Needs …')
})
