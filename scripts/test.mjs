// npm test: everything there is, in one go; prints the counts and ends with them. Arguments: none.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { countsLine, testCounts } from './testCounts.mjs'

const root = path.resolve(import.meta.dirname, '..')
const bin = (name) => path.join(root, 'node_modules', '.bin', name)
const cacheDir = path.join(root, 'node_modules', '.cache')
mkdirSync(cacheDir, { recursive: true })
const files = {
  vitest: path.join(cacheDir, 'vitest.json'),
  playwright: path.join(cacheDir, 'playwright.json'),
  unregistered: path.join(cacheDir, 'unregistered.jsonl'),
}
for (const file of Object.values(files)) rmSync(file, { force: true })

function step(title, command, args, env = {}) {
  console.log(`\n== ${title}`)
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } })
  return result.status === 0
}

/** Chromium for the browser tests: MASKWRIGHT_CHROMIUM, Debian's package, or the one playwright installs. */
function findChromium() {
  const candidates = [process.env.MASKWRIGHT_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].filter(
    Boolean,
  )
  const found = candidates.find((file) => existsSync(file))
  if (found) return found
  if (process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log('No Chromium here: installing the chromium package.')
    spawnSync('apt-get', ['update', '-q'], { stdio: 'inherit' })
    spawnSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium'], { stdio: 'inherit' })
    if (existsSync('/usr/bin/chromium')) return '/usr/bin/chromium'
  }
  console.log("No Chromium here: trying playwright's own.")
  spawnSync(bin('playwright'), ['install', 'chromium'], { stdio: 'inherit' })
  const probe = spawnSync(process.execPath, ['-e', "process.stdout.write(require('playwright').chromium.executablePath())"], {
    cwd: root,
    encoding: 'utf8',
  })
  return probe.stdout && existsSync(probe.stdout) ? probe.stdout : null
}

const readJson = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null)

const chromium = findChromium()
const outcomes = []
outcomes.push([
  'check and build',
  step('check: types, lint, layers, unused code, format; build', process.execPath, [
    'scripts/check.mjs',
    '--timings',
    '--no-unit',
    '--build',
  ]),
])
outcomes.push([
  'vitest',
  step(
    'unit, dom and contract tests',
    bin('vitest'),
    ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${files.vitest}`],
    { MASKWRIGHT_TEST_RETRIES: '1' },
  ),
])
if (chromium)
  outcomes.push(['browser', step('end-to-end tests', bin('playwright'), ['test', '--retries=1'], { MASKWRIGHT_CHROMIUM: chromium })])
else {
  console.log('The browser tests need Chromium: install the Debian package "chromium", or set MASKWRIGHT_CHROMIUM to a Chromium binary.')
  outcomes.push(['browser', false])
}

const vitest = readJson(files.vitest)
const playwright = readJson(files.playwright)
const counts = testCounts(vitest, playwright)
const secondTries = [...counts.vitest.secondTries, ...counts.browser.secondTries]
const failed = counts.vitest.failed + counts.browser.failed
const lines = existsSync(files.unregistered) ? readFileSync(files.unregistered, 'utf8').trim().split('\n') : []
const unregistered = new Map()
for (const { count, need } of lines.map((line) => JSON.parse(line))) unregistered.set(need, (unregistered.get(need) ?? 0) + count)

console.log('')
if (vitest) console.log(`unit and contract: ${countsLine(counts.vitest)}`)
if (playwright) console.log(`browser: ${countsLine(counts.browser)}`)
for (const name of secondTries) console.log(`only at the second try: ${name}`)
if (unregistered.size === 0) console.log('every test registered')
for (const [need, count] of unregistered) console.log(`${need} absent: ${count} tests not registered`)
const broken = outcomes.filter(([, ok]) => !ok).map(([name]) => name)
if (broken.length > 0) console.log(`failed parts: ${broken.join(', ')}`)
console.log(
  countsLine({
    passed: counts.vitest.passed + counts.browser.passed,
    failed: failed + (broken.length > 0 && failed === 0 ? 1 : 0),
    skipped: counts.vitest.skipped + counts.browser.skipped,
    secondTries,
  }),
)
process.exit(broken.length === 0 && failed === 0 ? 0 : 1)
