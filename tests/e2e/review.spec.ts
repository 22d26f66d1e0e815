import { expect, test, type Page } from 'playwright/test'
import { dragOn, expectAccessible, filled, importShapes, noticesOf, openStudio, shoot, textsOf, watchErrors, Workplace } from './studio.ts'

const text = textsOf('en')
const tab = (page: Page, name: string | RegExp) => page.getByRole('tab', { name })
const statusButton = (page: Page) => page.getByRole('button', { name: /^State of this picture/ })

test('pictures are commented on, rejected, corrected and accepted, by mouse and by keys, with a name and through a restart', async ({
  page,
  context,
}) => {
  const place = new Workplace()
  const errors = watchErrors(page)
  try {
    await place.dataset('shapes')
    await openStudio(page, await place.serve(), 'en')
    await importShapes(page, text)
    await page.evaluate(() => (location.hash = '#/settings'))
    await page.getByLabel(text.settings.name).fill('Ann')
    await page.getByLabel(text.settings.name).press('Enter')
    await page.evaluate(() => (location.hash = '#/datasets'))

    // The first picture: a comment by mouse on a place, one by keys on an object.
    await page.getByRole('option').first().dblclick()
    await expect(page.getByRole('application')).toHaveAccessibleName(/objects/)
    const first = page.url()
    await page.keyboard.press('c')
    await dragOn(page, page.getByRole('application'), [0.2, 0.85], [0.2, 0.85])
    await page.getByLabel(text.review.newComment).fill('Is this a shape?')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('button', { name: filled(text.review.pin, { n: 1, text: 'Is this a shape?' }) })).toBeVisible()
    await page.keyboard.press('Escape')
    await page.getByRole('application').focus()
    await page.keyboard.press('.')
    await page.keyboard.press('c')
    await page.keyboard.press('Enter')
    await page.getByLabel(text.review.newComment).fill('Too wide')
    await page.keyboard.press('Enter')
    const threads = page.getByRole('article')
    await expect(threads).toHaveCount(2)
    await expect(tab(page, filled(text.review.tabWithOpen, { n: 2 }))).toHaveAttribute('aria-selected', 'true')
    await shoot(page, 'review-en-dark')
    await expectAccessible(page, 'the review panel')

    // Another window hears of an answer at once.
    const other = await context.newPage()
    await other.goto(first)
    await tab(other, filled(text.review.tabWithOpen, { n: 2 })).click()
    const reply = threads.nth(1).getByLabel(filled(text.review.replyTo, { n: 2 }))
    await reply.fill('Made narrower')
    await reply.press('Enter')
    await expect(other.getByText('Made narrower')).toBeVisible()
    await other.getByRole('article').nth(1).getByRole('button', { name: text.review.resolve }).click()
    await expect(threads).toHaveCount(2)
    await expect(threads.nth(1).getByText(text.review.acts.resolve)).toBeVisible()
    await other.close()

    // Reject with a reason by keys: the state, the name and the reason stand, and the next picture is open.
    await page.getByRole('application').focus()
    await page.keyboard.press('Control+Shift+x')
    await expect(page.getByRole('dialog').getByLabel(text.review.note)).toBeFocused()
    await expectAccessible(page, 'the dialog that rejects')
    await page.keyboard.type('Two shapes are missing')
    await page.keyboard.press('Enter')
    await expect(page).not.toHaveURL(first)
    await expect(statusButton(page)).toHaveAccessibleName(/To do/)
    const second = page.url()
    await page.keyboard.press('Control+Shift+Enter')
    await expect(page).not.toHaveURL(second)
    await page.goto(first)
    await expect(statusButton(page)).toHaveAccessibleName(/Rejected, Ann, .*: Two shapes are missing/)

    // An edit of a reviewed picture takes the review away and says so; undo brings it back.
    await page.keyboard.press('Control+Shift+d')
    await statusButton(page).click()
    await page.getByRole('menuitem', { name: text.datasets.statuses.reviewed }).click()
    await expect(statusButton(page)).toHaveAccessibleName(/Reviewed, Ann/)
    await page.getByRole('application').focus()
    await page.keyboard.press('r')
    await dragOn(page, page.getByRole('application'), [0.4, 0.4], [0.6, 0.6])
    await expect(noticesOf(page, text).getByText(/was changed after its review/)).toBeVisible()
    await expect(statusButton(page)).toHaveAccessibleName(/Done, Ann/)
    await page.keyboard.press('Control+z')
    await expect(statusButton(page)).toHaveAccessibleName(/Reviewed, Ann/)

    // All of it after a restart, in the list of pictures and in Chinese.
    await place.stop()
    await openStudio(page, await place.serve(place.project()), 'zh-CN')
    const zh = textsOf('zh-CN')
    await page.getByRole('button', { name: zh.frame.theme.toLight }).click()
    await page.evaluate(() => (location.hash = '#/datasets'))
    await page.getByRole('button', { name: new RegExp(`^${zh.review.openComments}`) }).click()
    await expect(page.getByRole('listbox', { name: zh.datasets.grid }).getByRole('option')).toHaveCount(1)
    await page.getByRole('option').first().click()
    await expect(page.getByText('Two shapes are missing')).toBeVisible()
    await expectAccessible(page, 'the pictures with open comments')
    await shoot(page, 'review-datasets-zh-light')
    await page.getByRole('option').first().dblclick()
    await tab(page, filled(zh.review.tabWithOpen, { n: 1 })).click()
    await expect(page.getByText('Is this a shape?')).toBeVisible()
    await shoot(page, 'review-zh-light')
    expect(errors).toEqual([])
  } finally {
    await place.close()
  }
})
