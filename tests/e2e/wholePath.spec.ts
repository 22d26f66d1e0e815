import { expect, test, type Page } from 'playwright/test'
import type { Messages } from '../../src/renderer/i18n/messages.ts'
import { dragOn, expectAccessible, importShapes, openStudio, textsOf, watchErrors, Workplace, type Language } from './studio.ts'

/** By the rail, which stands first; breadcrumbs may name the same place. */
const reach = (page: Page, name: string) => page.getByRole('navigation').first().getByRole('link', { name, exact: true }).click()
const objectRows = (page: Page) => page.getByRole('tabpanel').getByRole('option')

async function labelAndUndo(page: Page, text: Messages): Promise<void> {
  const canvas = page.getByRole('application')
  await expect(objectRows(page).first()).toBeVisible()
  const before = await objectRows(page).count()
  // A digit chooses the class of what is drawn next.
  await page.keyboard.press('3')
  await page.keyboard.press('r')
  await dragOn(page, canvas, [0.3, 0.3], [0.55, 0.6])
  await expect(objectRows(page)).toHaveCount(before + 1)
  await page.keyboard.press('Control+z')
  await expect(objectRows(page)).toHaveCount(before)
  await page.keyboard.press('Control+Shift+z')
  await expect(objectRows(page)).toHaveCount(before + 1)
  await page.keyboard.press('p')
  await dragOn(page, canvas, [0.35, 0.35], [0.35, 0.35])
  await dragOn(page, canvas, [0.6, 0.35], [0.6, 0.35])
  await dragOn(page, canvas, [0.5, 0.6], [0.5, 0.6])
  await page.keyboard.press('Enter')
  await expect(objectRows(page)).toHaveCount(before + 2)
  await page.keyboard.press('v')
  await expect(page.getByText(savedPattern(text)).first()).toBeVisible()
}

const savedPattern = (text: Messages) => new RegExp(text.label.save.saved.replace('{time}', '.*'))

async function launchRun(page: Page, text: Messages): Promise<void> {
  await reach(page, text.frame.experiments)
  await page.getByRole('button', { name: text.experiments.newRun }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('combobox', { name: text.experiments.launch.preset }).click()
  await page.getByRole('option', { name: text.experiments.launch.presets['segformer-tiny-cpu'].name }).click()
  await setNumber(page, text.config.field.data_batchSize.label, '2')
  await setNumber(page, text.config.field.loop_epochs.label, '2')
  await expect(dialog.getByText(text.experiments.launch.ready)).toBeVisible()
  await seeAugmentation(page, text)
  await expectAccessible(page, 'the launch dialog')
  await dialog.getByRole('button', { name: text.experiments.launch.start }).click()
  await expect(page).toHaveURL(/#\/experiments\/.+/)
}

/** Samples of two epochs, before anything is trained: pictures that came through, and not the same ones. */
async function seeAugmentation(page: Page, text: Messages): Promise<void> {
  const preview = page.getByRole('dialog').getByRole('region', { name: text.experiments.preview.title })
  const samples = preview.getByRole('img', { name: new RegExp(text.experiments.preview.sample.replace('{name}', '.+')) })
  await preview.getByRole('button', { name: text.experiments.preview.show }).click()
  await expect(samples.first()).toBeVisible({ timeout: 60_000 })
  const facts = () =>
    samples.evaluateAll((all) => all.map((one) => ({ src: (one as HTMLImageElement).src, width: (one as HTMLImageElement).naturalWidth })))
  await expect.poll(async () => (await facts()).every(({ width }) => width > 0)).toBe(true)
  const first = await facts()
  expect(first.length).toBeGreaterThan(4)
  await preview.getByRole('button', { name: text.experiments.preview.next }).click()
  await expect(preview.getByText(text.experiments.preview.epoch.replace('{n}', '2'))).toBeVisible()
  await expect.poll(async () => (await facts())[0]?.src !== first[0]!.src, { timeout: 60_000 }).toBe(true)
}

async function setNumber(page: Page, label: string, value: string): Promise<void> {
  const field = page.getByRole('dialog').getByRole('textbox', { name: label, exact: true })
  await field.fill(value)
  await field.press('Tab')
}

async function exportAndPredict(page: Page, text: Messages): Promise<void> {
  await page.getByRole('button', { name: text.experiments.export }).click()
  await page.getByRole('dialog').getByRole('button', { name: text.models.exportDialog.start }).click()
  await reach(page, text.frame.models)
  await page.getByRole('region', { name: text.models.list }).getByRole('link').first().click({ timeout: 60_000 })
  await expect(page.getByText(text.models.parity.passed)).toBeVisible()
  await page.getByRole('group', { name: text.models.try.pictures }).getByRole('button').first().click()
  await expect(page.getByRole('img', { name: text.models.try.picture })).toBeVisible({ timeout: 60_000 })
  await expect(page.getByText(text.models.try.legend)).toBeVisible()
}

for (const language of ['en', 'zh-CN'] as const satisfies Language[]) {
  test(`import, label, undo, reload, train, stop, resume, export, predict (${language})`, async ({ page }) => {
    test.setTimeout(420_000)
    const text = textsOf(language)
    const place = new Workplace()
    const errors = watchErrors(page)
    try {
      await place.dataset('shapes')
      await openStudio(page, await place.serve(), language)
      await expectAccessible(page, 'the start page')

      await test.step('import', () => importShapes(page, text))
      await expectAccessible(page, 'Datasets')

      await test.step('label and undo', async () => {
        await page.getByRole('listbox', { name: text.datasets.grid }).getByRole('option').first().dblclick()
        await labelAndUndo(page, text)
        await expectAccessible(page, 'Label')
      })

      await test.step('reload and restart lose nothing', async () => {
        const count = await objectRows(page).count()
        await page.reload()
        await expect(objectRows(page)).toHaveCount(count)
        await place.stop('SIGKILL')
        const address = await page.evaluate(() => location.hash)
        await openStudio(page, await place.serve(place.project()), language)
        await expect(page.getByRole('listbox', { name: text.datasets.grid }).getByRole('option')).toHaveCount(14)
        await page.evaluate((hash) => (location.hash = hash), address)
        await expect(objectRows(page)).toHaveCount(count)
        await page.keyboard.press('Control+z')
        await expect(objectRows(page)).toHaveCount(count - 1)
        await page.keyboard.press('Control+y')
        await expect(objectRows(page)).toHaveCount(count)
      })

      await test.step('train, stop, resume', async () => {
        await launchRun(page, text)
        await page.getByRole('button', { name: text.experiments.stop, exact: true }).click({ timeout: 60_000 })
        await expect(page.getByText(text.experiments.status.stopped)).toBeVisible({ timeout: 60_000 })
        await page.getByRole('button', { name: text.experiments.resume, exact: true }).click()
        await expect(page.getByText(text.experiments.status.finished)).toBeVisible({ timeout: 120_000 })
        await expectAccessible(page, 'a run')
        await page.getByRole('tab', { name: text.experiments.tabs.classes }).click()
        await expect(page.getByRole('tabpanel').getByRole('row')).not.toHaveCount(0)
      })

      await test.step('export and predict', () => exportAndPredict(page, text))
      await expectAccessible(page, 'a model')
      await reach(page, text.frame.models)
      await expectAccessible(page, 'Models')
      await reach(page, text.frame.experiments)
      await expectAccessible(page, 'Experiments')
      await reach(page, text.frame.settings)
      await expectAccessible(page, 'Settings')
      expect(errors).toEqual([])
    } finally {
      await place.close()
    }
  })
}
