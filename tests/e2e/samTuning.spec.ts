import { expect, test, type Page } from 'playwright/test'
import { writeTinySmallSam } from '../support/tinyTune.ts'
import {
  expectAccessible,
  importShapes,
  openStudio,
  pattern,
  shoot,
  textsOf,
  typeInto,
  watchErrors,
  Workplace,
  type Language,
} from './studio.ts'

for (const language of ['en', 'zh-CN'] as const satisfies Language[]) {
  const text = textsOf(language)
  const { experiments, tuning } = text
  const { manage } = text.assist

  /** A linked model, by its files. */
  async function addModel(page: Page): Promise<void> {
    const dialog = page.getByRole('dialog', { name: manage.title })
    const add = dialog.getByRole('button', { name: text.assist.add })
    // The model that ships is always there.
    await add.click()
    const files = page.getByRole('dialog', { name: text.start.folders.title.weights })
    for (const [button, file] of [
      [manage.choose, /encoder/],
      [manage.chooseOther, /decoder/],
    ] as const) {
      await dialog.getByRole('button', { name: button, exact: true }).click()
      const entry = files.getByRole('listitem').getByRole('button', { name: file })
      const folder = files.getByRole('listitem').getByRole('button', { name: /tiny/ })
      await expect(entry.or(folder).first()).toBeVisible()
      if (await folder.isVisible()) await folder.click()
      await entry.click()
    }
    await dialog.getByRole('button', { name: manage.recognise }).click()
    await expect(dialog.getByRole('heading', { name: /tiny|encoder/ })).toBeVisible()
  }

  test(`smart select is trained on the masks of a dataset, measured before and after, and used at the canvas (${language})`, async ({
    page,
  }) => {
    const place = new Workplace()
    const errors = watchErrors(page)
    try {
      await Promise.all([place.dataset('shapes'), writeTinySmallSam(place.path('tiny'))])
      await openStudio(page, await place.serve(), language)
      if (language === 'zh-CN') await page.getByRole('button', { name: text.frame.theme.toLight }).click()
      await importShapes(page, text)

      await test.step('the palette knows it on every page', async () => {
        await page.keyboard.press('Control+k')
        await page.getByRole('option', { name: tuning.dialog.command }).click()
        const dialog = page.getByRole('dialog', { name: tuning.dialog.title })
        await expect(dialog.getByRole('complementary', { name: tuning.plan.title })).not.toContainText(experiments.launch.checking)
        await shoot(page, `tune-palette-${language}`)
        await page.keyboard.press('Escape')
        await expect(dialog).toBeHidden()
      })

      await test.step('a model with its weights is added at the canvas', async () => {
        await page.getByRole('listbox', { name: text.datasets.grid }).getByRole('option').first().dblclick()
        await expect(page.getByRole('tabpanel').getByRole('option').first()).toBeVisible()
        await page.keyboard.press('q')
        const options = page.getByRole('toolbar', { name: new RegExp(text.label.commands.smart) })
        await options.getByRole('button', { name: new RegExp(`${text.assist.add}|${text.assist.commands.models}`) }).click()
        await addModel(page)
      })

      await test.step('it is started from the dialog of the models', async () => {
        await page.getByRole('dialog', { name: manage.title }).getByRole('button', { name: tuning.dialog.open }).click()
        const dialog = page.getByRole('dialog', { name: tuning.dialog.title })
        await expect(dialog.getByRole('complementary', { name: tuning.plan.title })).toContainText(experiments.launch.ready)
        await expectAccessible(page, 'the start of a fine-tuning')
        await shoot(page, `tune-dialog-${language}`)
        await typeInto(dialog.getByRole('textbox', { name: text.config.field.loop_epochs.label, exact: true }), '1')
        await typeInto(dialog.getByRole('textbox', { name: tuning.field.validation_objects.label, exact: true }), '6')
        await typeInto(dialog.getByRole('textbox', { name: tuning.field.data_size.label, exact: true }), '64')
        await expect(dialog.getByRole('button', { name: experiments.launch.start })).toBeEnabled()
        await dialog.getByRole('button', { name: experiments.launch.start }).click()
      })

      await test.step('before and after stand beside each other, the objects and how sure it is below', async () => {
        const card = page.getByRole('region', { name: tuning.result.title })
        await expect(card.getByRole('row')).toHaveCount(7)
        await expect(card.getByRole('button', { name: tuning.use.button })).toBeEnabled({ timeout: 60_000 })
        await expect(
          card.getByRole('columnheader', { name: pattern(`${tuning.result.columns.after} ${tuning.result.afterStep}`) }),
        ).toBeVisible({ timeout: 60_000 })
        await expectAccessible(page, 'before and after')
        await shoot(page, `tune-result-${language}`)
        await expect(page.getByRole('tab', { name: experiments.tabs.classes })).toHaveCount(0)
        await page.getByRole('tab', { name: experiments.tabs.samples }).click()
        await expect(page.getByRole('img', { name: pattern(tuning.samples.histogramOf) }).first()).toBeVisible()
        await page.getByRole('button', { name: tuning.samples.previous }).click()
        await expect(page.getByRole('slider').first()).toHaveValue('0')
        await expectAccessible(page, 'held-out objects')
        await shoot(page, `tune-samples-${language}`)
        await page.getByRole('tab', { name: experiments.tabs.config }).click()
        await expect(page.getByRole('rowheader', { name: tuning.field.data_rounds.label })).toBeVisible()
      })

      await test.step('the table has its own scores', async () => {
        await page.getByRole('navigation').first().getByRole('link', { name: text.frame.experiments, exact: true }).click()
        const row = page.getByRole('table', { name: experiments.table }).getByRole('row').nth(1)
        await expect(row).toContainText('IoU@3')
        await expect(row).toContainText('NoC85')
        await shoot(page, `tune-table-${language}`)
        await page.getByRole('button', { name: experiments.newRun }).click()
        const tasks = page.getByRole('dialog').getByRole('group', { name: tuning.task })
        await tasks.getByRole('button', { name: tuning.taskTexts.promptedMask }).click()
        await expect(page.getByRole('dialog', { name: tuning.dialog.title })).toBeVisible()
        await tasks.getByRole('button', { name: tuning.taskTexts.semanticSegmentation }).click()
        await expect(page.getByRole('dialog', { name: experiments.launch.title })).toBeVisible()
        await shoot(page, `tune-tasks-${language}`)
        await page.keyboard.press('Escape')
        await row.getByRole('link').click()
      })

      await test.step('one click makes it the model of the canvas', async () => {
        await page.getByRole('button', { name: tuning.use.button }).click()
        await expect(page).toHaveURL(/\/label\//, { timeout: 30_000 })
        const options = page.getByRole('toolbar', { name: new RegExp(text.label.commands.smart) })
        await expect(options.getByRole('combobox', { name: text.assist.model })).toContainText('shapes')
        const box = (await page.getByRole('application').boundingBox())!
        await page.mouse.click(box.x + box.width * 0.45, box.y + box.height * 0.5)
        // One epoch from chance teaches little: that it found nothing is an answer, too.
        const { answered, nothing } = text.assist.state
        await expect(options).toContainText(new RegExp(`${pattern(answered).source}|${nothing}`))
        await shoot(page, `tune-used-${language}`)
      })

      await test.step('what it remembers of pictures is shown, and emptied', async () => {
        await page.getByRole('navigation').first().getByRole('link', { name: text.frame.settings, exact: true }).click()
        const cache = page.getByRole('region', { name: tuning.cache.title })
        const empty = cache.getByRole('button', { name: tuning.cache.empty })
        await expect(empty).toBeEnabled()
        await cache.scrollIntoViewIfNeeded()
        await expectAccessible(page, 'the cache of embeddings')
        await shoot(page, `tune-cache-${language}`)
        await empty.click()
        await expect(cache).toContainText(tuning.cache.used.split(' | ')[0]!)
        await expect(empty).toBeDisabled()
      })
      expect(errors).toEqual([])
    } finally {
      await place.close()
    }
  })
}
