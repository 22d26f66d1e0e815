import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright'
import { en } from '../src/renderer/i18n/messages.ts'
import type { AssistProject } from './assistStudio.ts'
import { launchBrowser, visit } from './studioServer.ts'

declare global {
  interface Window {
    /** Of the newest click to the end of the frame that shows what was found; null: not yet. */
    paintedMs: number | null
  }
}

export interface PageTimes {
  readonly paintedMs: readonly number[]
  readonly bareMs: readonly number[]
}

interface PageOptions {
  readonly clicks: number
  readonly warmUps: number
  readonly restMs: number
  /** Runs the decoder alone, for comparison. */
  readonly runBare: () => Promise<number>
}

/** Clicks with smart select in a browser: from the release of the button to the end of the frame that paints the mask. */
export async function measurePage(folder: string, { project, itemId }: AssistProject, options: PageOptions): Promise<PageTimes> {
  const browser = await launchBrowser()
  try {
    return await visit(browser, project, path.join(folder, 'state'), async (page, url) => {
      await page.goto(url)
      await page.getByRole('navigation').first().waitFor()
      const english = page.getByRole('button', { name: en.frame.toEnglish })
      if (await english.isVisible()) await english.click()
      await page.getByRole('listbox', { name: en.datasets.grid }).getByRole('option').first().waitFor()
      await page.evaluate((item) => (location.hash = `#/label/${item}`), itemId)
      await page.locator('[role=application][aria-busy=false][data-settled=true]').waitFor({ timeout: 60_000 })
      await page.getByRole('application').focus()
      await page.keyboard.press('q')
      const bar = page.getByRole('toolbar', { name: new RegExp(en.label.commands.smart) })
      await bar.getByText(en.assist.state.ready).waitFor({ timeout: 60_000 })
      // What is only passed over is painted in the same way as what is found.
      await bar.getByRole('button', { name: en.assist.bar.hover }).click()
      await watchPaints(page)
      return await clickAway(page, options)
    })
  } finally {
    await browser.close()
  }
}

/** The only even-odd area of a picture without objects is what a click found. */
async function watchPaints(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.paintedMs = null
    let releasedMs: number | null = null
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      if (releasedMs !== null) window.paintedMs = performance.now() - releasedMs
      releasedMs = null
    }
    window.addEventListener('pointerup', (event) => (releasedMs = event.timeStamp), { capture: true })
    const { prototype } = CanvasRenderingContext2D
    const watched = new Proxy<() => void>(Reflect.get(prototype, 'fill'), {
      apply(fill, context, given: unknown[]) {
        Reflect.apply(fill, context, given)
        if (given.includes('evenodd') && releasedMs !== null) port2.postMessage(null)
      },
    })
    Object.assign(prototype, { fill: watched })
  })
}

async function clickAway(page: Page, { clicks, warmUps, restMs, runBare }: PageOptions): Promise<PageTimes> {
  const box = (await page.getByRole('application').boundingBox())!
  const paintedMs: number[] = []
  const bareMs: number[] = []
  for (let i = 0; i < clicks + warmUps; i++) {
    const ms = await runBare()
    await sleep(restMs)
    await page.evaluate(() => (window.paintedMs = null))
    // About the middle of the canvas there is picture, whatever its proportions.
    const [x, y] = [box.x + box.width / 2 - 120 + ((i * 37) % 240), box.y + box.height / 2 - 120 + ((i * 53) % 240)]
    // A finger is down for about so long.
    await page.mouse.click(x, y, { delay: 80 })
    const painted = await page.waitForFunction(() => window.paintedMs, null, { timeout: 10_000, polling: 20 })
    await page.keyboard.press('Escape')
    await sleep(restMs)
    if (i < warmUps) continue
    bareMs.push(ms)
    paintedMs.push((await painted.jsonValue())!)
  }
  return { paintedMs, bareMs }
}
