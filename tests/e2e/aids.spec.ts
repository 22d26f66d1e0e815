import { expect, test, type Page } from 'playwright/test'
import { expectAccessible, filled, openShapes, shoot, textsOf, watchErrors, Workplace, type Language } from './studio.ts'

const objectRows = (page: Page) => page.getByRole('tabpanel').getByRole('option')

for (const language of ['en', 'zh-CN'] as const satisfies Language[]) {
  test(`scissors, lasso, copies by the right button, class by double click, geometry in numbers (${language})`, async ({ page }) => {
    const text = textsOf(language)
    const place = new Workplace()
    const errors = watchErrors(page)
    try {
      await openShapes(page, place, language)
      await page.getByRole('listbox', { name: text.datasets.grid }).getByRole('option').first().dblclick()
      await expect(objectRows(page).first()).toBeVisible()
      let count = await objectRows(page).count()
      const box = (await page.getByRole('application').boundingBox())!
      const at = (x: number, y: number): [number, number] => [box.x + box.width * x, box.y + box.height * y]
      /** A click counts when the wire to it is known: nothing has to be waited for. */
      const click = async (x: number, y: number): Promise<void> => {
        await page.mouse.move(...at(x, y), { steps: 4 })
        await page.mouse.click(...at(x, y))
      }

      await test.step('the wire follows the edges of the picture', async () => {
        await page.keyboard.press('i')
        await click(0.4, 0.35)
        await click(0.6, 0.35)
        await click(0.55, 0.6)
        await page.mouse.move(...at(0.42, 0.6), { steps: 4 })
        await expect(page.getByRole('toolbar', { name: new RegExp(text.label.commands.scissors) })).toContainText(/[3-9]|\d\d/)
        await shoot(page, `aids-scissors-${language}`)
        await page.keyboard.press('Enter')
        await expect(objectRows(page)).toHaveCount(++count)
      })

      await test.step('an outline by hand', async () => {
        await page.keyboard.press('y')
        await page.mouse.move(...at(0.3, 0.3))
        await page.mouse.down()
        for (let i = 1; i <= 24; i++)
          await page.mouse.move(...at(0.25 + 0.05 * Math.cos((i * Math.PI) / 12), 0.3 + 0.08 * Math.sin((i * Math.PI) / 12)))
        await page.mouse.up()
        await expect(objectRows(page)).toHaveCount(++count)
      })

      await test.step('the right button copies, a click of it opens the menu', async () => {
        await page.keyboard.press('v')
        await page.mouse.move(...at(0.25, 0.3))
        await page.mouse.down({ button: 'right' })
        await page.mouse.move(...at(0.3, 0.5), { steps: 3 })
        await page.mouse.up({ button: 'right' })
        await expect(objectRows(page)).toHaveCount(++count)
        await expect(page.getByRole('menu')).toHaveCount(0)
        await page.mouse.click(...at(0.3, 0.5), { button: 'right' })
        await expect(page.getByRole('menu')).toBeVisible()
        await page.keyboard.press('Escape')
        await expect(page.getByRole('menu')).toHaveCount(0)
      })

      await test.step('a double click chooses the class by its name', async () => {
        await page.mouse.dblclick(...at(0.3, 0.5))
        const list = page.getByRole('dialog', { name: text.aids.classes })
        await expect(list.getByRole('option').first()).toBeVisible()
        await expectAccessible(page, 'the choice of a class')
        const name = await list.getByRole('option').nth(1).innerText()
        await list.getByRole('textbox').fill(name.split('\n')[0]!)
        await page.keyboard.press('Enter')
        await expect(list).toHaveCount(0)
        await expect(objectRows(page).and(page.locator('[aria-selected=true]'))).toContainText(name.split('\n')[0]!)
      })

      await test.step('a class that is not there yet is created by its name; undo takes back what it gave', async () => {
        const row = objectRows(page).and(page.locator('[aria-selected=true]'))
        const before = await row.innerText()
        await page.mouse.dblclick(...at(0.3, 0.5))
        const list = page.getByRole('dialog', { name: text.aids.classes })
        await list.getByRole('textbox').fill('Wheel hub')
        await expect(list.getByRole('option')).toHaveText([filled(text.aids.create, { name: 'Wheel hub' })])
        await expectAccessible(page, 'a class to be created')
        await page.keyboard.press('Enter')
        await expect(row).toContainText('Wheel hub')
        await page.keyboard.press('Control+z')
        await expect(row).toHaveText(before, { useInnerText: true })
        await page.mouse.dblclick(...at(0.3, 0.5))
        await list.getByRole('textbox').fill('wheelhub')
        await expect(list.getByRole('option')).toHaveCount(2)
        await expect(list.getByRole('status')).toHaveText(filled(text.aids.alike, { name: 'wheelhub', other: 'Wheel hub' }))
        await expectAccessible(page, 'a class that differs by capitals and blanks')
        await shoot(page, `aids-alike-${language}`)
        await page.keyboard.press('Escape')
      })

      await test.step('the geometry in numbers', async () => {
        await page.getByRole('tab', { name: text.label.tabs.attributes }).click()
        const left = page.getByRole('textbox', { name: text.aids.geometry.numbers.x, exact: true })
        const before = await left.inputValue()
        await left.fill('12.5')
        await left.press('Enter')
        await expect(left).toHaveValue('12.5')
        await left.fill('-400')
        await left.press('Enter')
        await expect(page.getByRole('alert')).toBeVisible()
        await shoot(page, `aids-numbers-${language}`)
        await expectAccessible(page, 'the geometry in numbers')
        await left.press('Escape')
        await expect(left).toHaveValue('12.5')
        const vertex = page.getByRole('textbox', { name: text.aids.geometry.vertex.x.replace('{n}', '1'), exact: true })
        await vertex.focus()
        const stood = Number(await vertex.inputValue())
        await vertex.press('ArrowUp')
        await expect.poll(async () => Number(await vertex.inputValue())).toBeCloseTo(stood + 1, 3)
        await page.getByRole('application').focus()
        await page.keyboard.press('Control+z')
        await page.keyboard.press('Control+z')
        await expect(left).toHaveValue(before)
      })
      expect(errors).toEqual([])
    } finally {
      await place.close()
    }
  })
}
