import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Page } from 'playwright'
import { en } from '../src/renderer/i18n/messages.ts'
import { generateRuns } from '../tests/support/generatedRuns.ts'
import { Latency, type Measured } from './latency.ts'
import { launchBrowser, root, visit } from './studioServer.ts'

const text = en.experiments

/** The generated project of this size, made once and kept. */
async function projectOf(runs: number, steps: number): Promise<string> {
  const folder = path.join(root, 'node_modules/.cache/bench', `runs-${runs}x${steps}`)
  if (existsSync(folder)) return folder
  const partial = `${folder}.part`
  rmSync(partial, { recursive: true, force: true })
  mkdirSync(partial, { recursive: true })
  await generateRuns(partial, { runs, steps, onProgress: (done, total) => process.stderr.write(`\rgenerating runs: ${done}/${total}`) })
  process.stderr.write('\n')
  renameSync(partial, folder)
  return folder
}

/** How long until a page that was opened shows the curves of all runs. */
async function openAll(page: Page, url: string, runs: number): Promise<{ tableMs: number; sparksMs: number; curvesMs: number }> {
  await page.goto(url)
  await page.getByRole('navigation').first().waitFor()
  const english = page.getByRole('button', { name: en.frame.toEnglish })
  if (await english.isVisible()) await english.click()
  const began = performance.now()
  const since = () => performance.now() - began
  await page.getByRole('navigation').first().getByRole('link', { name: en.frame.experiments, exact: true }).click()
  await page.getByRole('table', { name: text.table }).getByRole('link').first().waitFor()
  const tableMs = since()
  await page.getByRole('table', { name: text.table }).getByRole('img').nth(3).waitFor()
  const sparksMs = since()
  const chooseAll = performance.now()
  await page.getByRole('checkbox', { name: en.curves.table.selectAll }).click()
  await page.getByRole('region', { name: en.curves.runs.replace('{n}', String(runs)) }).waitFor()
  await settled(page)
  return { tableMs, sparksMs, curvesMs: performance.now() - chooseAll }
}

const legendOf = (page: Page) => page.getByRole('button', { name: /^#\d+ / })
const settled = (page: Page): Promise<unknown> => page.locator('[role=application][aria-busy=false]').waitFor()

async function choose(page: Page, box: string, option: string): Promise<void> {
  await page.getByRole('combobox', { name: box }).click()
  await page.getByRole('option', { name: option, exact: true }).click()
}

/** Drives every interaction the dashboard has and measures each from its event to the next paint. */
async function interact(page: Page, rounds: number): Promise<Measured[]> {
  const latency = await Latency.of(page)
  const plot = page.getByRole('application')
  const box = (await plot.boundingBox())!
  const at = (x: number, y: number) => [box.x + 60 + (box.width - 80) * x, box.y + (box.height - 40) * y] as const
  const { axes } = en.curves
  await choose(page, text.charts.metric, `train ${text.metrics.loss}`)
  await settled(page)

  await latency.measure('hover', ['mousemove'], async () => {
    for (let i = 0; i < rounds * 5; i++) await page.mouse.move(...at((i * 0.37) % 1, 0.2 + ((i * 0.13) % 0.6)))
  })
  await latency.measure('zoom by dragging, and back', ['mouseup', 'dblclick'], async () => {
    for (let i = 0; i < rounds; i++) {
      const from = 0.1 + ((i * 0.17) % 0.6)
      await page.mouse.move(...at(from, 0.5))
      await page.mouse.down()
      await page.mouse.move(...at(from + 0.1, 0.5), { steps: 3 })
      await page.mouse.up()
      await settled(page)
      await page.mouse.dblclick(...at(0.5, 0.5))
      await settled(page)
    }
  })
  const slider = page.getByRole('slider', { name: text.charts.smoothing })
  await latency.measure('smoothing slider', ['input'], async () => {
    const track = (await slider.boundingBox())!
    const along = (share: number) => [track.x + track.width * share, track.y + track.height / 2] as const
    await page.mouse.move(...along(0.5))
    await page.mouse.down()
    for (let i = 0; i < rounds * 3; i++) await page.mouse.move(...along(0.5 + 0.45 * Math.sin(i / 4)))
    await page.mouse.up()
    await settled(page)
  })
  await latency.measure('x axis', ['click', 'pointerup'], async () => {
    for (let i = 0; i < rounds; i++) {
      await choose(page, en.curves.axis, [axes.time, axes.epoch, axes.step][i % 3]!)
      await settled(page)
    }
  })
  const table = page.getByRole('table', { name: text.table })
  await latency.measure('sort', ['click'], async () => {
    for (const column of ['name', 'primary', 'duration', 'number'] as const)
      for (let i = 0; i < Math.ceil(rounds / 4); i++) await table.getByRole('button', { name: text.columns[column], exact: true }).click()
  })
  await latency.measure('search, letter by letter', ['input'], async () => {
    const search = page.getByRole('textbox', { name: text.search })
    for (let i = 0; i < Math.ceil(rounds / 4); i++) {
      await search.pressSequentially('b2 lr')
      await search.fill('')
    }
  })
  await latency.measure('a run off and on', ['click'], async () => {
    const entries = legendOf(page)
    for (let i = 0; i < rounds; i++) await entries.nth(i % 8).click()
  })
  await latency.measure('logarithmic and back', ['click'], async () => {
    for (let i = 0; i < 2 * Math.ceil(rounds / 4); i++) await page.getByRole('checkbox', { name: text.charts.logScale }).click()
  })
  await latency.measure('no run and all runs', ['click'], async () => {
    for (let i = 0; i < 2 * Math.ceil(rounds / 4); i++) {
      await page.getByRole('checkbox', { name: en.curves.table.selectAll }).click()
      await page.waitForTimeout(400)
    }
  })
  await latency.measure('scroll of the table', ['wheel'], async () => {
    const rows = (await table.boundingBox())!
    await page.mouse.move(rows.x + 200, rows.y + 120)
    for (let i = 0; i < rounds; i++) await page.mouse.wheel(0, i % 10 < 5 ? 240 : -240)
  })
  return latency.results
}

/** Measures the Experiments page with many long runs compared: the time to the first curves, and every interaction from event to paint. */
export async function dashboardBench(argv: string[]): Promise<void> {
  const { values } = parseArgs({
    args: argv,
    options: {
      runs: { type: 'string', default: '50' },
      steps: { type: 'string', default: '100000' },
      rounds: { type: 'string', default: '20' },
      json: { type: 'boolean', default: false },
    },
  })
  const [runs, steps, rounds] = [Number(values.runs), Number(values.steps), Number(values.rounds)]
  const project = await projectOf(runs, steps)
  rmSync(path.join(project, 'cache/curves'), { recursive: true, force: true })
  const state = mkdtempSync(path.join(tmpdir(), 'mw-bench-'))
  const browser = await launchBrowser()
  try {
    const first = await visit(browser, project, state, (page, url) => openAll(page, url, runs))
    const { second, measured } = await visit(browser, project, state, async (page, url) => ({
      second: await openAll(page, url, runs),
      measured: await interact(page, rounds),
    }))
    if (values.json) process.stdout.write(`${JSON.stringify({ runs, steps, first, second, measured })}\n`)
    else process.stdout.write(report(runs, steps, first, second, measured))
  } finally {
    await browser.close()
    rmSync(state, { recursive: true, force: true })
  }
}

type Opening = Awaited<ReturnType<typeof openAll>>

function report(runs: number, steps: number, first: Opening, second: Opening, measured: readonly Measured[]): string {
  const opening = (name: string, { tableMs, sparksMs, curvesMs }: Opening): string =>
    `${name}: table ${tableMs.toFixed(0)} ms, first sparklines ${sparksMs.toFixed(0)} ms; curves of all ${curvesMs.toFixed(0)} ms after they are chosen`
  const row = (cells: readonly string[]): string => cells.map((cell, i) => (i === 0 ? cell.padEnd(28) : cell.padStart(9))).join('')
  return [
    `${runs} runs of ${steps} steps, all compared; Chromium at 1440x900`,
    opening('first opening', first),
    opening('second opening', second),
    '',
    row(['event to next paint, ms', 'n', 'p50', 'p95', 'max', 'longest']),
    ...measured.map(({ name, n, p50, p95, max, longestTask }) =>
      row([name, String(n), ...[p50, p95, max, longestTask].map((ms) => ms.toFixed(0))]),
    ),
    'longest: the longest task of the main thread meanwhile, what arrives later included (0: none over 50 ms)',
    '',
  ].join('\n')
}
