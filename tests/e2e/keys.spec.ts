import { writeFileSync } from 'node:fs'
import { expect, test, type CDPSession, type Page } from 'playwright/test'
import type { Messages } from '../../src/renderer/i18n/messages.ts'
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
  await page.keyboard.press('F8')
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
  await expect(noticesOf(page, text).getByText(filled(text.keys.refused.notKeys, { file: 'hostile.json' }))).toBeVisible()
}

const times = async (page: Page, n: number, key: string): Promise<void> => {
  for (let i = 0; i < n; i++) await page.keyboard.press(key)
}

/** A picture from first to last without a pointer: box, polygon, class, attributes, done, next. */
async function labelByKeys(page: Page, text: Messages, language: Language): Promise<void> {
  const { label, keys, selection } = text
  const rows = page.getByRole('tabpanel').getByRole('option')
  await page.keyboard.press('g')
  await page.keyboard.press('2')
  await expect(rows.first()).toBeVisible()
  const before = await rows.count()
  await page.keyboard.press('3')
  await page.keyboard.press('r')
  await times(page, 1, 'ArrowRight')
  await page.keyboard.press('Enter')
  await times(page, 3, 'Shift+ArrowRight')
  await times(page, 2, 'Shift+ArrowDown')
  await page.keyboard.press('Enter')
  await expect(rows).toHaveCount(before + 1)
  await page.keyboard.press('p')
  await times(page, 1, 'ArrowLeft')
  await page.keyboard.press('Enter')
  await times(page, 3, 'Shift+ArrowLeft')
  await page.keyboard.press('Enter')
  await times(page, 3, 'Shift+ArrowUp')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')
  await expect(rows).toHaveCount(before + 2)
  await page.keyboard.press('v')
  await page.keyboard.press('2')
  await page.keyboard.press(',')
  await tabTo(page, label.tabs.objects)
  await times(page, 2, 'ArrowRight')
  await tabTo(page, label.attributes.difficult)
  await page.keyboard.press('Space')
  await expect(page.getByRole('switch', { name: label.attributes.difficult })).toBeChecked()
  await page.keyboard.press('Control+a')
  await expect(page.getByText(filled(selection.many.split(' | ')[2]!, { n: before + 2 }))).toBeVisible()
  await expectAccessible(page, 'several objects')
  await shoot(page, `keys-many-${language}`)
  await page.keyboard.press('?')
  await page.getByRole('searchbox', { name: keys.find }).fill(label.commands.undo)
  await expect(page.getByRole('dialog').getByText(label.commands.undo, { exact: true })).toBeVisible()
  await page.getByRole('searchbox', { name: keys.find }).fill('')
  await expectAccessible(page, 'the cheat sheet')
  await shoot(page, `keys-sheet-${language}`)
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+Enter')
  await expect(page.getByText(filled(text.frame.status.done, { done: 1, total: 14 }))).toBeVisible()
  await page.keyboard.press('a')
  await tabTo(page, label.tabs.attributes)
  await times(page, 2, 'ArrowLeft')
  await expect(rows).toHaveCount(before + 2)
}

type Touches = readonly (readonly [number, number])[]

/** Fingers on the screen: each step is where they all are; an empty step lifts them. */
async function touch(session: CDPSession, steps: readonly Touches[]): Promise<void> {
  let before = 0
  for (const fingers of steps) {
    const type = fingers.length === 0 ? 'touchEnd' : fingers.length > before ? 'touchStart' : 'touchMove'
    await session.send('Input.dispatchTouchEvent', { type, touchPoints: fingers.map(([x, y], id) => ({ x, y, id })) })
    before = fingers.length
  }
}

/** Draw, pinch with a box begun by the first finger, long press: what a tablet does. */
async function byTouch(page: Page, text: Messages): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const canvas = page.getByRole('application')
  const rows = page.getByRole('tabpanel').getByRole('option')
  await expect(rows.first()).toBeVisible()
  const box = (await canvas.boundingBox())!
  const at = (x: number, y: number): readonly [number, number] => [box.x + box.width * x, box.y + box.height * y]
  const before = await rows.count()
  await page.keyboard.press('r')
  await touch(session, [[at(0.35, 0.35)], [at(0.4, 0.4)], [at(0.55, 0.6)], []])
  await expect(rows).toHaveCount(before + 1)
  const zoom = page.getByRole('button', { name: pattern(text.label.zoomNow) })
  const zoomBefore = Number.parseInt(await zoom.innerText())
  await touch(session, [
    [at(0.4, 0.5)],
    [at(0.45, 0.5)],
    [at(0.45, 0.5), at(0.55, 0.5)],
    [at(0.4, 0.5), at(0.6, 0.5)],
    [at(0.35, 0.5), at(0.65, 0.5)],
    [],
  ])
  await expect.poll(async () => Number.parseInt(await zoom.innerText())).toBeGreaterThan(2 * zoomBefore)
  await expect(rows).toHaveCount(before + 1)
  await page.keyboard.press('v')
  await touch(session, [[at(0.5, 0.5)]])
  await expect(page.getByRole('menu').getByRole('menuitem', { name: text.label.commands.delete })).toBeVisible()
  // Lifting the finger leaves the menu open.
  await touch(session, [[]])
  await expect(page.getByRole('menu')).toBeVisible()
  await page.keyboard.press('Escape')
}

test.use({ hasTouch: true })
for (const language of ['en', 'zh-CN'] as const satisfies Language[]) {
  test(`a picture is labelled, and keys are changed, by keys alone (${language})`, async ({ page }) => {
    const text = textsOf(language)
    const place = new Workplace()
    const errors = watchErrors(page)
    try {
      await place.dataset('shapes')
      writeFileSync(place.path('hostile.json'), '{"format":"maskwright-keys","version":1,"preset":"cvat","changes":{"label.next":"D"}}')
      await openStudio(page, await place.serve(), language)
      await importShapes(page, text)
      if (language === 'zh-CN') await page.getByRole('button', { name: text.frame.theme.toLight }).click()
      await test.step('label', () => labelByKeys(page, text, language))
      await test.step('rebind', () => rebind(page, text))
      await test.step('a hostile file', () => refuseFile(page, text, place.path('hostile.json')))
      if (language === 'en')
        await test.step('touch', async () => {
          await page.evaluate(() => (location.hash = '#/label'))
          await byTouch(page, text)
        })
      expect(errors).toEqual([])
    } finally {
      await place.close()
    }
  })
}
