import { mkdirSync, statSync, truncateSync } from 'node:fs'
import { expect, test, type Page } from 'playwright/test'
import sharp from 'sharp'
import { chooseFolder, expectAccessible, filled, noticesOf, openStudio, shoot, textsOf, watchErrors, Workplace } from './studio.ts'

const text = textsOf('en')

const plain = (background: string, width = 300, height = 200) => sharp({ create: { width, height, channels: 3, background } })

/** A folder of pictures as no camera of today makes them. */
async function putOddPictures(place: Workplace): Promise<void> {
  mkdirSync(place.path('odd'))
  const file = (name: string) => place.path('odd', name)
  // 12 of 16 bits, dark on the left and brighter to the right: black to who reads the high byte.
  const words = Uint16Array.from({ length: 600 * 400 }, (_, i) => 400 + (i % 600) * 4)
  const deep = sharp(words, { raw: { width: 600, height: 400, channels: 1 } }).toColourspace('grey16')
  await deep.png().toFile(file('1-deep.png'))
  await plain('#2060c0').toColourspace('cmyk').jpeg().toFile(file('2-cmyk.jpg'))
  // Stored red on the left and blue on the right; upright the red is on top.
  const halves = plain('#d02020').composite([
    { input: { create: { width: 150, height: 200, channels: 3, background: '#2020d0' } }, left: 150, top: 0 },
  ])
  await halves.jpeg().withMetadata({ orientation: 6 }).toFile(file('3-turned.jpg'))
  await halves.webp().withMetadata({ orientation: 6 }).toFile(file('3b-turned.webp'))
  const frames = await Promise.all(['#d02020', '#20d020', '#2020d0'].map((colour) => plain(colour).png().toBuffer()))
  await sharp(frames, { join: { animated: true } })
    .gif()
    .toFile(file('4-film.gif'))
  // Just too large to be held as a whole; every corner has a colour of its own.
  const corner = (background: string, left: number, top: number) => ({
    input: { create: { width: 3_000, height: 2_100, channels: 3 as const, background } },
    left,
    top,
  })
  const corners = [corner('#20d020', 3_000, 0), corner('#2020d0', 0, 2_100), corner('#d0d020', 3_000, 2_100)]
  await plain('#d02020', 6_000, 4_200).composite(corners).jpeg().toFile(file('5-large.jpg'))
  await plain('#808080').jpeg().toFile(file('6-broken.jpg'))
}

/** The mean colour of a spot of the canvas, given in shares of it. */
async function colourAt(page: Page, x: number, y: number): Promise<number[]> {
  const box = (await page.getByRole('application').boundingBox())!
  const clip = { x: box.x + box.width * x - 3, y: box.y + box.height * y - 3, width: 6, height: 6 }
  const { channels } = await sharp(await page.screenshot({ clip })).stats()
  return channels.slice(0, 3).map(({ mean }) => Math.round(mean))
}

/** Waits until a spot of the canvas has about this colour. */
const seeColour = (page: Page, [x, y]: readonly [number, number], colour: readonly number[]) =>
  expect
    .poll(async () => Math.max(...(await colourAt(page, x, y)).map((v, i) => Math.abs(v - colour[i]!))), { timeout: 20_000 })
    .toBeLessThan(24)

test('deep, CMYK, turned, animated, huge and broken pictures as the page shows them; the broken one is set aside and taken back', async ({
  page,
}) => {
  const place = new Workplace()
  const errors = watchErrors(page)
  try {
    await putOddPictures(place)
    await openStudio(page, await place.serve(), 'en')
    await page.getByRole('button', { name: text.start.doors.dataset.title }).click()
    await chooseFolder(page, ['odd'], text.start.folders.choose)
    await page.getByRole('button', { name: text.start.newProject.createImport }).click()
    const options = page.getByRole('listbox', { name: text.datasets.grid }).getByRole('option')
    await expect(options).toHaveCount(7, { timeout: 60_000 })
    // Sound when it was imported.
    truncateSync(place.path('odd', '6-broken.jpg'), statSync(place.path('odd', '6-broken.jpg')).size >> 1)
    const next = () => page.keyboard.press('d')

    await test.step('16 bits are seen through the window of their values', async () => {
      await options.first().dblclick()
      await expect(page.getByText(filled(text.pictures.deep, { bits: 16 }))).toBeVisible()
      await seeColour(page, [0.5, 0.5], [127, 127, 127])
    })

    await test.step('CMYK in the colours it is meant in, the EXIF orientation applied, the first frame of a film', async () => {
      await next()
      await expect(page.getByText(text.pictures.cmyk)).toBeVisible()
      await expect.poll(async () => (await colourAt(page, 0.5, 0.5))[2]! - (await colourAt(page, 0.5, 0.5))[0]!).toBeGreaterThan(60)
      for (const name of ['3-turned.jpg', '3b-turned.webp']) {
        await next()
        await expect(page.getByRole('application', { name: /200 by 300/ }), name).toBeVisible()
        await seeColour(page, [0.5, 0.3], [208, 32, 32])
        await seeColour(page, [0.5, 0.7], [32, 32, 208])
      }
      await next()
      await expect(page.getByText(filled(text.pictures.frames, { n: 3 }))).toBeVisible()
      await seeColour(page, [0.5, 0.5], [208, 32, 32])
    })

    await test.step('one that is too large to be held comes in tiles, every part in its place', async () => {
      await next()
      await expect(page.getByText(filled(text.pictures.tiled, { megapixels: 25 }))).toBeVisible()
      await seeColour(page, [0.4, 0.4], [208, 32, 32])
      await seeColour(page, [0.6, 0.4], [32, 208, 32])
      await seeColour(page, [0.4, 0.6], [32, 32, 208])
      await seeColour(page, [0.6, 0.6], [208, 208, 32])
    })

    await test.step('one that broke since says so, is set aside without a key of the mouse, and comes back from the list', async () => {
      await next()
      const trouble = page.getByRole('alert')
      await expect(trouble).toContainText('6-broken.jpg')
      await expect(trouble).toContainText(text.pictures.trouble.kept)
      await expectAccessible(page, 'a broken picture')
      await shoot(page, 'odd-broken-en')
      await page.keyboard.press('Control+k')
      await expect(page.getByRole('dialog')).toBeVisible()
      await page.getByRole('dialog').getByRole('textbox').fill(text.pictures.trouble.setAside)
      await expect(page.getByRole('option')).toHaveCount(1)
      await page.keyboard.press('Enter')
      await expect(noticesOf(page, text)).toContainText(filled(text.pictures.trouble.setAsideDone, { name: '6-broken' }))
      await expect(trouble).toBeHidden()
      await page.getByRole('navigation').first().getByRole('link', { name: text.frame.datasets, exact: true }).click()
      await expect(options).toHaveCount(6)
      await page.getByRole('button', { name: text.common.details }).first().click()
      const list = page.getByRole('dialog')
      await expect(list).toContainText('6-broken.jpg')
      await expectAccessible(page, 'the list of problems')
      await shoot(page, 'odd-problems-en')
      await list.getByRole('button', { name: filled(text.pictures.trouble.takeBackNamed, { file: '6-broken.jpg' }) }).click()
      await expect(list).not.toContainText('6-broken.jpg')
      await page.keyboard.press('Escape')
      await expect(options).toHaveCount(7)
    })
    expect(errors).toEqual([])
  } finally {
    await place.close()
  }
})
