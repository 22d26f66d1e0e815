import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test, type Page } from 'playwright/test'
import { makeSlowSam } from '../support/tinySam/slowSam.ts'
import {
  expectAccessible,
  filled,
  importShapes,
  noticesOf,
  openStudio,
  pattern,
  shoot,
  textsOf,
  watchErrors,
  Workplace,
  type Language,
} from './studio.ts'

async function dropOnPicture(page: Page, paths: readonly string[]): Promise<void> {
  const files = paths.map((file) => ({ name: path.basename(file), text: readFileSync(file).toString('base64') }))
  const dataTransfer = await page.evaluateHandle((list) => {
    const transfer = new DataTransfer()
    for (const { name, text } of list) transfer.items.add(new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], name))
    return transfer
  }, files)
  await page.getByRole('application').dispatchEvent('drop', { dataTransfer })
}
/** It may have ended by itself. */
function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
const objectRows = (page: Page) => page.getByRole('tabpanel').getByRole('option')

for (const language of ['en', 'zh-CN'] as const satisfies Language[]) {
  test(`smart select: a model by two clicks, an object by clicks, and a process that dies (${language})`, async ({ page }) => {
    // On a machine that others use as well every look takes its time.
    test.setTimeout(300_000)
    const text = textsOf(language)
    const { bar, manage, state } = text.assist
    const place = new Workplace()
    const errors = watchErrors(page)
    try {
      await place.dataset('shapes')
      // So slow that waiting is seen, and that there is time to end its process.
      const made = makeSlowSam(place.path('models'), 'slow', 60)
      await openStudio(page, await place.serve(), language)
      await importShapes(page, text)
      await page.getByRole('listbox', { name: text.datasets.grid }).getByRole('option').first().dblclick()
      await expect(objectRows(page).first()).toBeVisible()
      const count = await objectRows(page).count()
      const box = (await page.getByRole('application').boundingBox())!
      const at = (x: number, y: number): [number, number] => [box.x + box.width * x, box.y + box.height * y]
      const options = page.getByRole('toolbar', { name: new RegExp(text.label.commands.smart) })
      const proposals = options.getByRole('group', { name: bar.candidates }).getByRole('button')

      await test.step('a model is recognised by its files', async () => {
        await page.keyboard.press('q')
        const dialog = page.getByRole('dialog', { name: manage.title })
        if (language === 'en') {
          await options.getByRole('button', { name: new RegExp(`${text.assist.add}|${text.assist.commands.models}`) }).click()
          const add = dialog.getByRole('button', { name: text.assist.add })
          // The model that ships is always there.
          await add.click()
          await dialog.getByRole('button', { name: manage.choose }).click()
          const files = page.getByRole('dialog', { name: text.start.folders.title.weights })
          for (const name of [/models/, /slow\.encoder/]) await files.getByRole('listitem').getByRole('button', { name }).click()
          await dialog.getByRole('button', { name: manage.recognise }).click()
        } else await dropOnPicture(page, [made.encoderFile, made.decoderFile])
        await expect(dialog.getByRole('heading', { name: /slow/ })).toBeVisible()
        await expect(dialog.getByRole('cell', { name: 'image_embeddings' }).first()).toBeVisible()
        await shoot(page, `smart-models-${language}`)
        await expectAccessible(page, 'the list of models')
        await page.keyboard.press('Escape')
      })

      await test.step('clicks find an object, one that takes away corrects it, undo takes one back, Enter keeps it', async () => {
        await page.mouse.click(...at(0.45, 0.5))
        await expect(proposals.first()).toBeVisible()
        await page.mouse.click(...at(0.3, 0.3), { button: 'right' })
        await expect(options).toContainText(state.whole)
        await page.keyboard.press('Tab')
        await expect(page.getByRole('application')).toBeFocused()
        await shoot(page, `smart-draft-${language}`)
        await expectAccessible(page, 'an object under way')
        await page.keyboard.press('Control+z')
        await page.keyboard.press('Control+Shift+z')
        await page.keyboard.press('Control+z')
        await expect(objectRows(page)).toHaveCount(count)
        await page.keyboard.press('Enter')
        await expect(objectRows(page)).toHaveCount(count + 1)
        await expect(proposals).toHaveCount(0)
        await page.keyboard.press('Control+z')
        await expect(objectRows(page)).toHaveCount(count)
      })

      await test.step('every object of the picture waits in a list for its verdict', async () => {
        await options.getByRole('button', { name: text.assist.automatic.title }).click()
        const panel = page.getByRole('dialog', { name: text.assist.automatic.title })
        await panel.getByLabel(text.assist.automatic.fields.pointsPerSide).fill('6')
        await panel.getByLabel(text.assist.automatic.fields.predIouThreshold).fill('0.1')
        await panel.getByLabel(text.assist.automatic.fields.stabilityThreshold).fill('0.1')
        // The tiny model answers every click with much the same: nothing is taken for double.
        await panel.getByLabel(text.assist.automatic.fields.boxNmsThreshold).fill('1')
        await panel.getByRole('button', { name: text.assist.automatic.start }).click()
        const list = page.getByRole('listbox', { name: text.assist.review.title })
        await expect(list.getByRole('option').nth(1)).toBeVisible({ timeout: 30_000 })
        const found = await list.getByRole('option').count()
        await shoot(page, `smart-review-${language}`)
        await expectAccessible(page, 'the masks that were found')
        await expect(list).toBeFocused()
        for (const key of ['ArrowDown', 'Enter', 'Delete']) await page.keyboard.press(key)
        await expect(list.getByRole('option')).toHaveCount(found - 2)
        await expect(objectRows(page)).toHaveCount(count + 1)
        await page.keyboard.press('Escape')
        await expect(list).toHaveCount(0)
        await page.getByRole('application').focus()
        await page.keyboard.press('Control+z')
        await expect(objectRows(page)).toHaveCount(count)
      })

      await test.step('the boxes of the picture become masks, and boxes again', async () => {
        await options.getByRole('button', { name: text.assist.automatic.title }).click()
        await page.getByRole('button', { name: text.assist.boxes.open }).click()
        const dialog = page.getByRole('dialog', { name: text.assist.boxes.title })
        await expectAccessible(page, 'boxes to masks')
        await shoot(page, `smart-boxes-${language}`)
        await dialog.getByRole('button', { name: text.assist.boxes.start }).click()
        const ended = noticesOf(page, text)
          .getByRole('listitem')
          .filter({ hasText: pattern(text.assist.boxes.done.split(' | ').at(-1)!) })
        const notice = ended.getByRole('button', { name: text.common.undo })
        await expect(notice).toBeVisible({ timeout: 30_000 })
        await notice.click()
        await expect(noticesOf(page, text)).toContainText(pattern(text.assist.boxes.undoneAll.split(' | ')[1]!))
      })

      await test.step('a process that dies costs one click and a notice', async () => {
        await options.getByRole('combobox', { name: bar.view }).click()
        await page.getByRole('option', { name: bar.views.seen }).click()
        await page.getByRole('application').focus()
        const retry = options.getByRole('button', { name: text.common.retry })
        const name = await options.getByRole('combobox', { name: text.assist.model }).innerText()
        for (let i = 0; i < 2; i++) await page.keyboard.press('=')
        // Every view is encoded anew. What the process did may have been answered already, or been for the pictures that come: then the next view is tried.
        await expect(async () => {
          if ((await proposals.count()) > 0) await page.keyboard.press('Escape')
          await page.keyboard.press('=')
          await page.mouse.click(...at(0.5, 0.4))
          await expect(options).toContainText(state.encoding, { timeout: 5_000 })
          await shoot(page, `smart-waiting-${language}`)
          for (const pid of place.childPids(/\(encoder\)$/)) endProcess(pid)
          await expect(retry.or(proposals.first())).toBeVisible({ timeout: 60_000 })
          expect(await retry.count()).toBe(1)
        }).toPass({ timeout: 150_000 })
        await expect(noticesOf(page, text)).toContainText(filled(text.assist.crashed, { name }))
        await retry.click()
        await expect(proposals.first()).toBeVisible({ timeout: 60_000 })
        await page.keyboard.press('Escape')
        await expect(proposals).toHaveCount(0)
      })
      expect(errors).toEqual([])
    } finally {
      await place.close()
    }
  })
}
