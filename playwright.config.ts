import { existsSync } from 'node:fs'
import path from 'node:path'
import { defineConfig } from 'playwright/test'

const debianChromium = '/usr/bin/chromium'
const executablePath = process.env['MASKWRIGHT_CHROMIUM'] ?? (existsSync(debianChromium) ? debianChromium : undefined)

// As in vitest.config.ts.
process.env['NODE_COMPILE_CACHE'] ??= path.join(import.meta.dirname, 'node_modules', '.cache', 'compile')

// End to end: a real server process, a real browser, a fresh project folder per spec.
export default defineConfig({
  testDir: 'tests/e2e',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results',
  // Pictures to compare with are the same for every platform: what is compared holds no text.
  snapshotPathTemplate: '{testDir}/{testFileName}-pictures/{arg}{ext}',
  timeout: 180_000,
  expect: { timeout: 15_000 },
  // Every test has a studio of its own; two at a time on two cores take two thirds of the time, and both languages of the last file run side by side.
  workers: 2,
  fullyParallel: true,
  reporter: [['list'], ['json', { outputFile: 'node_modules/.cache/playwright.json' }]],
  use: {
    viewport: { width: 1440, height: 900 },
    actionTimeout: 20_000,
    navigationTimeout: 30_000,
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      args: [
        '--no-sandbox',
        // Debian switches it on; without a graphics card it is emulated.
        '--disable-gpu-rasterization',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
        '--force-color-profile=srgb',
      ],
    },
  },
})
