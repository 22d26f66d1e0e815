import { appendFileSync } from 'node:fs'
import { expect, test } from 'playwright/test'
import {
  expectAccessible,
  filled,
  importShapes,
  openLaunchForm,
  openStudio,
  shoot,
  textsOf,
  typeInto,
  watchErrors,
  Workplace,
  type Language,
} from './studio.ts'

for (const language of ['en', 'zh-CN'] as const satisfies Language[]) {
  test(`a training that comes to nothing pauses and says why; its samples tell how far it got (${language})`, async ({ page }) => {
    const text = textsOf(language)
    const { field, option } = text.config
    const { health, samples, status, tabs } = text.experiments
    const place = new Workplace()
    const errors = watchErrors(page)
    try {
      await place.dataset('shapes')
      appendFileSync(place.path('shapes', 'labelmap.txt'), 'unicorn:200,40,200::\n')
      await openStudio(page, await place.serve(), language)
      await importShapes(page, text)
      const dialog = await openLaunchForm(page, text, 'segformer-tiny-cpu')

      await test.step('a schedule that falls to nothing after two epochs of five steps', async () => {
        const box = (label: string) => dialog.getByRole('textbox', { name: label, exact: true })
        await dialog.getByRole('switch', { name: text.config.advanced }).click()
        await typeInto(box(field.data_batchSize.label), '2')
        await dialog.getByRole('combobox', { name: field.schedule_type.label, exact: true }).click()
        await page.getByRole('option', { name: option.schedule_type_step }).click()
        await typeInto(box(field.schedule_milestones.label), '8')
        await typeInto(box(field.schedule_gamma.label), '0')
        await typeInto(box(field.schedule_warmup_length.label), '0')
        await typeInto(box(field.hooks_window.label), '5')
        await dialog.getByRole('button', { name: text.experiments.launch.start }).click()
      })

      const panel = page.getByRole('region', { name: health.title })
      await test.step('the run pauses with a sentence, and has warned of a class that no picture has', async () => {
        await expect(page.getByText(status.paused, { exact: true })).toBeVisible({ timeout: 90_000 })
        await expect(panel.getByRole('listitem')).toHaveCount(2)
        await expect(panel).toContainText(filled(health.findings.rateZero, { lr: 0, steps: 5 }))
        await expect(panel).toContainText(filled(health.findings.classNeverSeen, { classes: 'unicorn' }))
        await expect(page.getByRole('alert')).toContainText(filled(health.findings.rateZero, { lr: 0, steps: 5 }))
        await expect(page.getByRole('button', { name: text.experiments.resume, exact: true })).toBeEnabled()
        await expectAccessible(page, 'a run that paused')
        await shoot(page, `health-${language}`)
      })
      await test.step('the findings are still there when the page is opened again', async () => {
        await page.reload()
        await expect(panel.getByRole('listitem')).toHaveCount(2)
      })
      await test.step('the same pictures at each of its validations', async () => {
        await page.getByRole('tab', { name: tabs.samples }).click()
        const layers = (layer: keyof typeof samples.layers) =>
          page.getByRole('img', { name: new RegExp(filled(samples.alt, { layer: samples.layers[layer], name: '.+' })) })
        const sources = () => layers('prediction').evaluateAll((all) => all.map((one) => (one as HTMLImageElement).src))
        await expect(page.getByText(filled(samples.which, { n: 2, total: 2 }))).toBeVisible()
        await expect(page.getByRole('list', { name: samples.classes })).toContainText('unicorn')
        for (const layer of ['prediction', 'truth', 'errors'] as const) await expect(layers(layer)).toHaveCount(4)
        const drawn = () => layers('errors').evaluateAll((all) => all.every((one) => (one as HTMLImageElement).naturalWidth > 0))
        await layers('errors').last().scrollIntoViewIfNeeded()
        await expect.poll(drawn).toBe(true)
        const last = await sources()
        await expectAccessible(page, 'the samples of a run')
        await shoot(page, `samples-${language}`)
        const step = page.getByRole('slider', { name: filled(samples.step, { step: 10 }) })
        await step.focus()
        await page.keyboard.press('ArrowLeft')
        await expect(page.getByText(filled(samples.which, { n: 1, total: 2 }))).toBeVisible()
        expect(await sources()).not.toEqual(last)
        await expect.poll(drawn).toBe(true)
      })
      await test.step('the other parts of the run', async () => {
        await page.getByRole('tab', { name: tabs.classes }).click()
        await expect(page.getByRole('row').filter({ hasText: 'unicorn' })).toBeVisible()
        await expectAccessible(page, 'the classes of a run')
        await shoot(page, `classes-${language}`)
        await page.getByRole('tab', { name: tabs.log }).click()
        await expect(page.getByRole('tabpanel')).toContainText('paused: run/unhealthy')
        await expectAccessible(page, 'the log of a run')
        await shoot(page, `log-${language}`)
      })
      await test.step('the config tells where each value comes from and what the preset has instead', async () => {
        const words = text.experiments.config
        await page.getByRole('tab', { name: tabs.config }).click()
        const rowOf = (label: string) => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: label, exact: true }) })
        await expect(rowOf(field.schedule_milestones.label)).toContainText(text.config.origin.page)
        await expect(rowOf(field.data_batchSize.label)).toContainText(filled(words.before, { value: `8 ${text.config.unit.images}` }))
        await expect(rowOf(field.optimizer_lr.label)).toContainText(filled(text.config.origin.preset, { name: 'segformer-tiny-cpu' }))
        await expect(rowOf(field.seed.label)).toContainText(text.config.origin.default)
        await expectAccessible(page, 'the config of a run')
        await shoot(page, `config-${language}`)
        await page.getByRole('combobox', { name: words.show, exact: true }).click()
        await page.getByRole('option', { name: words.shows.changed }).click()
        await expect(rowOf(field.optimizer_lr.label)).toHaveCount(0)
        await expect(rowOf(field.hooks_window.label)).toBeVisible()
        await shoot(page, `config-changed-${language}`)
        await page.getByRole('switch', { name: words.json }).click()
        await expect(page.getByRole('tabpanel')).toContainText('"milestones": [8]')
      })
      expect(errors).toEqual([])
    } finally {
      await place.close()
    }
  })
}
