import { expect, test, type Locator } from 'playwright/test'
import {
  expectAccessible,
  filled,
  openLaunchForm,
  openShapes,
  pattern,
  shoot,
  textsOf,
  typeInto,
  watchErrors,
  Workplace,
  type Language,
} from './studio.ts'

for (const language of ['en', 'zh-CN'] as const satisfies Language[]) {
  test(`runs wait for each other, are named and found again, trained anew, thrown away and brought back (${language})`, async ({
    page,
  }) => {
    // What it waits for are trainings: a machine that others use as well takes its time for them.
    test.setTimeout(300_000)
    const text = textsOf(language)
    const { actions, edit, launch, status, tabs } = text.experiments
    const place = new Workplace()
    const errors = watchErrors(page)
    const rows = page.getByRole('table', { name: text.experiments.table }).getByRole('row')
    const rowOf = (name: string): Locator => rows.filter({ hasText: name })
    const toRuns = () => page.getByRole('navigation').first().getByRole('link', { name: text.frame.experiments, exact: true }).click()
    const choose = async (name: string, entry: string) => {
      await rowOf(name)
        .getByRole('button', { name: pattern(text.experiments.more) })
        .click()
      await page.getByRole('menuitem', { name: entry }).click()
    }
    try {
      await openShapes(page, place, language)
      const dialog = page.getByRole('dialog', { name: launch.title })
      const train = async (name: string, steps: string, button: string) => {
        await typeInto(dialog.getByRole('textbox', { name: launch.name, exact: true }), name)
        await dialog.getByRole('switch', { name: text.config.advanced }).click()
        await typeInto(dialog.getByRole('textbox', { name: text.config.field.loop_steps.label, exact: true }), steps)
        await dialog.getByRole('button', { name: button }).click()
        await expect(dialog).toBeHidden()
        await toRuns()
      }
      await openLaunchForm(page, text, 'segformer-tiny-cpu')

      await test.step('what is launched while a run trains waits for it', async () => {
        await train('long one', '100000', launch.start)
        await expect(rowOf('long one')).toContainText(status.running, { timeout: 60_000 })
        place.letTrainingYield()
        await page.getByRole('button', { name: text.experiments.newRun }).first().click()
        await train('short one', '3', launch.queue)
        await expect(rowOf('short one')).toContainText(status.queued)
        await expect(rowOf('short one')).toContainText(filled(text.experiments.queuePlace, { n: 1 }))
      })
      await test.step('a tag finds it', async () => {
        await choose('short one', actions.edit)
        const box = page.getByRole('dialog')
        await typeInto(box.getByRole('textbox', { name: edit.tags }), 'baseline')
        await expectAccessible(page, 'what is written on a run')
        await box.getByRole('button', { name: edit.save }).click()
        await expect(rowOf('short one')).toContainText('baseline')
        await typeInto(page.getByRole('textbox', { name: text.experiments.search }), 'baseline')
        await expect(rowOf('long one')).toHaveCount(0)
        await expect(rowOf('short one')).toHaveCount(1)
        await typeInto(page.getByRole('textbox', { name: text.experiments.search }), '')
        await expectAccessible(page, 'the table of runs')
        await shoot(page, `runs-${language}`)
      })
      await test.step('its turn comes when the other one is stopped', async () => {
        await rowOf('long one').getByRole('button', { name: text.experiments.stop }).click()
        await expect(rowOf('short one')).toContainText(status.finished, { timeout: 120_000 })
        await expect(rowOf('long one')).toContainText(status.stopped)
      })
      await test.step('it is trained again with every setting it had', async () => {
        await choose('short one', actions.clone)
        await expect(dialog.getByRole('combobox', { name: launch.preset })).toContainText('short one')
        await train('once more', '2', launch.start)
        await expect(rowOf('once more')).toContainText(status.finished, { timeout: 120_000 })
      })
      await test.step('what was taken for what stands under the scores of its classes', async () => {
        await rowOf('once more').getByRole('link').click()
        await page.getByRole('tab', { name: tabs.classes }).click()
        await expect(page.getByRole('region', { name: text.experiments.confusion.title }).getByRole('img')).toBeVisible()
        await expectAccessible(page, 'the confusion matrix')
        await shoot(page, `confusion-${language}`)
        await toRuns()
      })
      await test.step('the trash gives back, until it is emptied', async () => {
        await choose('long one', actions.trash)
        await expect(rowOf('long one')).toHaveCount(0)
        await page.getByRole('button', { name: text.common.undo }).click()
        await expect(rowOf('long one')).toHaveCount(1)
        await choose('long one', actions.trash)
        await page.getByRole('button', { name: filled(text.experiments.showTrash, { n: 1 }) }).click()
        await expectAccessible(page, 'the trash')
        await shoot(page, `trash-${language}`)
        await page.getByRole('button', { name: text.experiments.emptyTrash }).click()
        await page.getByRole('dialog').getByRole('button', { name: actions.purge }).click()
        await expect(page.getByText(text.experiments.trashEmpty)).toBeVisible()
        await page.getByRole('button', { name: text.experiments.hideTrash }).click()
        await expect(rowOf('once more')).toHaveCount(1)
        await expect(rowOf('long one')).toHaveCount(0)
      })
      expect(errors).toEqual([])
    } finally {
      await place.close()
    }
  })
}
