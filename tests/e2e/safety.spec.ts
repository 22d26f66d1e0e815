import path from 'node:path'
import { expect, test, type Page } from 'playwright/test'
import { endOfJob, makeProject, startCore } from '../contract/coreHarness.ts'
import { mountSmallDisk } from '../support/smallDisk.ts'
import { dragOn, expectAccessible, openStudio, shoot, textsOf, watchErrors, Workplace } from './studio.ts'

test.use({ colorScheme: 'dark' })

const canvasOf = (page: Page) => page.getByRole('application')
const rowsOf = (page: Page, tab: string) => page.getByRole('listbox', { name: tab }).getByRole('option')
const saved = (page: Page) => expect(page.getByTestId('save-state').first()).toContainText(/saved|已保存/)

test('two windows, an earlier state, deleted objects and a full disk: nothing is lost and everything is said', async ({
  page,
  context,
}) => {
  const place = new Workplace()
  // Where nothing can be mounted, the full disk is left to the machines where it can.
  const disk = mountSmallDisk(64)
  const root = disk?.folder ?? place.folder
  const started = await startCore(root)
  await makeProject(started, { train: 2, val: 1 })
  // The same pictures as another dataset: the other source over the first one.
  const { folderId } = await started.client.folders.idForPath({ path: path.join(root, 'shapes') })
  await endOfJob(started.core, (await started.client.datasets.import({ folderId })).jobId)
  await started.core.close()
  try {
    const [en, zh] = [textsOf('en'), textsOf('zh-CN')]
    const url = await place.serve(path.relative(place.folder, path.join(root, 'project')))
    const errors = watchErrors(page)
    await openStudio(page, url, 'en')
    await page.getByRole('navigation').first().getByRole('link', { name: en.frame.label, exact: true }).click()
    const rows = rowsOf(page, en.label.tabs.objects)
    await expect(rows.first()).toBeVisible()
    await page.keyboard.press('m')
    const before = await rows.count()
    await page.keyboard.press('r')
    await dragOn(page, canvasOf(page), [0.4, 0.35], [0.5, 0.5])
    await expect(rows).toHaveCount(before + 1)
    await saved(page)
    await page.keyboard.press('v')

    const other = await context.newPage()
    const otherErrors = watchErrors(other)
    await openStudio(other, new URL('/', url).href, 'zh-CN')
    await other.goto(page.url())
    const otherRows = rowsOf(other, zh.label.tabs.objects)
    await expect(otherRows).toHaveCount(before + 1)
    // The other window drags the new box; meanwhile it is moved here.
    await otherRows.first().click()
    const box = (await canvasOf(other).boundingBox())!
    const at = (x: number, y: number): [number, number] => [box.x + box.width * x, box.y + box.height * y]
    await other.mouse.move(...at(0.45, 0.42))
    await other.mouse.down()
    await other.mouse.move(...at(0.5, 0.46))
    await page.bringToFront()
    await rows.first().click()
    await canvasOf(page).focus()
    for (let i = 0; i < 3; i++) await page.keyboard.press('Shift+ArrowDown')
    await saved(page)
    await other.bringToFront()
    await other.mouse.move(...at(0.6, 0.5))
    await other.mouse.up()
    const notice = other.getByRole('alert', { name: zh.safety.conflict.title })
    await expect(notice).toBeVisible()
    await notice.getByRole('listitem').first().hover()
    await expectAccessible(other, 'the conflict notice')
    await shoot(other, 'conflict-zh')
    await notice.getByRole('button', { name: zh.safety.conflict.both }).click()
    await expect(notice).toBeHidden()
    await expect(otherRows).toHaveCount(before + 2)
    await expect(rows).toHaveCount(before + 2)
    expect(otherErrors).toEqual([])
    await other.close()

    await page.bringToFront()
    await page.keyboard.press('Delete')
    await expect(rows).toHaveCount(before + 1)
    await page.getByRole('tab', { name: en.label.tabs.history }).click()
    const entries = rowsOf(page, en.label.tabs.history)
    await expect(entries.first()).toContainText(en.label.gestures.delete)
    await entries.first().click()
    const changed = page.getByRole('region', { name: en.safety.past.shapes })
    await changed.getByRole('listitem').first().hover()
    await expectAccessible(page, 'the objects of a change')
    await shoot(page, 'past-shapes')
    await entries.last().click()
    await expect(page.getByText(en.safety.past.goBack)).toBeVisible()
    await expectAccessible(page, 'an earlier state')
    await shoot(page, 'past')
    await page.getByRole('button', { name: en.safety.past.goBack }).click()
    await expect(entries.first()).toContainText(en.label.gestures.restoreState)
    await page.keyboard.press('Control+z')
    await expect(entries.first()).toContainText(en.label.gestures.restoreState)
    await page.getByRole('button', { name: en.safety.past.parts.deleted }).click()
    const trash = page.getByRole('list', { name: en.safety.trash.title })
    await expect(trash.getByRole('listitem').first()).toBeVisible()
    await trash.getByRole('listitem').first().hover()
    await expectAccessible(page, 'the trash')
    await shoot(page, 'trash')
    await trash.getByRole('button').first().click()
    await expect(trash).toBeHidden()
    await page.getByRole('tab', { name: en.label.tabs.objects }).click()
    await expect(rows).toHaveCount(before + 2)

    // What is there already, exactly, is not proposed again.
    await canvasOf(page).focus()
    await page.keyboard.press('m')
    await page.keyboard.press('Control+a')
    await page.keyboard.press('Delete')
    await expect(rows).toHaveCount(0)
    await page.keyboard.press('Control+Shift+O')
    const bar = page.getByRole('toolbar', { name: en.safety.onion.title })
    await bar.getByRole('combobox', { name: en.safety.onion.source }).click()
    await page.getByRole('option').first().click()
    await expect(bar.getByText(en.safety.onion.count.split(' | ')[2]!.replace('{n}', String(before)))).toBeVisible()
    await bar.getByRole('button', { name: en.safety.onion.next }).click()
    await expectAccessible(page, 'the other source')
    await shoot(page, 'onion')
    await bar.getByRole('button', { name: en.safety.onion.reject }).click()
    await bar.getByRole('button', { name: en.safety.onion.acceptAll }).click()
    await expect(rows).toHaveCount(before - 1)
    await page.keyboard.press('Control+z')
    await expect(rows).toHaveCount(0)
    await bar.getByRole('button', { name: en.common.close }).click()

    if (disk) {
      disk.fill()
      const banner = page.getByTestId('disk-trouble')
      await page.keyboard.press('r')
      for (let i = 0; i < 40 && !(await banner.isVisible()); i++) {
        await page.keyboard.press('r')
        await dragOn(page, canvasOf(page), [0.3, 0.6], [0.34 + i / 200, 0.7])
      }
      await expect(banner).toBeVisible()
      await expectAccessible(page, 'the banner of a full disk')
      await shoot(page, 'disk-full')
      const drawn = await rows.count()
      disk.free()
      await expect(banner).toBeHidden({ timeout: 20_000 })
      await saved(page)
      await page.reload()
      await expect(page.getByRole('listbox').getByRole('option').first()).toBeVisible()
      await expect(rowsOf(page, zh.label.tabs.objects)).toHaveCount(drawn)
    }
    expect(errors).toEqual([])
  } finally {
    await place.close()
    disk?.remove()
  }
})
