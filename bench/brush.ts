import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Page } from 'playwright'
import { en } from '../src/renderer/i18n/messages.ts'
import { generateScenes, masks, type Scene } from '../tests/support/generatedScenes.ts'
import { spreadOf } from './frames.ts'
import { launchBrowser, visit } from './studioServer.ts'

declare global {
  interface Window {
    moveLog: { moves: number[]; ups: number[] }
  }
}

const size = { width: 4_000, height: 3_000 }
const others = 40
const scene: Scene = { name: 'masks', shapes: masks(5, others, size), size }

/** Main-thread milliseconds per move of the pointer (its events, and the frame that shows them), and per release. */
async function watchMoves(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.moveLog = { moves: [], ups: [] }
    const { port1, port2 } = new MessageChannel()
    let began = 0
    let handlers = 0
    let frame = 0
    let kind: 'moves' | 'ups' | null = null
    for (const [type, name] of [
      ['pointermove', 'moves'],
      ['pointerup', 'ups'],
    ] as const) {
      window.addEventListener(type, () => (began = performance.now()), { capture: true })
      window.addEventListener(type, () => {
        handlers += performance.now() - began
        kind = name
      })
    }
    port1.onmessage = () => {
      if (kind) window.moveLog[kind].push(handlers + performance.now() - frame)
      handlers = 0
      kind = null
    }
    const step = (): void => {
      requestAnimationFrame(step)
      frame = performance.now()
      if (kind) port2.postMessage(null)
    }
    requestAnimationFrame(step)
  })
}

interface Stroke {
  readonly name: string
  readonly moves: readonly number[]
  readonly ups: readonly number[]
}

/** Strokes across the middle of the canvas, with a brush of this many picture pixels. */
async function strokes(page: Page, name: string, px: number, button: 'left' | 'right', rounds: number): Promise<Stroke> {
  const slider = page.getByRole('slider', { name: en.brush.size })
  await slider.fill(String(Math.round(10 * Math.log2(px))))
  const box = (await page.getByRole('application').boundingBox())!
  const [cx, cy] = [box.x + box.width / 2, box.y + box.height / 2]
  await page.evaluate(() => (window.moveLog = { moves: [], ups: [] }))
  for (let round = 0; round < rounds; round++) {
    await page.mouse.move(cx - 300, cy - 150 + round * 60)
    await page.mouse.down({ button })
    for (let i = 0; i < 60; i++) await page.mouse.move(cx - 300 + i * 10, cy - 150 + round * 60 + 80 * Math.sin(i / 5))
    await page.mouse.up({ button })
    await page.waitForTimeout(300)
  }
  return { name, ...(await page.evaluate(() => window.moveLog)) }
}

/** Measures the brush on a 4,000 x 3,000 picture: a mask of the whole picture with 400 holes is painted and erased, under 40 others. */
export async function brushBench(argv: string[]): Promise<void> {
  const { values } = parseArgs({
    args: argv,
    options: {
      rounds: { type: 'string', default: '4' },
      ratio: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  })
  const rounds = Number(values.rounds)
  const project = mkdtempSync(path.join(tmpdir(), 'mw-brush-'))
  const browser = await launchBrowser()
  try {
    const [id] = await generateScenes(path.join(project, 'project'), [scene])
    const work = async (page: Page, url: string): Promise<Stroke[]> => {
      await page.goto(url)
      await page.getByRole('navigation').first().waitFor()
      const english = page.getByRole('button', { name: en.frame.toEnglish })
      if (await english.isVisible()) await english.click()
      await page.getByRole('listbox', { name: en.datasets.grid }).getByRole('option').first().waitFor()
      await page.evaluate((item) => (location.hash = `#/label/${item}`), id)
      const canvas = page.getByRole('application')
      await page.locator('[role=application][aria-busy=false][data-settled=true]').waitFor({ timeout: 60_000 })
      await canvas.focus()
      // The lowest object is the mask of the whole picture; strokes go on in it.
      await page.keyboard.press('.')
      await page.keyboard.press('b')
      await watchMoves(page)
      const measured: Stroke[] = []
      for (const [where, key] of [
        ['whole picture on screen', 'f'],
        ['at 100 %', '0'],
      ] as const) {
        await canvas.focus()
        await page.keyboard.press(key)
        for (const px of [24, 300, 1000]) {
          for (const [verb, button] of [
            ['paint', 'left'],
            ['erase', 'right'],
          ] as const) {
            measured.push(await strokes(page, `${where}: ${verb}, ${px} px`, px, button, rounds))
          }
        }
      }
      return measured
    }
    const measured = await visit(browser, path.join(project, 'project'), path.join(project, 'state'), work, Number(values.ratio))
    process.stdout.write(values.json ? `${JSON.stringify(measured)}\n` : printed(measured))
  } finally {
    await browser.close()
    rmSync(project, { recursive: true, force: true })
  }
}

function printed(measured: readonly Stroke[]): string {
  const row = (cells: readonly string[]): string => cells.map((cell, i) => (i === 0 ? cell.padEnd(44) : cell.padStart(8))).join('')
  const ms = (values: readonly number[]): string[] => {
    const { n, p50, p95, max } = spreadOf(values)
    return [String(n), p50.toFixed(1), p95.toFixed(1), max.toFixed(0)]
  }
  return [
    `${size.width}x${size.height} picture, a mask of all of it with 400 holes, ${others} masks over it; Chromium at 1440x900`,
    '',
    row(['ms of the main thread per move', 'n', 'p50', 'p95', 'max']),
    ...measured.map(({ name, moves }) => row([name, ...ms(moves)])),
    '',
    row(['ms of the main thread to end a stroke', 'n', 'p50', 'p95', 'max']),
    ...measured.map(({ name, ups }) => row([name, ...ms(ups)])),
    '',
  ].join('\n')
}
