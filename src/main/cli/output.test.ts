import { expect, it } from 'vitest'
import { printable } from './output.ts'

it('shows what steers a terminal as a mark, and leaves text alone', () => {
  expect(printable('a\x1b]0;owned\x07b\x9b31m\r\0\x7f')).toBe('a\ufffd]0;owned\ufffdb\ufffd31m\ufffd\ufffd\ufffd')
  expect(printable('gpj.\u202epng')).toBe('gpj.\ufffdpng')
  expect(printable('汽车\t█░ é 😀\nnext')).toBe('汽车\t█░ é 😀\nnext')
})
