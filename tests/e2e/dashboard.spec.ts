import { readFile } from 'node:fs/promises'
import { expect, test, type Page } from 'playwright/test'
import { generateRuns } from '../support/generatedRuns.ts'
import {
  dragOn,
  expectAccessible,
  filled,
  openLaunchForm,
  openShapes,
  openStudio,
  shoot,
  textsOf,
  typeInto,
  watchErrors,
  Workplace,
  type Language,
} from './studio.ts'

const runs = 12
const steps = 2_000

async function choose(page: Page, box: string, option: string | RegExp): Promise<void> {
  await page.getByRole('combobox', { name: box }).click()
  await page.getByRole('option', { name: option }).first().click()
}

for (const language of ['en', 'zh-CN'] as const satisfies Language[]) {
  const text = textsOf(language)
  const { curves, experiments } = text
  const toRuns = (page: Page) =>
    page.getByRole('navigation').first().getByRole('link', { name: text.frame.experiments, exact: true }).click()

  test(`runs are sorted by any metric, drawn over each other, read, zoomed and saved (${language})`, async ({ page }) => {
    const place = new Workplace()
    const errors = watchErrors(page)
    const table = page.getByRole('table', { name: experiments.table })
    const legend = page.getByRole('region', { name: filled(curves.runs, { n: runs }) })
    const plot = page.getByRole('application')
    const ready = () => expect(plot).toHaveAttribute('aria-busy', 'false')
    const lossLabel = `${curves.splits.train} ${experiments.metrics.loss}`
    try {
      await generateRuns(place.path('runs'), { runs, steps })
      await openStudio(page, await place.serve('runs'), language)
      await toRuns(page)

      await test.step('a column of a metric is chosen, sorts the table, and is remembered', async () => {
        await expect(table.getByRole('img', { name: 'mIoU' }).first()).toBeVisible()
        await page.getByRole('button', { name: curves.table.columns }).click()
        const column = filled(curves.table.bestOf, { curve: lossLabel })
        await page.getByRole('dialog').getByRole('checkbox', { name: column }).check()
        await expectAccessible(page, 'the choice of columns')
        await page.keyboard.press('Escape')
        const header = table.getByRole('columnheader', { name: column })
        await header.getByRole('button').press('Enter')
        await expect(header).toHaveAttribute('aria-sort', 'ascending')
        const at = await table
          .getByRole('columnheader')
          .evaluateAll((cells, name) => cells.findIndex((cell) => cell.textContent?.includes(name)), column)
        const values = async () =>
          (
            await table
              .getByRole('row')
              .evaluateAll((rows, i) => rows.slice(1).map((row) => row.children[i]?.textContent?.trim() ?? ''), at)
          )
            .filter(Boolean)
            .map(Number)
        const ascending = await values()
        expect(ascending.length).toBeGreaterThan(3)
        expect(ascending).toEqual([...ascending].sort((a, b) => a - b))
        await header.getByRole('button').press('Enter')
        await expect(header).toHaveAttribute('aria-sort', 'descending')
        expect((await values())[0]).toBeGreaterThan(ascending[0]!)
        await page.reload()
        await expect(table.getByRole('columnheader', { name: column })).toBeVisible()
      })
      await test.step('all runs found are compared', async () => {
        await page.getByRole('checkbox', { name: curves.table.selectAll }).click()
        await expect(legend.getByRole('button', { pressed: true })).toHaveCount(runs)
        await choose(page, experiments.charts.metric, lossLabel)
        await ready()
        await expect(legend).toContainText(curves.atEnd)
        await plot.hover()
        await expect(legend).toContainText(filled(curves.at, { axis: curves.axes.step, x: '' }).trim().split(' ')[0]!)
        await expect(legend).not.toContainText(curves.atEnd)
        await legend.getByRole('button', { pressed: true }).first().click()
        await expect(legend.getByRole('button', { pressed: true })).toHaveCount(runs - 1)
        await expectAccessible(page, 'the comparison of curves')
        await shoot(page, `dashboard-${language}`)
      })
      await test.step('a dragged part is asked for again, and the keys lead back', async () => {
        const reset = page.getByRole('button', { name: experiments.charts.reset })
        await expect(reset).toBeDisabled()
        await dragOn(page, plot, [0.4, 0.5], [0.5, 0.5])
        await expect(reset).toBeEnabled()
        await ready()
        const [download] = await Promise.all([
          page.waitForEvent('download'),
          (async () => {
            await page.getByRole('button', { name: curves.more, exact: true }).click()
            await page.getByRole('menuitem', { name: curves.savePoints }).click()
          })(),
        ])
        const lines = (await readFile(await download.path(), 'utf8')).trim().split('\n')
        expect(lines[0]).toBe('run,curve,step,epoch,wallMs,value')
        const [first] = lines[1]!.split(',')
        const ofRun = lines.filter((line) => line.startsWith(`${first!},`)).map((line) => Number(line.split(',')[2]))
        // About a tenth of the steps, every one of them.
        expect(ofRun.length).toBeGreaterThan(steps * 0.05)
        expect(ofRun.length).toBeLessThan(steps * 0.2)
        expect(ofRun.at(-1)! - ofRun[0]!).toBe(ofRun.length - 1)
        await plot.focus()
        await page.keyboard.press('0')
        await expect(reset).toBeDisabled()
        await page.keyboard.press('ArrowLeft')
        await expect(legend).not.toContainText(curves.atEnd)
      })
      await test.step('over time, and as a picture', async () => {
        await choose(page, curves.axis, curves.axes.time)
        await ready()
        const [download] = await Promise.all([
          page.waitForEvent('download'),
          (async () => {
            await page.getByRole('button', { name: curves.more, exact: true }).click()
            await page.getByRole('menuitem', { name: curves.saveShown }).click()
          })(),
        ])
        expect((await readFile(await download.path())).subarray(1, 4).toString()).toBe('PNG')
      })
      expect(errors).toEqual([])
    } finally {
      await place.close()
    }
  })

  test(`a run says what its machine does (${language})`, async ({ page }) => {
    const place = new Workplace()
    const errors = watchErrors(page)
    try {
      await openShapes(page, place, language)
      const dialog = await openLaunchForm(page, text, 'segformer-tiny-cpu')
      await dialog.getByRole('switch', { name: text.config.advanced }).click()
      await typeInto(dialog.getByRole('textbox', { name: text.config.field.loop_steps.label, exact: true }), '100000')
      await dialog.getByRole('button', { name: experiments.launch.start }).click()
      for (const title of [curves.system.throughput, curves.system.shares, curves.system.memory])
        await expect(page.getByRole('heading', { name: title })).toBeVisible({ timeout: 60_000 })
      await expect(page.getByText(curves.system.noGpu)).toBeVisible()
      await expect(page.getByRole('region', { name: curves.system.tail })).toBeVisible()
      await expectAccessible(page, 'the page of a run that trains')
      await shoot(page, `live-${language}`)
      await page.getByRole('button', { name: experiments.stop }).click()
      await expect(page.getByText(experiments.status.stopped, { exact: true }).first()).toBeVisible({ timeout: 30_000 })
      expect(errors).toEqual([])
    } finally {
      await place.close()
    }
  })
}
