import { writeFileSync } from 'node:fs'
import { expect, test, type Page } from 'playwright/test'
import type { Messages } from '../../src/renderer/i18n/messages.ts'
import { expectAccessible, filled, importShapes, openStudio, shoot, textsOf, watchErrors, Workplace, type Language } from './studio.ts'

/** Tab until the wanted element has the focus: nothing on the way may trap it. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let i = 0; i < 400; i++) {
    const focused = await page.evaluate(
      () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent?.trim() ?? '',
    )
    if (focused === name) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`the focus never came to '${name}'`)
}

/** A key of another command is asked about and taken over, all by keyboard; then it works. */
async function rebind(page: Page, text: Messages): Promise<void> {
  const { keys, label } = text
  await page.keyboard.press('g')
  await page.keyboard.press('5')
  const region = page.getByRole('region', { name: keys.title, exact: true })
  await tabTo(page, keys.find)
  await page.keyboard.type(label.commands.next)
  const add = filled(keys.add, { name: label.commands.next })
  await tabTo(page, add)
  await page.keyboard.press('Enter')
  await page.keyboard.press('x')
  await expect(region.getByText(keys.changed)).toBeVisible()
  await page.keyboard.press('Enter')
  await page.keyboard.press('h')
  await expect(region.getByRole('alert')).toContainText(
    filled(keys.clash.same, { keys: 'H', name: label.commands.next, other: label.commands.hide }),
  )
  await expectAccessible(page, 'keys with a question')
  await shoot(page, `keys-question-${await page.locator('html').getAttribute('lang')}`)
  await expect(page.getByRole('button', { name: keys.take })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(region.getByRole('alert')).toHaveCount(0)
  await expect(page.getByRole('button', { name: add })).toBeFocused()
  await region.getByRole('searchbox').fill(label.commands.hide)
  await expect(region.getByText(keys.none)).toBeVisible()
}

async function refuseFile(page: Page, text: Messages, file: string): Promise<void> {
  await page.locator('#keys input[type=file]').setInputFiles(file)
  await expect(page.getByText(filled(text.keys.refused.notKeys, { file: 'hostile.json' }))).toBeVisible()
}

for (const language of ['en', 'zh-CN'] as const satisfies Language[]) {
  test(`keys are changed by keys (${language})`, async ({ page }) => {
    const text = textsOf(language)
    const place = new Workplace()
    const errors = watchErrors(page)
    try {
      await place.dataset('shapes')
      writeFileSync(place.path('hostile.json'), '{"format":"maskwright-keys","version":1,"preset":"cvat","changes":{"label.next":"D"}}')
      await openStudio(page, await place.serve(), language)
      await importShapes(page, text)
      if (language === 'zh-CN') await page.getByRole('button', { name: text.frame.theme.toLight }).click()
      await test.step('rebind', () => rebind(page, text))
      await test.step('a hostile file', () => refuseFile(page, text, place.path('hostile.json')))
      expect(errors).toEqual([])
    } finally {
      await place.close()
    }
  })
}
