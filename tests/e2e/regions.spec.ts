import { expect, test, type Page } from 'playwright/test'
import { dragOn, expectAccessible, openShapes, shoot, textsOf, watchErrors, Workplace, type Language } from './studio.ts'

const objectRows = (page: Page) => page.getByRole('tabpanel').getByRole('option')
/** The objects as the list tells them: class, size and kind of each. */
const told = (page: Page) => objectRows(page).allInnerTexts()

for (const language of ['en', 'zh-CN'] as const satisfies Language[]) {
  test(`brush, eraser, wand, hole, ellipse, void, conversion and booleans by mouse, all undone (${language})`, async ({ page }) => {
    const text = textsOf(language)
    const place = new Workplace()
    const errors = watchErrors(page)
    try {
      await openShapes(page, place, language)
      await page.getByRole('listbox', { name: text.datasets.grid }).getByRole('option').first().dblclick()
      await expect(objectRows(page).first()).toBeVisible()
      const canvas = page.getByRole('application')
      const box = (await canvas.boundingBox())!
      const click = (x: number, y: number) => page.mouse.click(box.x + box.width * x, box.y + box.height * y)
      const chosen = () => objectRows(page).and(page.locator('[aria-selected=true]'))
      const area = async (): Promise<number> => Number(/([\d,.]+)\s*px²/.exec(await chosen().innerText())![1]!.replaceAll(',', ''))
      const begin = await told(page)
      let steps = 0
      let count = begin.length
      const added = async (n = 1): Promise<void> => {
        await expect(objectRows(page)).toHaveCount((count += n))
        steps++
      }

      await test.step('strokes into one mask, some of it erased', async () => {
        await page.keyboard.press('b')
        await dragOn(page, canvas, [0.3, 0.3], [0.45, 0.3])
        await added()
        const painted = await area()
        await dragOn(page, canvas, [0.3, 0.36], [0.45, 0.36])
        await expect.poll(area).toBeGreaterThan(painted)
        const wide = await area()
        await page.keyboard.press('e')
        await dragOn(page, canvas, [0.38, 0.25], [0.38, 0.4])
        await expect.poll(area).toBeLessThan(wide)
        steps += 2
        await page.keyboard.press('e')
        await expect(objectRows(page)).toHaveCount(count)
        await expectAccessible(page, 'the options of the brush')
        await shoot(page, `regions-brush-${language}`)
      })

      await test.step('the mask becomes a polygon within the tolerance that is shown, and a mask again', async () => {
        await page.keyboard.press('v')
        const panel = page.getByRole('region', { name: text.region.title })
        await expect(panel.getByText(/→/)).toBeVisible()
        const mask = await area()
        await page.keyboard.press('Shift+v')
        await expect.poll(async () => Math.abs((await area()) / mask - 1)).toBeLessThan(0.05)
        await page.keyboard.press('Shift+m')
        steps += 2
        await expectAccessible(page, 'the panel of regions')
      })

      await test.step('a polygon, and a hole cut into it', async () => {
        await page.keyboard.press('p')
        for (const [x, y] of [[0.55, 0.55], [0.8, 0.55], [0.8, 0.85], [0.55, 0.85]] as const) await click(x, y) // prettier-ignore
        await page.keyboard.press('Enter')
        await added()
        const whole = await area()
        await page.keyboard.press('Alt+h')
        for (const [x, y] of [[0.62, 0.62], [0.72, 0.62], [0.72, 0.75], [0.62, 0.75]] as const) await click(x, y) // prettier-ignore
        await page.keyboard.press('Enter')
        await expect.poll(area).toBeLessThan(whole)
        steps++
        await page.keyboard.press('Alt+h')
        await shoot(page, `regions-hole-${language}`)
      })

      await test.step('an ellipse is united with the polygon; void, and back', async () => {
        const before = await area()
        await page.keyboard.press('Shift+c')
        await dragOn(page, canvas, [0.75, 0.6], [0.9, 0.8])
        await added()
        await page.keyboard.press('v')
        const rows = objectRows(page)
        await rows.nth(0).click()
        await rows.nth(1).click({ modifiers: ['Control'] })
        await page.keyboard.press('j')
        await added(-1)
        await expect.poll(area).toBeGreaterThan(before)
        await page.keyboard.press('Shift+d')
        await expect(chosen()).toContainText(text.label.void)
        await page.keyboard.press('Shift+d')
        await expect(chosen()).not.toContainText(text.label.void)
        steps += 2
      })

      await test.step('the wand finds what is alike', async () => {
        await page.keyboard.press('Escape')
        await page.keyboard.press('Shift+w')
        await click(0.7, 0.12)
        await added()
        await shoot(page, `regions-wand-${language}`)
      })

      await test.step('all of it is undone, done again, and still there after a reload', async () => {
        await page.keyboard.press('v')
        const end = await told(page)
        for (let i = 0; i < steps; i++) await page.keyboard.press('Control+z')
        await expect.poll(() => told(page)).toEqual(begin)
        for (let i = 0; i < steps; i++) await page.keyboard.press('Control+y')
        await expect.poll(() => told(page)).toEqual(end)
        await page.reload()
        await expect.poll(() => told(page)).toEqual(end)
      })
      expect(errors).toEqual([])
    } finally {
      await place.close()
    }
  })
}
