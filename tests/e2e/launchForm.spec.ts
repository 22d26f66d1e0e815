import { expect, test, type Page } from 'playwright/test'
import type { Messages } from '../../src/renderer/i18n/messages.ts'
import { chooseFolder, expectAccessible, openStudio, textsOf, watchErrors, Workplace, type Language } from './studio.ts'

const fill = (sentence: string, facts: Record<string, string | number>): string =>
  sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(facts[name]))

async function openForm(page: Page, text: Messages): Promise<void> {
  await page.getByRole('button', { name: text.start.doors.dataset.title }).click()
  await chooseFolder(page, ['shapes'], text.start.folders.choose)
  await page.getByRole('button', { name: text.start.newProject.createImport }).click()
  await expect(page.getByRole('listbox', { name: text.datasets.grid }).getByRole('option')).toHaveCount(14, { timeout: 60_000 })
  await page.getByRole('navigation').first().getByRole('link', { name: text.frame.experiments, exact: true }).click()
  await page.getByRole('button', { name: text.experiments.newRun }).first().click()
}

for (const language of ['en', 'zh-CN'] as const satisfies Language[]) {
  test(`the launch form: lists as rows, values that follow, differences, problems at their field (${language})`, async ({ page }) => {
    const text = textsOf(language)
    const { launch } = text.experiments
    const place = new Workplace()
    const errors = watchErrors(page)
    try {
      await place.dataset('shapes')
      await openStudio(page, await place.serve(), language)
      await openForm(page, text)
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('combobox', { name: launch.preset }).click()
      await page.getByRole('option', { name: launch.presets['segformer-b2-voc-v1'].name }).click()
      await dialog.getByRole('switch', { name: text.config.advanced }).click()

      await test.step('a crop that follows changes with the value it follows', async () => {
        const follows = (value: string) =>
          dialog.getByText(fill(text.config.follows, { field: text.config.field.data_cropSize.label, value }))
        await expect(follows('512, 512')).toHaveCount(2)
        const height = dialog.getByRole('textbox', {
          name: fill(text.config.item, { label: text.config.field.data_cropSize.label, n: 1, total: 2 }),
        })
        await height.fill('256')
        await height.press('Tab')
        await expect(follows('256, 512')).toHaveCount(2)
      })

      const list = text.config.field.data_train.label
      const rowOf = (n: number) => dialog.getByRole('combobox', { name: fill(text.config.list.typeOf, { list, n }) })
      await test.step('rows are added, moved and removed, by the keyboard as well', async () => {
        await dialog.getByRole('combobox', { name: fill(text.config.list.type, { list }) }).click()
        await page.getByRole('option', { name: text.config.option.PhotoMetricDistortion }).click()
        await dialog.getByRole('button', { name: fill(text.config.list.add, { list }), exact: true }).click()
        await expect(rowOf(5)).toHaveText(text.config.option.PhotoMetricDistortion)
        const up = dialog.getByRole('button', { name: fill(text.config.list.up, { name: text.config.option.PhotoMetricDistortion }) })
        await up.focus()
        await page.keyboard.press('Enter')
        await expect(rowOf(4)).toHaveText(text.config.option.PhotoMetricDistortion)
        await expect(up).toBeFocused()
        await dialog.getByRole('button', { name: fill(text.config.list.remove, { name: text.config.option.RandomFlip }) }).click()
        await expect(rowOf(4)).toHaveText(text.config.option.Pad)
        await expect(rowOf(5)).toHaveCount(0)
      })

      await test.step('a problem stands at its field', async () => {
        const share = dialog.getByRole('textbox', { name: text.config.field.transform_catMaxRatio.label })
        await share.fill('7')
        await share.press('Tab')
        await expect(dialog.getByRole('alert').filter({ hasText: fill(text.config.rule.tooLarge, { max: 1 }) })).toBeVisible()
        await expect(dialog.getByRole('button', { name: launch.start })).toBeDisabled()
        await share.fill('0.75')
        await share.press('Tab')
      })

      await dialog.getByRole('switch', { name: text.config.showOrigins }).click()
      await expect(dialog.getByText(fill(text.config.origin.preset, { name: 'bases/voc-200-epochs' })).first()).toBeVisible()
      await rowOf(2).scrollIntoViewIfNeeded()
      await expectAccessible(page, 'the launch form')
      const folder = process.env['MASKWRIGHT_SHOTS']
      if (folder) {
        await page.screenshot({ path: `${folder}/form-${language}-dark.png` })
        await page.evaluate(() => (document.documentElement.dataset['theme'] = 'light'))
        await page.screenshot({ path: `${folder}/form-${language}-light.png` })
        await dialog.getByRole('combobox', { name: launch.preset }).scrollIntoViewIfNeeded()
        await page.screenshot({ path: `${folder}/form-${language}-top.png` })
      }
      expect(errors).toEqual([])
    } finally {
      await place.close()
    }
  })
}
