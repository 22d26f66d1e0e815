import { expect, test } from 'playwright/test'
import {
  expectAccessible,
  filled,
  importShapes,
  openLaunchForm,
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
  test(`the launch form: lists as rows, values that follow, differences, problems at their field (${language})`, async ({ page }) => {
    const text = textsOf(language)
    const { launch } = text.experiments
    const place = new Workplace()
    const errors = watchErrors(page)
    try {
      await place.dataset('shapes')
      await openStudio(page, await place.serve(), language)
      await importShapes(page, text)
      const dialog = await openLaunchForm(page, text, 'segformer-b2-voc-v1')
      await dialog.getByRole('switch', { name: text.config.advanced }).click()

      await test.step('a crop that follows changes with the value it follows', async () => {
        const follows = (value: string) =>
          dialog.getByText(filled(text.config.follows, { field: text.config.field.data_cropSize.label, value }))
        await expect(follows('512, 512')).toHaveCount(2)
        const height = dialog.getByRole('textbox', {
          name: filled(text.config.item, { label: text.config.field.data_cropSize.label, n: 1, total: 2 }),
        })
        await typeInto(height, '256')
        await expect(follows('256, 512')).toHaveCount(2)
      })

      const list = text.config.field.data_train.label
      const rowOf = (n: number) => dialog.getByRole('combobox', { name: filled(text.config.list.typeOf, { list, n }) })
      await test.step('rows are added, moved and removed, by the keyboard as well', async () => {
        await dialog.getByRole('combobox', { name: filled(text.config.list.type, { list }) }).click()
        await page.getByRole('option', { name: text.config.option.PhotoMetricDistortion }).click()
        await dialog.getByRole('button', { name: filled(text.config.list.add, { list }), exact: true }).click()
        await expect(rowOf(5)).toHaveText(text.config.option.PhotoMetricDistortion)
        const up = dialog.getByRole('button', { name: filled(text.config.list.up, { name: text.config.option.PhotoMetricDistortion }) })
        await up.focus()
        await page.keyboard.press('Enter')
        await expect(rowOf(4)).toHaveText(text.config.option.PhotoMetricDistortion)
        await expect(up).toBeFocused()
        await dialog.getByRole('button', { name: filled(text.config.list.remove, { name: text.config.option.RandomFlip }) }).click()
        await expect(rowOf(4)).toHaveText(text.config.option.Pad)
        await expect(rowOf(5)).toHaveCount(0)
      })

      await test.step('a problem stands at its field', async () => {
        const share = dialog.getByRole('textbox', { name: text.config.field.transform_catMaxRatio.label })
        await typeInto(share, '7')
        await expect(dialog.getByRole('alert').filter({ hasText: filled(text.config.rule.tooLarge, { max: 1 }) })).toBeVisible()
        await expect(dialog.getByRole('button', { name: launch.start })).toBeDisabled()
        await typeInto(share, '0.75')
      })

      await test.step('classes of the dataset are merged by name', async () => {
        const words = text.config.classes
        await dialog.getByRole('button', { name: words.merge, exact: true }).click()
        await expect(dialog.getByRole('alert').filter({ hasText: words.needsName })).toBeVisible()
        await page.keyboard.type('round')
        await page.keyboard.press('Tab')
        const parts = filled(words.parts, { n: 1 })
        for (const name of ['disc', 'ring']) {
          await dialog.getByRole('combobox', { name: filled(words.add, { list: parts }) }).click()
          await page.getByRole('option', { name, exact: true }).click()
        }
        await expect(dialog.getByText('round = disc + ring')).toBeVisible()
        await expect(dialog.getByText(launch.checking)).toBeHidden()
        await expect(dialog.getByRole('alert')).toHaveCount(0)
        await dialog
          .getByRole('combobox', { name: filled(words.add, { list: text.config.field.data_classes_include.label }), exact: true })
          .click()
        await expect(page.getByRole('option')).toHaveText(['background', 'round', 'square', 'triangle', 'star'])
        await page.keyboard.press('Escape')
        await shoot(page, `merge-${language}`)
      })

      await test.step('a focal loss with gamma 2 is warned of before anything runs, one with less is not', async () => {
        const lossList = text.config.field.loss.label
        await dialog.getByRole('combobox', { name: filled(text.config.list.typeOf, { list: lossList, n: 1 }) }).click()
        await page.getByRole('option', { name: text.config.option.sigmoidFocal }).click()
        const gamma = dialog.getByRole('textbox', { name: text.config.field.loss_gamma.label })
        await expect(gamma).toHaveValue('2')
        const warning = dialog
          .getByRole('complementary', { name: launch.plan })
          .getByRole('listitem')
          .filter({ hasText: pattern(text.experiments.warning.focalCollapse) })
        await expect(warning).toBeVisible()
        await shoot(page, `trap-${language}`)
        await typeInto(gamma, '0.5')
        await expect(warning).toBeHidden()
        await expect(dialog.getByRole('button', { name: launch.start })).toBeEnabled()
      })

      await test.step('TensorFlow.js is warned of where it computes in plain JavaScript', async () => {
        const device = dialog.getByRole('combobox', { name: text.config.field.device_provider.label })
        const choose = async (option: string): Promise<void> => {
          await device.click()
          await page.getByRole('option', { name: option, exact: true }).click()
        }
        const { tfjsNative, tfjsNoPackage, tfjsNoLibrary, tfjsBroken } = text.experiments.warning
        const said = [tfjsNative, tfjsNoPackage, tfjsNoLibrary, tfjsBroken].map((sentence) => pattern(sentence).source).join('|')
        const warning = dialog
          .getByRole('complementary', { name: launch.plan })
          .getByRole('listitem')
          .filter({ hasText: new RegExp(said) })
        await choose(text.config.option.tfjs)
        await expect(warning).toHaveCount(1)
        await device.scrollIntoViewIfNeeded()
        await shoot(page, `tfjs-${language}`)
        await choose(text.config.option.auto)
        await expect(warning).toHaveCount(0)
      })

      await dialog.getByRole('switch', { name: text.config.showOrigins }).click()
      await expect(dialog.getByText(filled(text.config.origin.preset, { name: 'bases/voc-200-epochs' })).first()).toBeVisible()
      await rowOf(2).scrollIntoViewIfNeeded()
      await expectAccessible(page, 'the launch form')
      await shoot(page, `form-${language}-dark`)
      await page.evaluate(() => (document.documentElement.dataset['theme'] = 'light'))
      await shoot(page, `form-${language}-light`)
      expect(errors).toEqual([])
    } finally {
      await place.close()
    }
  })
}
