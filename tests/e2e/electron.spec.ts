import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { _electron, expect, test } from 'playwright/test'

const root = path.resolve(import.meta.dirname, '../..')
const binary = path.join(
  root,
  'node_modules/electron/dist',
  process.platform === 'win32' ? 'electron.exe' : process.platform === 'darwin' ? 'Electron.app' : 'electron',
)

test('the desktop shell opens the studio in a locked window', async () => {
  test.skip(!existsSync(binary), 'skipped: Electron runtime not installed')
  const state = mkdtempSync(path.join(tmpdir(), 'maskwright-electron-'))
  const studio = await _electron.launch({
    args: [root, '--no-sandbox'],
    env: { ...process.env, MASKWRIGHT_STATE: state },
  })
  try {
    const window = await studio.firstWindow()
    await expect(window).toHaveURL(/^app:\/\/studio\//)
    await window.getByRole('navigation').first().waitFor()
    const reach = await window.evaluate(() => ({
      node: typeof (globalThis as { require?: unknown }).require,
      process: typeof (globalThis as { process?: unknown }).process,
    }))
    expect(reach).toEqual({ node: 'undefined', process: 'undefined' })
    expect(
      await window.evaluate(() => fetch('app://studio/asset/model/..%2f..%2fpackage.json').then((r) => r.status)),
    ).toBeGreaterThanOrEqual(403)
    await window.evaluate(() => (location.href = 'https://example.invalid/'))
    await expect(window).toHaveURL(/^app:\/\/studio\//)
  } finally {
    await studio.close()
    rmSync(state, { recursive: true, force: true })
  }
})
