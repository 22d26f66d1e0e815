import { mkdirSync } from 'node:fs'
import { expect, test } from 'playwright/test'
import sharp from 'sharp'
import { chooseFolder, dragOn, expectAccessible, filled, noticesOf, openStudio, shoot, textsOf, watchErrors, Workplace } from './studio.ts'

const text = textsOf('zh-CN')

test('a folder of plain pictures: what is drawn gets its class by a name that is typed, by keys alone, and comes back as it was', async ({
  page,
}) => {
  const place = new Workplace()
  const errors = watchErrors(page)
  try {
    mkdirSync(place.path('plain'))
    await sharp({ create: { width: 300, height: 200, channels: 3, background: '#607080' } })
      .png()
      .toFile(place.path('plain', 'a.png'))
    await openStudio(page, await place.serve(), 'zh-CN')
    await page.getByRole('button', { name: text.start.doors.dataset.title }).click()
    await chooseFolder(page, ['plain'], text.start.folders.choose)
    await page.getByRole('button', { name: text.start.newProject.createImport }).click()
    await page.getByRole('listbox', { name: text.datasets.grid }).getByRole('option').first().dblclick()
    const canvas = page.getByRole('application')
    const rows = page.getByRole('tabpanel').getByRole('option')
    const list = page.getByRole('dialog', { name: text.aids.classes })
    const gives = { key: 'Ctrl+E' }

    await test.step('who draws without a class is told what gives one', async () => {
      await expect(canvas).toHaveAttribute('aria-busy', 'false')
      await page.keyboard.press('r')
      await dragOn(page, canvas, [0.3, 0.4], [0.4, 0.5])
      await expect(noticesOf(page, text).getByText(filled(text.aids.bare, gives))).toBeVisible()
      await expect(page.getByText(filled(text.aids.bareObjects, gives))).toBeVisible()
      await expectAccessible(page, 'an object without class')
      await shoot(page, 'newcomer-told')
    })

    await test.step('the name that is typed becomes its class, and that of what is drawn next', async () => {
      await page.keyboard.press('Control+e')
      await expect(list.getByText(text.aids.noClasses)).toBeVisible()
      await expectAccessible(page, 'the choice where there is no class')
      await page.keyboard.type('wheel')
      await shoot(page, 'newcomer-create')
      await page.keyboard.press('Enter')
      await expect(rows).toHaveText([/^wheel 1/])
      await dragOn(page, canvas, [0.5, 0.4], [0.6, 0.5])
      await expect(rows).toHaveText([/^wheel 2/, /^wheel 1/])
      await page.keyboard.press('Control+a')
      await page.keyboard.press('Control+e')
      await page.keyboard.type('hub')
      await page.keyboard.press('Enter')
      await expect(rows).toHaveText([/^hub 2/, /^hub 1/])
      // Background came along with the first class.
      await page.getByRole('tab', { name: text.label.tabs.classes }).click()
      await expect(page.getByRole('tabpanel').getByRole('listitem')).toHaveText([/^1 ?wheel/, /^2 ?hub/, /^background/])
      await shoot(page, 'newcomer-classes')
    })

    await test.step('both come back one by one while the change is on show', async () => {
      await page.keyboard.press('Delete')
      await page.getByRole('tab', { name: text.label.tabs.history }).click()
      const entries = page.getByRole('listbox', { name: text.label.tabs.history })
      await entries.getByRole('option').nth(1).click()
      const changed = page.getByRole('region', { name: text.safety.past.shapes })
      const became = filled(text.safety.past.became, { before: 'wheel', after: 'hub' })
      await expect(changed.getByRole('listitem')).toHaveText([new RegExp(`^${became} 1`), new RegExp(`^${became} 2`)])
      await canvas.click({ position: { x: 1, y: 1 } })
      await changed.getByRole('button').first().focus()
      await expectAccessible(page, 'the objects of a change')
      await shoot(page, 'newcomer-change')
      for (const n of [1, 2]) {
        await page.keyboard.press('Enter')
        await expect(changed.getByText(text.safety.past.restored, { exact: true })).toHaveCount(n)
        await page.keyboard.press('Tab')
      }
      await page.getByRole('button', { name: text.safety.past.leave }).click()
      await page.getByRole('tab', { name: text.label.tabs.objects }).click()
      await expect(rows.and(page.locator('[aria-selected=true]'))).toHaveText([/^hub 2/, /^hub 1/])
    })
    expect(errors).toEqual([])
  } finally {
    await place.close()
  }
})
