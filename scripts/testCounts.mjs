// What the JSON reports of vitest and playwright say together: counts, and the names of tests that passed only at the second try.
import path from 'node:path'

/** A test that passed keeps what its first try failed with. */
function vitestSecondTries(report) {
  return (report?.testResults ?? []).flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status, failureMessages }) => status === 'passed' && failureMessages.length > 0)
      .map(({ fullName }) => `${path.basename(name)} › ${fullName}`),
  )
}

function playwrightSecondTries(suites = []) {
  return suites.flatMap(({ specs = [], suites: inner }) => [
    ...specs.filter(({ tests }) => tests.some(({ status }) => status === 'flaky')).map(({ file, title }) => `${file} › ${title}`),
    ...playwrightSecondTries(inner),
  ])
}

/** Either report may be missing: its counts are 0. What passed at the second try counts as passed, and is named. */
export function testCounts(vitest, playwright) {
  const stats = playwright?.stats
  return {
    vitest: {
      passed: vitest?.numPassedTests ?? 0,
      failed: vitest?.numFailedTests ?? 0,
      skipped: vitest?.numPendingTests ?? 0,
      secondTries: vitestSecondTries(vitest),
    },
    browser: {
      passed: (stats?.expected ?? 0) + (stats?.flaky ?? 0),
      failed: stats?.unexpected ?? 0,
      skipped: stats?.skipped ?? 0,
      secondTries: playwrightSecondTries(playwright?.suites),
    },
  }
}

/** `3 passed, 0 failed, 1 skipped; 2 of them at the second try` */
export function countsLine({ passed, failed, skipped, secondTries }) {
  const second = secondTries.length > 0 ? `; ${secondTries.length} of them at the second try` : ''
  return `${passed} passed, ${failed} failed, ${skipped} skipped${second}`
}
