import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { CDPSession, Page } from 'playwright'
import sharp from 'sharp'
import { createCore } from '../src/main/core.ts'
import { forkChild } from '../src/main/jobs/child.ts'
import { createLogger } from '../src/main/log.ts'
import { en } from '../src/renderer/i18n/messages.ts'
import { framesDuring, spreadOf, watchFrames, type Spread } from './frames.ts'
import { launchBrowser, root, visit } from './studioServer.ts'

const sizes = {
  jpeg: [30_000, 20_000],
  png: [30_000, 20_000],
  tiff: [30_000, 20_000],
  tiledTiff: [30_000, 20_000],
  // As wide as the format can be; with more rows the encoder runs out of its own limits.
  webp: [16_383, 6_000],
} as const
type Format = keyof typeof sizes
const formats = Object.keys(sizes) as Format[]
const cache = path.join(root, 'node_modules/.cache/bench/images')

/** A huge picture with a texture that makes a JPEG of 600 megapixels and about 60 MB; made once and kept. */
async function hugePicture(format: Format): Promise<string> {
  const file = path.join(cache, format === 'tiledTiff' ? 'huge-tiled.tiff' : `huge.${format}`)
  const [width, height] = sizes[format]
  if (existsSync(file)) return file
  mkdirSync(cache, { recursive: true })
  process.stderr.write(`generating ${file}\n`)
  const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const
  // The encoder of WebP has no room for grain on so many pixels.
  const [columns, rows] = format === 'webp' ? [30, 20] : [600, 400]
  const grain = await sharp({ create: { width: columns, height: rows, channels: 3, background: 'grey', noise } })
    .png()
    .toBuffer()
  const patch = await sharp(grain).resize(3_000, 2_000, { fit: 'fill', kernel: 'cubic' }).png().toBuffer()
  const whole = sharp(patch, { limitInputPixels: false }).extend({ right: width - 3_000, bottom: height - 2_000, extendWith: 'repeat' })
  const part = `${file}.part`
  if (format === 'jpeg') await whole.jpeg({ quality: 52 }).toFile(part)
  else if (format === 'png') await whole.png({ compressionLevel: 3 }).toFile(part)
  else if (format === 'tiff') await whole.tiff({ compression: 'lzw' }).toFile(part)
  else if (format === 'webp') await whole.webp({ quality: 30, effort: 0 }).toFile(part)
  else await whole.tiff({ compression: 'jpeg', quality: 60, tile: true, tileWidth: 512, tileHeight: 512 }).toFile(part)
  renameSync(part, file)
  return file
}

/** A project that links a folder with this one picture; answers with the item's id. */
async function projectWith(file: string, folder: string): Promise<string> {
  const pictures = path.join(folder, 'pictures')
  mkdirSync(pictures)
  copyFileSync(file, path.join(pictures, path.basename(file)))
  const options = {
    shell: 'cli' as const,
    version: 'bench',
    spawnChild: forkChild,
    roots: [folder, cache],
    log: createLogger('bench', 'silent'),
  }
  const core = await createCore({ ...options, stateFolder: path.join(folder, 'state') })
  const client = core.cliClient()
  await core.host.slot.create(path.join(folder, 'project'), 'bench')
  const { folderId } = await client.folders.idForPath({ path: pictures })
  const job = await core.host.jobs.wait((await client.datasets.import({ folderId })).jobId)
  const { datasetId } = job.result as { datasetId: string }
  const filter = { split: null, classId: null, text: '' }
  const { items } = await client.items.window({ datasetId, filter: { ...filter, status: null }, offset: 0, limit: 1 })
  await core.close()
  return items[0]!.id
}

interface Report {
  readonly format: Format
  readonly fileMb: number
  readonly firstViewMs: number
  readonly sharpMs: number
  readonly pan: Spread
  readonly zoom: Spread
  readonly pageMb: number
}

/** From opening the picture until every tile of the first view was there. */
async function openCold(page: Page, itemId: string): Promise<number> {
  const began = await page.evaluate((id) => {
    performance.clearResourceTimings()
    location.hash = `#/label/${id}`
    return performance.now()
  }, itemId)
  const tiles = () =>
    page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .filter(({ name }) => name.includes('/asset/tile/'))
        .map((entry) => (entry as PerformanceResourceTiming).responseEnd),
    )
  let seen: number[] = []
  for (let calm = 0; calm < 5; calm = seen.length > 0 && (await tiles()).length === seen.length ? calm + 1 : 0) {
    seen = await tiles()
    await page.waitForTimeout(100)
  }
  return Math.max(...seen) - began
}

/** Resident memory of the page's own process. */
async function pageMb(cdp: CDPSession): Promise<number> {
  const { processInfo } = await cdp.send('SystemInfo.getProcessInfo')
  const resident = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? 0) / 1024)
  return Math.max(...resident)
}

async function measure(page: Page, url: string, itemId: string, format: Format, file: string, projectCache: string): Promise<Report> {
  await page.goto(url)
  await page.getByRole('navigation').first().waitFor()
  const english = page.getByRole('button', { name: en.frame.toEnglish })
  if (await english.isVisible()) await english.click()
  // The list has a thumbnail by now, and with it a first view: both go.
  const option = page.getByRole('listbox', { name: en.datasets.grid }).getByRole('option')
  await option
    .locator('img')
    .first()
    .evaluate((image: HTMLImageElement) => image.decode())
  rmSync(projectCache, { recursive: true, force: true })
  const firstViewMs = await openCold(page, itemId)
  const began = performance.now()
  await page.getByText(en.pictures.sharpening.split('{')[0]!).waitFor({ state: 'hidden', timeout: 600_000 })
  const sharpMs = firstViewMs + performance.now() - began
  const box = (await page.getByRole('application').boundingBox())!
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  await watchFrames(page)
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  const wheel = async (times: number, delta: number) => {
    await page.mouse.move(x, y)
    for (let i = 0; i < times; i++) {
      await page.mouse.wheel(0, delta)
      await page.waitForTimeout(30)
    }
  }
  const zoom = await framesDuring(page, session, async () => {
    for (let round = 0; round < 3; round++) {
      await wheel(40, -120)
      await wheel(40, 120)
    }
  })
  await page.keyboard.press('0')
  const pan = await framesDuring(page, session, async () => {
    for (let round = 0; round < 12; round++) {
      await page.mouse.move(x + 300, y + 200)
      await page.mouse.down({ button: 'middle' })
      await page.mouse.move(x - 300, y - 200 + (round % 3) * 150, { steps: 25 })
      await page.mouse.up({ button: 'middle' })
    }
  })
  const browserSession = await page.context().browser()!.newBrowserCDPSession()
  const memory = await pageMb(browserSession)
  return {
    format,
    fileMb: statSync(file).size / 1e6,
    firstViewMs,
    sharpMs,
    pan: spreadOf(pan.intervals),
    zoom: spreadOf(zoom.intervals),
    pageMb: memory,
  }
}

/** Huge pictures on the Label page: the first view, the pyramid behind it, panning and zooming, the page's memory. */
export async function imagesBench(argv: string[]): Promise<void> {
  const { values } = parseArgs({
    args: argv,
    options: { json: { type: 'boolean', default: false }, format: { type: 'string', multiple: true, default: ['jpeg'] } },
  })
  const reports: Report[] = []
  for (const format of formats.filter((each) => values.format.includes(each))) {
    const file = await hugePicture(format)
    const folder = mkdtempSync(path.join(tmpdir(), 'maskwright-bench-images-'))
    const browser = await launchBrowser()
    try {
      const itemId = await projectWith(file, folder)
      const work = (page: Page, url: string) => measure(page, url, itemId, format, file, path.join(folder, 'project/cache'))
      reports.push(await visit(browser, path.join(folder, 'project'), path.join(folder, 'state'), work))
    } finally {
      await browser.close()
      rmSync(folder, { recursive: true, force: true })
    }
  }
  process.stdout.write(values.json ? `${JSON.stringify(reports)}\n` : printed(reports))
}

function printed(reports: readonly Report[]): string {
  const row = (cells: readonly string[]): string => cells.map((cell, i) => (i === 0 ? cell.padEnd(10) : cell.padStart(14))).join('')
  const s = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
  const p95 = ({ p50, p95: high }: Spread): string => `${p50.toFixed(0)} / ${high.toFixed(0)} ms`
  return [
    'Chromium at 1440x900; frames: p50 / p95 to the next one',
    row(['format', 'pixels', 'file', 'first view', 'all levels', 'zoom frames', 'pan frames', 'page memory']),
    ...reports.map((r) =>
      row([
        r.format,
        sizes[r.format].join(' x '),
        `${r.fileMb.toFixed(0)} MB`,
        s(r.firstViewMs),
        s(r.sharpMs),
        p95(r.zoom),
        p95(r.pan),
        `${r.pageMb.toFixed(0)} MB`,
      ]),
    ),
    '',
  ].join('\n')
}
