import { expect, test, type Page } from 'playwright/test'
import {
  expectAccessible,
  filled,
  openLaunchForm,
  openShapes,
  openStudio,
  pattern,
  shoot,
  textsOf,
  typeInto,
  watchErrors,
  Workplace,
  type Language,
} from './studio.ts'

const totalSteps = 100_000

for (const language of ['en', 'zh-CN'] as const satisfies Language[]) {
  test(`a training outlives its page, its process and its studio (${language})`, async ({ page, context }) => {
    // What it waits for are trainings: a machine that others use as well takes its time for them.
    test.setTimeout(300_000)
    const text = textsOf(language)
    const { experiments } = text
    const place = new Workplace()
    const errors = [watchErrors(page)]
    try {
      await openShapes(page, place, language)
      const dialog = await openLaunchForm(page, text, 'segformer-tiny-cpu')
      await dialog.getByRole('switch', { name: text.config.advanced }).click()
      await typeInto(dialog.getByRole('textbox', { name: text.config.field.loop_steps.label, exact: true }), String(totalSteps))
      await dialog.getByRole('button', { name: experiments.launch.start }).click()

      /** The step the page shows. */
      const stepOn = async (on: Page): Promise<number> => {
        const shown = await on.getByText(pattern(experiments.step)).first().textContent()
        return Number(/\d[\d,]*/.exec(shown!)![0].replaceAll(',', ''))
      }
      const status = (on: Page, is: keyof typeof experiments.status) =>
        expect(on.getByText(experiments.status[is], { exact: true })).toBeVisible({ timeout: 60_000 })
      const goesOn = (on: Page, from: number) => expect.poll(() => stepOn(on), { timeout: 60_000 }).toBeGreaterThan(from)
      const resume = (on: Page) => on.getByRole('button', { name: experiments.resume, exact: true })
      await status(page, 'running')
      await goesOn(page, 3)
      const address = page.url()

      // How trainings survive is no matter of the language: the second one sees every state and its texts.
      if (language === 'en')
        await test.step('no page is open, and it goes on', async () => {
          const left = await stepOn(page)
          await page.goto('about:blank')
          await new Promise((resolve) => setTimeout(resolve, 3_000))
          await page.goto(address)
          await status(page, 'running')
          await goesOn(page, left + 1)
        })
      await test.step('its process is killed: the page says so, one click goes on from the checkpoint', async () => {
        process.kill(place.trainingPid()!, 'SIGKILL')
        await status(page, 'interrupted')
        await expect(page.getByRole('alert')).toContainText('SIGKILL')
        await expect(page.getByRole('alert')).toContainText(pattern(experiments.interrupted.goOn))
        await expectAccessible(page, 'a run whose process was killed')
        await shoot(page, `interrupted-${language}`)
        await resume(page).click()
        await expect(page.getByText(filled(experiments.attempt, { n: 2 }))).toBeVisible()
        await status(page, 'running')
        await goesOn(page, await stepOn(page))
      })
      await test.step('the studio is killed while it trains: the next one finds the run as it was left, and goes on', async () => {
        const trained = await stepOn(page)
        await place.stop('SIGKILL')
        await expect(page.getByRole('alert').filter({ hasText: text.frame.connection.lost })).toBeVisible()
        await shoot(page, `studio-gone-${language}`)
        await page.close()
        const again = await context.newPage()
        errors.push(watchErrors(again))
        await openStudio(again, await place.serve(place.project()), language)
        await expect(again.getByText(pattern(experiments.interrupted.found)).first()).toBeVisible()
        await again.getByRole('navigation').first().getByRole('link', { name: text.frame.experiments, exact: true }).click()
        const row = again
          .getByRole('table', { name: experiments.table })
          .getByRole('row')
          .filter({ hasText: experiments.status.interrupted })
        await expect(row).toBeVisible()
        await shoot(again, `found-${language}`)
        await row.getByRole('link').first().click()
        await status(again, 'interrupted')
        await expect(again.getByRole('alert')).toContainText(experiments.interrupted.studio)
        expect(await stepOn(again)).toBeGreaterThanOrEqual(trained)
        await resume(again).click()
        await expect(again.getByText(filled(experiments.attempt, { n: 3 }))).toBeVisible()
        await status(again, 'running')
        await goesOn(again, trained)
        expect(place.trainingPid()).not.toBeNull()
      })
      if (language === 'en')
        await test.step('the studio is ended in good order: the run stopped with a checkpoint', async () => {
          const pid = place.trainingPid()!
          await place.stop('SIGTERM')
          expect(() => process.kill(pid, 0)).toThrow('ESRCH')
          const last = await context.newPage()
          await openStudio(last, await place.serve(place.project()), language)
          await last.getByRole('navigation').first().getByRole('link', { name: text.frame.experiments, exact: true }).click()
          const row = last.getByRole('table', { name: experiments.table }).getByRole('row').filter({ hasText: experiments.status.stopped })
          await row.getByRole('button', { name: experiments.resume }).click()
          await expect(last.getByRole('table', { name: experiments.table })).toContainText(experiments.status.running, { timeout: 60_000 })
        })
      expect(errors.flat()).toEqual([])
    } finally {
      await place.close()
    }
  })
}
