import { expect, test } from 'vitest'
import { countsLine, testCounts } from '../../scripts/testCounts.mjs'

test('what passed only at the second try counts as passed, and is named', () => {
  const vitest = {
    numPassedTests: 3,
    numFailedTests: 1,
    numPendingTests: 0,
    testResults: [
      {
        name: '/somewhere/a.test.ts',
        assertionResults: [
          { status: 'passed', fullName: 'runs', failureMessages: [] },
          { status: 'passed', fullName: 'waits', failureMessages: ['expected [] to match'] },
          { status: 'failed', fullName: 'fails', failureMessages: ['no', 'no'] },
        ],
      },
      { name: 'b.test.ts', assertionResults: [{ status: 'passed', fullName: 'reads', failureMessages: [] }] },
    ],
  }
  const spec = (title: string, status: string) => ({ file: 'c.spec.ts', title, tests: [{ status }] })
  const playwright = {
    stats: { expected: 1, flaky: 1, unexpected: 0, skipped: 1 },
    suites: [{ specs: [spec('one', 'expected')], suites: [{ specs: [spec('two', 'flaky'), spec('three', 'skipped')] }] }],
  }
  const counts = testCounts(vitest, playwright)
  expect(counts.vitest.secondTries).toEqual(['a.test.ts › waits'])
  expect(counts.browser.secondTries).toEqual(['c.spec.ts › two'])
  expect(countsLine(counts.vitest)).toBe('3 passed, 1 failed, 0 skipped; 1 of them at the second try')
  expect(countsLine(counts.browser)).toBe('2 passed, 0 failed, 1 skipped; 1 of them at the second try')
})

test('a report that is not there counts nothing', () => {
  expect(countsLine(testCounts(null, null).browser)).toBe('0 passed, 0 failed, 0 skipped')
})
