import { expect, test, type Locator } from 'playwright/test'
import {
  expectAccessible,
  filled,
  openLaunchForm,
  openShapes,
  shoot,
  textsOf,
  typeInto,
  watchErrors,
  Workplace,
  type Language,
} from './studio.ts'

interface Shown {
  readonly src: string
  readonly width: number
  readonly height: number
}
const shownBy = (images: Locator): Promise<Shown[]> =>
  images.evaluateAll((all) =>
    all.map((one) => {
      const { src, naturalWidth, naturalHeight } = one as HTMLImageElement
      return { src, width: naturalWidth, height: naturalHeight }
    }),
  )

for (const language of ['en', 'zh-CN'] as const satisfies Language[]) {
  test(`augmented samples before the training: epochs, labels, other settings, a setting that cannot be (${language})`, async ({
    page,
  }) => {
    const text = textsOf(language)
    const words = text.experiments.preview
    const place = new Workplace()
    const errors = watchErrors(page)
    try {
      await openShapes(page, place, language)
      const dialog = await openLaunchForm(page, text, 'segformer-tiny-cpu')
      const preview = dialog.getByRole('region', { name: words.title })
      const samples = preview.getByRole('img', { name: new RegExp(words.sample.replace('{name}', '.+')) })
      const wholeOf = async (): Promise<Shown[]> => {
        await expect.poll(async () => (await shownBy(samples)).every(({ width }) => width > 0)).toBe(true)
        return shownBy(samples)
      }

      await expect(preview.getByText(words.help)).toBeVisible()
      await preview.getByRole('button', { name: words.show }).click()
      await expect(samples.first()).toBeVisible({ timeout: 60_000 })
      const first = await wholeOf()

      await test.step('the first samples of the epoch, as large as the crop, with their classes', async () => {
        expect(first).toHaveLength(12)
        expect(new Set(first.map(({ width, height }) => `${width}x${height}`))).toEqual(new Set(['128x128']))
        await expect(preview.getByRole('listitem').filter({ hasText: /^disc$/ })).toBeVisible()
      })
      await test.step('the labels go and come', async () => {
        const all = preview.locator('img')
        await expect(all).toHaveCount(24)
        await preview.getByRole('switch', { name: words.labels }).click()
        await expect(all).toHaveCount(12)
        await preview.getByRole('switch', { name: words.labels }).click()
        await expect(all).toHaveCount(24)
      })
      await test.step('another epoch shows other cuts, and the first one comes back as it was', async () => {
        await preview.getByRole('button', { name: words.next }).click()
        await expect(preview.getByText(filled(words.epoch, { n: 2 }))).toBeVisible()
        await expect.poll(async () => (await shownBy(samples))[0]?.src !== first[0]!.src, { timeout: 60_000 }).toBe(true)
        const second = await wholeOf()
        await expectAccessible(page, 'the augmentation preview')
        await shoot(page, `preview-${language}`)
        await preview.getByRole('button', { name: words.previous }).click()
        await expect.poll(async () => (await shownBy(samples))[0]?.src !== second[0]!.src, { timeout: 60_000 }).toBe(true)
        await wholeOf()
        await expect(preview.getByRole('button', { name: words.previous })).toBeDisabled()
      })
      await test.step('changed settings make the samples old, and new ones follow them', async () => {
        const side = (n: number): Locator =>
          dialog.getByRole('textbox', { name: filled(text.config.item, { label: text.config.field.data_cropSize.label, n, total: 2 }) })
        await typeInto(side(1), '64')
        await typeInto(side(2), '96')
        await expect(preview.getByText(words.stale)).toBeVisible()
        await preview.getByRole('button', { name: words.again }).click()
        await expect.poll(async () => (await shownBy(samples))[0]?.height, { timeout: 60_000 }).toBe(64)
        expect((await wholeOf())[0]?.width).toBe(96)
        await expect(preview.getByText(words.stale)).toBeHidden()
      })
      await test.step('a setting with a problem makes no samples', async () => {
        await typeInto(dialog.getByRole('textbox', { name: text.config.field.data_batchSize.label }), '0')
        await expect(preview.getByRole('button', { name: words.again })).toBeDisabled()
      })
      expect(errors).toEqual([])
    } finally {
      await place.close()
    }
  })
}
