import { pathToFileURL } from 'node:url'
import { expect, test, type Locator } from 'playwright/test'
import { expectAccessible, filled, openStudio, pattern, shoot, textsOf, watchErrors, Workplace, type Language } from './studio.ts'

const hostile = '<script>document.title="caught"</script>'

const words = (steps: number, rate: number) => ['--set', `loop.steps=${steps}`, '--set', `optimizer.lr=${rate}`]
let place: Workplace
// The runs are trained once for both languages.
test.describe.configure({ mode: 'default' })
/** Two short runs, one longer and faster than the other. */
test.beforeAll(async () => {
  place = new Workplace()
  await place.dataset('shapes')
  await place.command('trained', 'import', 'shapes')
  for (const [name, steps, rate] of [
    ['short', 4, 0.001],
    [hostile, 8, 0.01],
  ] as const)
    await place.command('trained', 'train', 'segformer-tiny-cpu', ...words(steps, rate), '--name', name)
})
test.afterAll(() => place.close())

for (const language of ['en', 'zh-CN'] as const satisfies Language[]) {
  test(`two runs are compared: config, data, classes, confusion, pictures, report (${language})`, async ({ page, browser }) => {
    const text = textsOf(language)
    const { comparison } = text
    const errors = watchErrors(page)
    const rowOf = (name: string): Locator =>
      page.getByRole('table', { name: text.experiments.table }).getByRole('row').filter({ hasText: name })
    const tab = (name: keyof typeof comparison.tabs) => page.getByRole('tab', { name: comparison.tabs[name], exact: true }).click()
    try {
      // What is predicted in one language is not there in the other.
      place.copyProject('trained', language)
      await openStudio(page, await place.serve(language), language)
      await page.getByRole('navigation').first().getByRole('link', { name: text.frame.experiments, exact: true }).click()
      await test.step('the chosen runs open side by side; only what differs is listed', async () => {
        for (const name of ['short', hostile]) await rowOf(name).getByRole('checkbox').setChecked(true)
        await page.getByRole('button', { name: comparison.open }).click()
        await expect(page.getByText(hostile).first()).toBeVisible()
        const row = page
          .getByRole('row')
          .filter({ has: page.getByRole('rowheader', { name: text.config.field.loop_steps.label, exact: true }) })
        await expect(row.getByRole('cell')).toHaveCount(2)
        await expect(row.getByRole('cell').nth(1)).toContainText(comparison.config.differs)
        const few = await page.getByRole('row').count()
        await page.getByRole('switch', { name: comparison.config.all }).click()
        expect(await page.getByRole('row').count()).toBeGreaterThan(few + 20)
        await expectAccessible(page, 'the compared configs')
        await shoot(page, `compare-config-${language}`)
      })
      await test.step('they saw the same data', async () => {
        await tab('data')
        await expect(page.getByText(comparison.data.allSame)).toBeVisible()
        await expectAccessible(page, 'the compared data')
        await shoot(page, `compare-data-${language}`)
      })
      await test.step('classes with differences, sorted by them; another baseline turns them round', async () => {
        await tab('classes')
        await page.getByRole('button', { name: comparison.classes.delta, exact: true }).click()
        await expect(page.getByRole('columnheader', { name: comparison.classes.delta })).toHaveAttribute('aria-sort', 'ascending')
        await expectAccessible(page, 'the compared classes')
        await shoot(page, `compare-classes-${language}`)
        await page.getByRole('radio').nth(1).check()
        await expect(page).toHaveURL(/baseline=/)
        await page.getByRole('radio').first().check()
      })
      await test.step('confusions and their difference', async () => {
        await tab('confusion')
        await expect(page.getByRole('img', { name: pattern(comparison.confusion.altDifference) })).toBeVisible()
        await expectAccessible(page, 'the compared confusions')
        await shoot(page, `compare-confusion-${language}`)
      })
      await test.step('pictures are predicted when asked to, and sorted by where the runs disagree most', async () => {
        await tab('pictures')
        const pictures = page.getByRole('region', { name: comparison.tabs.pictures, exact: true })
        await page.getByRole('button', { name: comparison.pictures.predict }).click()
        const shares = pictures.getByText(pattern(comparison.pictures.disagreementOf))
        await expect(shares).toHaveCount(4, { timeout: 120_000 })
        const sorted = (await shares.allTextContents()).map((each) => Number.parseFloat(each))
        expect(sorted).toEqual([...sorted].sort((a, b) => b - a))
        expect(sorted[0]).toBeGreaterThan(sorted.at(-1)!)
        await expect(pictures.getByRole('img').first()).toHaveJSProperty('complete', true)
        await expectAccessible(page, 'the compared pictures')
        await shoot(page, `compare-pictures-${language}`)
        await page.reload()
        await expect(shares).toHaveCount(4)
      })
      await test.step('a click enlarges; wipe, flicker and the next picture by keys', async () => {
        await page
          .getByRole('button', { name: pattern(comparison.pictures.enlarge) })
          .nth(1)
          .click()
        const viewer = page.getByRole('dialog')
        await expect(viewer.getByText(filled(comparison.viewer.of, { n: 1, total: 4 }))).toBeVisible()
        await page.keyboard.press('ArrowRight')
        await expect(viewer.getByText(filled(comparison.viewer.of, { n: 2, total: 4 }))).toBeVisible()
        await page.keyboard.press('f')
        await expect(viewer.getByRole('switch', { name: comparison.viewer.flickerHint })).toBeChecked()
        await page.keyboard.press('f')
        await expectAccessible(page, 'an enlarged picture')
        await shoot(page, `compare-viewer-${language}`)
        await page.keyboard.press('Escape')
        await expect(viewer).toBeHidden()
      })
      await test.step('the report is one file that shows itself offline and runs nothing', async () => {
        const download = page.waitForEvent('download')
        await page.getByRole('button', { name: comparison.report.button }).click()
        const file = place.path(`report-${language}.html`)
        await (await download).saveAs(file)
        const offline = await browser.newContext({ offline: true, colorScheme: 'dark' })
        try {
          const report = await offline.newPage()
          const asked: string[] = []
          const faults = watchErrors(report)
          report.on('request', (request) => asked.push(request.url()))
          await report.goto(pathToFileURL(file).href)
          await expect(report.getByRole('heading', { level: 1 })).toBeVisible()
          await expect(report.getByText(hostile).first()).toBeVisible()
          await expect(report).not.toHaveTitle('caught')
          await expect(report.locator('html')).toHaveAttribute('lang', language)
          expect(await report.locator('script').count()).toBe(0)
          expect(
            await report.locator('img').evaluateAll((images) => images.every((image) => (image as HTMLImageElement).naturalWidth > 0)),
          ).toBe(true)
          expect(await report.locator('img').count()).toBeGreaterThan(8)
          expect(asked.filter((url) => !url.startsWith('data:') && !url.startsWith('file:'))).toEqual([])
          expect(faults).toEqual([])
          await shoot(report, `report-${language}`)
        } finally {
          await offline.close()
        }
      })
      expect(errors).toEqual([])
    } finally {
      await place.stop()
    }
  })
}
