import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { CDPSession, Page } from 'playwright'
import { en } from '../src/renderer/i18n/messages.ts'
import type { ImagePoint, Shape } from '../src/shared/model/shape.ts'
import { generateScenes, mixed, polygons, sceneSize, type Scene } from '../tests/support/generatedScenes.ts'
import { framesDuring, joined, spreadOf, watchFrames, type Frames, type Spread } from './frames.ts'
import { Latency, type Measured } from './latency.ts'
import { launchBrowser, visit } from './studioServer.ts'

declare global {
  interface Window {
    nextShown: Promise<number>
  }
}

const text = en.label
const busyPolygons = polygons(1, 2_000, 50)
const neighbours = 8
const scenes: readonly Scene[] = [
  { name: 'empty', shapes: [] },
  { name: 'polygons', shapes: busyPolygons },
  { name: 'thousands', shapes: mixed(2, 10_000) },
  ...Array.from({ length: neighbours }, (_, i) => ({ name: `next${i}`, shapes: polygons(10 + i, 300, 30) })),
]

interface Screen {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** The open page with its canvas. */
class Studio {
  readonly page: Page
  readonly #ids: readonly string[]

  constructor(page: Page, ids: readonly string[]) {
    this.page = page
    this.#ids = ids
  }

  get canvas() {
    return this.page.getByRole('application')
  }

  async open(index: number): Promise<void> {
    const { name } = scenes[index]!
    await this.page.evaluate((id) => (location.hash = `#/label/${id}`), this.#ids[index]!)
    await this.page.locator(`[role=application][aria-busy=false][data-settled=true][aria-label^="${name},"]`).waitFor({ timeout: 60_000 })
    await this.page.waitForTimeout(400)
  }

  async screen(): Promise<Screen> {
    const { x, y, width, height } = (await this.canvas.boundingBox())!
    return { left: x, top: y, width, height }
  }
}

/** Where a point of the picture is on the page right after it was opened: the whole picture, centred. */
function fitted({ left, top, width, height }: Screen, [x, y]: ImagePoint): ImagePoint {
  const scale = Math.min((width - 32) / sceneSize.width, (height - 32) / sceneSize.height)
  return [left + (width - sceneSize.width * scale) / 2 + x * scale, top + (height - sceneSize.height * scale) / 2 + y * scale]
}

async function pan(studio: Studio, screen: Screen, steps: number): Promise<void> {
  const { mouse } = studio.page
  const [x, y] = [screen.left + screen.width / 2, screen.top + screen.height / 2]
  await mouse.move(x, y)
  await mouse.down({ button: 'middle' })
  for (let i = 0; i < steps; i++) await mouse.move(x + 220 * Math.sin(i / 9), y + 160 * Math.sin(i / 6.5))
  await mouse.up({ button: 'middle' })
}

async function zoom(studio: Studio, screen: Screen, steps: number): Promise<void> {
  await studio.page.mouse.move(screen.left + screen.width * 0.45, screen.top + screen.height * 0.4)
  for (let i = 0; i < steps; i++) await studio.page.mouse.wheel(0, i % 40 < 20 ? -60 : 60)
}

/** The same gestures on the empty picture and on the full one in turn, so that both see the same machine. */
async function frames(
  studio: Studio,
  session: CDPSession,
  busy: number,
  rounds: number,
): Promise<{ name: string; empty: Frames; full: Frames }[]> {
  const parts = { pan: { empty: [] as Frames[], full: [] as Frames[] }, zoom: { empty: [] as Frames[], full: [] as Frames[] } }
  for (let round = 0; round < rounds; round++) {
    for (const [index, side] of [
      [0, 'empty'],
      [busy, 'full'],
    ] as const) {
      await studio.open(index)
      const screen = await studio.screen()
      await zoom(studio, screen, 12)
      parts.pan[side].push(await framesDuring(studio.page, session, () => pan(studio, screen, 60)))
      parts.zoom[side].push(await framesDuring(studio.page, session, () => zoom(studio, screen, 80)))
    }
  }
  return (['pan', 'zoom'] as const).map((name) => ({ name, empty: joined(parts[name].empty), full: joined(parts[name].full) }))
}

const firstOf = (shape: Shape): ImagePoint => (shape.kind === 'polygon' ? shape.parts[0]!.outer[0]! : [0, 0])

/** No hand is faster: without it what is measured is the queue of the clicks before. */
const betweenClicksMs = 120

/** From the pointer's event to the paint with the answer to it. */
async function pointer(studio: Studio, latency: Latency, label: string, vertex: ImagePoint, rounds: number): Promise<void> {
  const { page } = studio
  const { mouse, keyboard } = page
  const screen = await studio.screen()
  const [cx, cy] = [screen.left + screen.width / 2, screen.top + screen.height / 2]
  await latency.measure(`${label}: hover`, ['mousemove'], async () => {
    for (let i = 0; i < rounds * 6; i++) await mouse.move(cx + 300 * Math.sin(i * 0.37), cy + 200 * Math.sin(i * 0.23))
  })
  await latency.measure(`${label}: select by click`, ['click'], async () => {
    for (let i = 0; i < rounds; i++) {
      await mouse.click(cx + 280 * Math.sin(i * 1.7), cy + 180 * Math.sin(i * 2.3))
      await page.waitForTimeout(betweenClicksMs)
    }
  })
  const [vx, vy] = fitted(screen, vertex)
  await mouse.move(vx, vy)
  for (let i = 0; i < 14; i++) await mouse.wheel(0, -60)
  await page.waitForTimeout(400)
  await mouse.click(vx, vy)
  await page.waitForTimeout(300)
  await latency.measure(`${label}: drag a vertex`, ['mousemove'], async () => {
    await mouse.move(vx, vy)
    await mouse.down()
    for (let i = 0; i < rounds * 3; i++) await mouse.move(vx + 30 * Math.sin(i / 3), vy + 30 * Math.sin(i / 4))
  })
  await latency.measure(`${label}: let it go`, ['mouseup'], async () => {
    await mouse.up()
    for (let i = 0; i < rounds; i++) {
      await mouse.move(vx, vy)
      await mouse.down()
      await mouse.move(vx + 8, vy + 5)
      await mouse.move(vx, vy)
      await mouse.up()
      await page.waitForTimeout(betweenClicksMs)
    }
  })
  await keyboard.press('f')
  await keyboard.press('r')
  await page.waitForTimeout(300)
  await latency.measure(`${label}: draw a box`, ['mousemove'], async () => {
    await mouse.move(cx - 100, cy - 100)
    await mouse.down()
    for (let i = 0; i < rounds * 3; i++) await mouse.move(cx + 100 * Math.sin(i / 5), cy + 100 * Math.sin(i / 7))
    await keyboard.press('Escape')
    await mouse.up()
  })
  await keyboard.press('v')
}

/** Dragging a shape, selecting everything and scrolling the list of objects: what must stay usable with very many. */
async function thousands(studio: Studio, latency: Latency, rounds: number): Promise<void> {
  const { page } = studio
  const list = (await page.getByRole('listbox', { name: text.tabs.objects }).boundingBox())!
  await page.mouse.move(list.x + 80, list.y + 200)
  await latency.measure('10,000: scroll of the list', ['wheel'], async () => {
    for (let i = 0; i < rounds * 2; i++) await page.mouse.wheel(0, 400)
  })
  await latency.measure('10,000: click in the list', ['click'], async () => {
    for (let i = 0; i < rounds; i++) {
      await page.mouse.click(list.x + 80, list.y + 20 + (i % 10) * 28)
      await page.waitForTimeout(betweenClicksMs)
    }
  })
  await latency.measure('10,000: select everything', ['keydown'], async () => {
    for (let i = 0; i < 3; i++) {
      await studio.canvas.press('Control+a')
      await page.waitForTimeout(betweenClicksMs)
      await page.keyboard.press('Escape')
      await page.waitForTimeout(betweenClicksMs)
    }
  })
}

/** From the key to the first paint with the next picture and its shapes. */
async function nextPicture(studio: Studio, first: number): Promise<number[]> {
  const times: number[] = []
  await studio.open(first)
  await studio.canvas.focus()
  for (let i = first + 1; i < first + neighbours; i++) {
    await studio.page.waitForTimeout(1_000)
    await studio.page.evaluate((name) => {
      window.nextShown = new Promise<number>((resolve) => {
        let began = 0
        window.addEventListener('keydown', (event) => (began = event.timeStamp), { capture: true, once: true })
        const look = (): void => {
          const canvas = document.querySelector('[role=application]')
          const is = canvas?.matches(`[aria-busy=false][data-settled=true][aria-label^="${name},"]`)
          if (is) setTimeout(() => resolve(performance.now() - began))
          else requestAnimationFrame(look)
        }
        requestAnimationFrame(look)
      })
    }, scenes[i]!.name)
    await studio.page.keyboard.press('d')
    times.push(await studio.page.evaluate(() => window.nextShown))
  }
  return times
}

interface Report {
  readonly frames: readonly { readonly name: string; readonly empty: Frames; readonly full: Frames }[]
  readonly latency: readonly Measured[]
  readonly next: readonly number[]
}

/** What can be measured apart: `--only frames,next`; `--trace file.json` writes what the browser did meanwhile. */
const sections = ['frames', 'frames10000', 'pointer', 'pointer10000', 'next'] as const
type Section = (typeof sections)[number]

function sectionsOf(only: string): ReadonlySet<Section> {
  const wanted = only.split(',').map((name) => sections.find((section) => section === name))
  if (wanted.includes(undefined)) throw new Error(`--only takes ${sections.join(', ')}`)
  return new Set(wanted as Section[])
}

/** Measures the canvas of the Label page: frames while panning and zooming against an empty picture, answers to the pointer, the next picture. */
export async function canvasBench(argv: string[]): Promise<void> {
  const { values } = parseArgs({
    args: argv,
    options: {
      rounds: { type: 'string', default: '2' },
      ratio: { type: 'string', default: '1' },
      only: { type: 'string', default: sections.join() },
      trace: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  })
  const rounds = Number(values.rounds)
  const only = sectionsOf(values.only)
  const project = mkdtempSync(path.join(tmpdir(), 'mw-canvas-'))
  const browser = await launchBrowser()
  try {
    const ids = await generateScenes(path.join(project, 'project'), scenes)
    const report = await visit(
      browser,
      path.join(project, 'project'),
      path.join(project, 'state'),
      async (page, url): Promise<Report> => {
        await page.goto(url)
        await page.getByRole('navigation').first().waitFor()
        const english = page.getByRole('button', { name: en.frame.toEnglish })
        if (await english.isVisible()) await english.click()
        await page.getByRole('listbox', { name: en.datasets.grid }).getByRole('option').first().waitFor()
        const studio = new Studio(page, ids)
        await studio.open(0)
        const session = await watchFrames(page)
        if (values.trace !== undefined) await browser.startTracing(page, { path: values.trace })
        const measured: { name: string; empty: Frames; full: Frames }[] = []
        for (const [section, label, busy, times] of [
          ['frames', '2,000 polygons', 1, rounds],
          ['frames10000', '10,000', 2, Math.max(1, rounds - 1)],
        ] as const) {
          if (!only.has(section)) continue
          for (const one of await frames(studio, session, busy, times)) measured.push({ ...one, name: `${label}: ${one.name}` })
        }
        const latency = await Latency.of(page)
        if (only.has('pointer')) {
          await studio.open(1)
          await pointer(studio, latency, '2,000 polygons', firstOf(busyPolygons[1_024]!), rounds * 5)
        }
        if (only.has('pointer10000')) {
          await studio.open(2)
          await pointer(studio, latency, '10,000', firstOf(scenes[2]!.shapes[5_056]!), rounds * 5)
          await thousands(studio, latency, rounds * 5)
        }
        const next = only.has('next') ? await nextPicture(studio, scenes.length - neighbours) : []
        if (values.trace !== undefined) await browser.stopTracing()
        return { frames: measured, latency: latency.results, next }
      },
      Number(values.ratio),
    )
    process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : printed(report))
  } finally {
    await browser.close()
    rmSync(project, { recursive: true, force: true })
  }
}

function printed({ frames: measured, latency, next }: Report): string {
  const row = (cells: readonly string[]): string => cells.map((cell, i) => (i === 0 ? cell.padEnd(36) : cell.padStart(8))).join('')
  const ms = ({ n, p50, p95, max }: Spread): string[] => [String(n), p50.toFixed(1), p95.toFixed(1), max.toFixed(0)]
  const both = (name: string, empty: readonly number[], full: readonly number[]): string[] => [
    row([`${name}, empty picture`, ...ms(spreadOf(empty))]),
    row([name, ...ms(spreadOf(full)), `x ${(spreadOf(full).p95 / spreadOf(empty).p95).toFixed(2)}`]),
  ]
  return [
    `${sceneSize.width}x${sceneSize.height} pictures: empty, ${busyPolygons.length} polygons of 50 vertices, ${scenes[2]!.shapes.length} small shapes; Chromium at 1440x900`,
    '',
    row(['ms to the next frame', 'n', 'p50', 'p95', 'max', 'p95']),
    ...measured.flatMap(({ name, empty, full }) => both(name, empty.intervals, full.intervals)),
    '',
    row(['ms of the main thread per frame', 'n', 'p50', 'p95', 'max', 'p95']),
    ...measured.flatMap(({ name, empty, full }) => both(name, empty.work, full.work)),
    '',
    row(['processor ms of the main thread', 'empty', 'full', '']),
    ...measured.map(({ name, empty, full }) => {
      const [a, b] = [empty.cpuMs / empty.work.length, full.cpuMs / full.work.length]
      return row([`${name}, per frame`, a.toFixed(1), b.toFixed(1), `x ${(b / a).toFixed(2)}`])
    }),
    '',
    row(['ms from event to paint', 'n', 'p50', 'p95', 'max', 'longest']),
    ...latency.map(({ name, n, p50, p95, max, longestTask }) => row([name, ...ms({ n, p50, p95, max }), longestTask.toFixed(0)])),
    ...(next.length > 0 ? [row(['next picture, from key to paint', ...ms(spreadOf(next))])] : []),
    'longest: the longest task of the main thread meanwhile (0: none over 50 ms)',
    '',
  ].join('\n')
}
