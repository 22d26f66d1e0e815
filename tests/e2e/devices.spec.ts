import { existsSync } from 'node:fs'
import { expect, test, type Page } from 'playwright/test'
import { deviceTexts } from '../../src/shared/text/devices/describe.ts'
import {
  expectAccessible,
  importShapes,
  openLaunchForm,
  openStudio,
  shoot,
  textsOf,
  watchErrors,
  Workplace,
  type Language,
} from './studio.ts'

/** Chromium's software Vulkan: the one graphics adapter of a machine without a card. */
const driver = '/usr/lib/chromium/vk_swiftshader_icd.json'
const gpu = existsSync(driver)
const env: Record<string, string> = gpu ? { VK_DRIVER_FILES: driver, LD_LIBRARY_PATH: '/usr/lib/chromium' } : {}

async function toTheme(page: Page, name: string, current: string): Promise<void> {
  await page.getByRole('combobox', { name: current }).click()
  await page.getByRole('option', { name }).click()
}

for (const language of ['en', 'zh-CN'] as const satisfies Language[]) {
  test(`Settings says what this machine trains on, and why; the launch form names its cards (${language})`, async ({ page, context }) => {
    test.setTimeout(180_000)
    const text = textsOf(language)
    const texts = deviceTexts(language)
    const place = new Workplace()
    const errors = watchErrors(page)
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.setViewportSize({ width: 1440, height: 900 })
    try {
      await place.dataset('shapes')
      await openStudio(page, await place.serve(undefined, env), language)
      await page.getByRole('navigation').first().getByRole('link', { name: text.frame.settings, exact: true }).click()
      const panel = page.getByRole('region', { name: text.settings.devices })

      await test.step('what it is doing is said until the report is there', async () => {
        await expect(panel.getByText(text.settings.probing)).toBeVisible()
        await shoot(page, `settings-probing-${language}`)
        await expect(panel.getByText(gpu ? texts.advice.softwareOnly : texts.advice.cpuOnly)).toBeVisible({ timeout: 60_000 })
      })

      await test.step('each way to compute has its state, and the processor works', async () => {
        const row = panel.getByRole('row').filter({ has: page.getByRole('cell', { name: texts.providers.cpu }) })
        await expect(row.getByText(texts.state.usable, { exact: true })).toBeVisible()
        if (gpu) await expect(panel.getByRole('cell', { name: /SwiftShader/ }).first()).toBeVisible()
        await expect(panel.getByText(text.settings.probing)).toBeHidden()
      })

      await test.step('both themes are readable', async () => {
        await shoot(page, `settings-dark-${language}`)
        await expectAccessible(page, 'Settings, dark')
        await toTheme(page, text.settings.themes.light, text.settings.theme)
        await expectAccessible(page, 'Settings, light')
        await panel.getByText(text.settings.packages).scrollIntoViewIfNeeded()
        await shoot(page, `settings-light-${language}`)
        await toTheme(page, text.settings.themes.dark, text.settings.theme)
      })

      await test.step('the report is copied as text and made again', async () => {
        await panel.getByRole('button', { name: new RegExp(text.settings.copyReport) }).click()
        const copied = await page.evaluate(() => navigator.clipboard.readText())
        expect(copied).toContain(texts.providers.webgpu)
        expect(copied).not.toMatch(/\{\w+\}|undefined/)
        await panel.getByRole('button', { name: text.settings.probe }).focus()
        await page.keyboard.press('Enter')
        await expect(panel.getByText(text.settings.probing)).toBeVisible()
        await expect(panel.getByText(text.settings.probing)).toBeHidden({ timeout: 60_000 })
      })

      if (gpu)
        await test.step('the launch form offers the adapter by its name', async () => {
          await page.getByRole('button', { name: text.settings.openOther, exact: true }).click()
          await importShapes(page, text)
          const dialog = await openLaunchForm(page, text, 'segformer-tiny-cpu')
          await dialog.getByRole('switch', { name: text.config.advanced }).click()
          const cards = dialog.getByRole('group', { name: text.config.field.device_adapters.label })
          await cards.getByRole('checkbox', { name: /0 · SwiftShader/ }).check()
          await cards.scrollIntoViewIfNeeded()
          await shoot(page, `launch-adapters-${language}`)
          await expect(cards.getByRole('checkbox', { name: /SwiftShader/ })).toBeChecked()
        })
      expect(errors).toEqual([])
    } finally {
      await place.close()
    }
  })
}
