import { expect, it } from 'vitest'
import { attributesFault } from './attributeLimits.ts'

const many = (count: number): Record<string, string> => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, '']))
const [long, longer] = ['v'.repeat(20_001), 'w'.repeat(20_001)]

it('bounds names, texts and how many there are', () => {
  expect(attributesFault({ ['k'.repeat(200)]: 'v'.repeat(20_000) }, [])).toBeNull()
  expect(attributesFault({ ['k'.repeat(201)]: true }, [])).toContain('too long')
  expect(attributesFault({ note: long }, [])).toContain('note')
  expect(attributesFault(many(500), [])).toBeNull()
  expect(attributesFault(many(501), [])).toContain('500')
})

it('leaves alone what was there before, as long as it is not changed', () => {
  const before = { ...many(600), note: long, ['k'.repeat(201)]: 1 }
  expect(attributesFault({ ...before, k1: 'new' }, [before])).toBeNull()
  expect(attributesFault({ ...before, note: longer }, [before])).toContain('note')
  expect(attributesFault({ ...before, ['l'.repeat(201)]: 1 }, [before])).toContain('too long')
  expect(attributesFault({ ...before, another: 1 }, [before])).toContain('500')
})
