import { expect, test, type Locator, type Page } from 'playwright/test'
import { maskFromBits } from '../../src/shared/geometry/rle.ts'
import type { MaskShape, Shape } from '../../src/shared/model/shape.ts'
import { generateScenes } from '../support/generatedScenes.ts'
import { expectAccessible, openStudio, textsOf, watchErrors, Workplace } from './studio.ts'

const size = { width: 320, height: 240 }

const disc = (x: number, y: number, radius: number): MaskShape => {
  const side = 2 * radius
  const bits = Uint8Array.from({ length: side * side }, (_, i) =>
    Math.hypot((i % side) + 0.5 - radius, Math.floor(i / side) + 0.5 - radius) < radius ? 1 : 0,
  )
  return maskFromBits(bits, { x: x - radius, y: y - radius, w: side, h: side })
}

const shapes: readonly Shape[] = [
  { kind: 'box', x: 20, y: 30, w: 70, h: 50 },
  { kind: 'rotatedBox', cx: 150, cy: 55, w: 60, h: 30, angleRad: 0.5 },
  {
    kind: 'polygon',
    parts: [
      {
        outer: [
          [210, 20],
          [300, 30],
          [280, 100],
          [220, 90],
        ],
        holes: [
          [
            [235, 45],
            [265, 45],
            [255, 75],
            [240, 70],
          ],
        ],
      },
      {
        outer: [
          [195, 105],
          [215, 100],
          [205, 125],
        ],
        holes: [],
      },
    ],
  },
  disc(60, 150, 34),
  {
    kind: 'polyline',
    points: [
      [120, 120],
      [150, 180],
      [180, 130],
      [200, 190],
    ],
  },
  { kind: 'point', x: 240, y: 150 },
]
const voids: readonly Shape[] = [disc(95, 170, 20)]
/** Enough to be drawn by a thread, out of the way: too small and too high up to be in the part that is compared. */
const crowd: readonly Shape[] = Array.from({ length: 400 }, (_, i) => ({
  kind: 'box',
  x: (i % 100) * 3,
  y: Math.floor(i / 100),
  w: 1,
  h: 0.5,
}))

const application = (page: Page): Locator => page.getByRole('application')

/** The canvas at 640x480 whatever stands around it, at rest. */
async function settle(page: Page): Promise<void> {
  await application(page).evaluate((host) => {
    Object.assign(host.style, { inset: 'auto', left: '0', top: '0', width: '640px', height: '480px' })
  })
  await page.waitForTimeout(250)
  await expect(page.locator('[role=application][data-settled=true][aria-busy=false]')).toBeVisible({ timeout: 30_000 })
}

async function open(page: Page, itemId: string, name: string): Promise<void> {
  await page.evaluate((id) => (location.hash = `#/label/${id}`), itemId)
  await expect(application(page)).toHaveAccessibleName(new RegExp(`^${name},`))
  await settle(page)
}

/** A part of the canvas, away from its upper edge when `below` is given. */
async function shot(page: Page, below = 0): Promise<Buffer> {
  const box = (await application(page).boundingBox())!
  return await page.screenshot({ clip: { x: box.x, y: box.y + below, width: 640, height: 480 - below }, animations: 'disabled' })
}

/** Screen place of a point of the picture when all of it is in view. */
const at = async (page: Page, x: number, y: number): Promise<[number, number]> => {
  const box = (await application(page).boundingBox())!
  const scale = Math.min((640 - 32) / size.width, (480 - 32) / size.height)
  return [box.x + (640 - size.width * scale) / 2 + x * scale, box.y + (480 - size.height * scale) / 2 + y * scale]
}

const tolerance = { maxDiffPixelRatio: 0.004, threshold: 0.2 }
const looksLike = (picture: Buffer, name: string): void => expect(picture).toMatchSnapshot(name, tolerance)

test('shapes of every kind look as they should, in both themes, at rest, selected and as outlines', async ({ browser }) => {
  const place = new Workplace()
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  const errors = watchErrors(page)
  const text = textsOf('en')
  try {
    const scenes = [
      { name: 'kinds', shapes, voids, plain: size },
      { name: 'crowded', shapes: [...crowd, ...shapes.slice(0, 3)], plain: size },
      { name: 'alone', shapes: [...crowd.slice(0, 40), ...shapes.slice(0, 3)], plain: size },
    ]
    const [kinds, crowded, alone] = (await generateScenes(place.path('scenes'), scenes)) as [string, string, string]
    await openStudio(page, await place.serve('scenes'), 'en')
    await expect(page.getByRole('listbox', { name: text.datasets.grid }).getByRole('option').first()).toBeVisible()
    await open(page, kinds, 'kinds')
    await application(page).focus()
    await page.keyboard.press('t')
    // Focus has a ring of its own; the pointer would show what it is on.
    await page.mouse.move(5, 5)
    await application(page).blur()
    for (const theme of ['dark', 'light'] as const) {
      await page.evaluate((name) => (document.documentElement.dataset['theme'] = name), theme)
      await settle(page)
      looksLike(await shot(page), `kinds-${theme}.png`)
    }
    await page.evaluate(() => (document.documentElement.dataset['theme'] = 'dark'))

    // Selected with handles, without the name over it, which is a matter of fonts.
    await page.mouse.click(...(await at(page, 55, 31)))
    await page.mouse.move(5, 5)
    await application(page).blur()
    await settle(page)
    looksLike(await shot(page, 66), 'box-selected.png')
    await page.keyboard.press('Escape')
    await page.mouse.move(...(await at(page, 60, 150)))
    await page.keyboard.press('Shift+B')
    await page.mouse.move(5, 5)
    await settle(page)
    looksLike(await shot(page), 'outlines.png')
    await page.keyboard.press('Shift+B')

    // What a thread draws is what the page would have drawn, to the pixel.
    const seen: Buffer[] = []
    for (const [id, name] of [
      [alone, 'alone'],
      [crowded, 'crowded'],
    ] as const) {
      await open(page, id, name)
      await application(page).blur()
      seen.push(await shot(page, 60))
    }
    expect(seen[1]!.equals(seen[0]!)).toBe(true)
    expect(errors).toEqual([])
  } finally {
    await context.close()
    await place.close()
  }
})

for (const language of ['en', 'zh-CN'] as const) {
  test(`how pictures are looked at is chosen by keys and in a panel, and kept (${language})`, async ({ page }) => {
    const place = new Workplace()
    const errors = watchErrors(page)
    const text = textsOf(language)
    try {
      const [id] = await generateScenes(place.path('scenes'), [{ name: 'kinds', shapes, plain: size }])
      await openStudio(page, await place.serve('scenes'), language)
      await expect(page.getByRole('listbox', { name: text.datasets.grid }).getByRole('option').first()).toBeVisible()
      await page.evaluate((itemId) => (location.hash = `#/label/${itemId}`), id!)
      await expect(page.locator('[role=application][data-settled=true][aria-busy=false]')).toBeVisible()
      await application(page).focus()
      for (const key of ['Shift+Q', 'Shift+R', 'Shift+S']) await page.keyboard.press(key)
      for (let i = 0; i < 4; i++) await page.keyboard.press('=')

      // The overview moves the view by keys: what is under a resting pointer changes.
      const readout = page.getByText(/^x \d+/)
      const box = (await application(page).boundingBox())!
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
      const before = await readout.textContent()
      const overview = page.getByRole('button', { name: text.view.minimap })
      await overview.focus()
      for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight')
      await page.mouse.move(box.x + box.width / 2 + 1, box.y + box.height / 2)
      await expect(readout).not.toHaveText(before!)

      await page.getByRole('button', { name: text.view.title, exact: true }).click()
      const panel = page.getByRole('dialog', { name: text.view.title })
      await expect(panel.getByRole('button', { name: text.view.colors.object })).toHaveAttribute('aria-pressed', 'true')
      await expect(panel.getByRole('switch', { name: text.view.switches.rulers })).toBeChecked()
      await expectAccessible(page, 'the view panel')
      await panel.getByRole('switch', { name: text.view.switches.minimap }).click()
      await expect(overview).toBeHidden()
      await page.reload()
      await expect(page.locator('[role=application][data-settled=true][aria-busy=false]')).toBeVisible()
      await page.getByRole('button', { name: text.view.title, exact: true }).click()
      await expect(panel.getByRole('button', { name: text.view.colors.object })).toHaveAttribute('aria-pressed', 'true')
      await expect(panel.getByRole('switch', { name: text.view.switches.minimap })).not.toBeChecked()
      expect(errors).toEqual([])
    } finally {
      await place.close()
    }
  })
}
