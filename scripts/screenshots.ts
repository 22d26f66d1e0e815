// npm run screenshots [-- PROJECT]: the pictures of the README, from a project with a finished run and a model (`npm run demo` makes one).
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { chromium, type Page } from 'playwright'
import sharp from 'sharp'

const root = path.resolve(import.meta.dirname, '..')
const project = path.resolve(process.argv[2] ?? path.join(root, 'demo-project'))
const target = path.join(root, 'docs/screenshots')
if (!existsSync(path.join(project, 'project.db'))) throw new Error(`there is no project in ${project}: run \`npm run demo\` first`)
mkdirSync(target, { recursive: true })

const server = spawn(process.execPath, [path.join(root, 'out/main/cli.js'), 'serve', project, '--port', '0', '--json'], {
  env: { ...process.env, MASKWRIGHT_STATE: mkdtempSync(path.join(tmpdir(), 'maskwright-shots-')) },
  stdio: ['ignore', 'pipe', 'inherit'],
})

async function address(): Promise<string> {
  for await (const line of createInterface(server.stdout)) {
    const { url } = JSON.parse(line) as { url?: string }
    if (url) return url
  }
  throw new Error('the server did not start')
}

async function open(page: Page, hash: string): Promise<void> {
  await page.evaluate((to) => (location.hash = to), hash)
  await page.waitForLoadState('networkidle')
  await settled(page)
}

/** Thumbnails and overlays are made on first sight. */
async function settled(page: Page): Promise<void> {
  await page.waitForTimeout(4_000)
  await page.waitForFunction(() => [...document.images].every((image) => image.complete && image.naturalWidth > 0), null, {
    timeout: 60_000,
  })
  await page.waitForTimeout(500)
}

async function shoot(page: Page, name: string): Promise<void> {
  await page.mouse.move(700, 4)
  // A palette keeps pictures of photographs small enough for a README.
  const png = sharp(await page.screenshot()).png({ palette: true, colours: 256, quality: 90, effort: 10 })
  await png.toFile(path.join(target, `${name}.png`))
  console.log(`docs/screenshots/${name}.png`)
}

const executablePath = process.env['MASKWRIGHT_CHROMIUM'] ?? (existsSync('/usr/bin/chromium') ? '/usr/bin/chromium' : undefined)
const browser = await chromium.launch({
  ...(executablePath ? { executablePath } : {}),
  args: ['--no-sandbox', '--disable-background-networking'],
})
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'en-US' })
  await page.goto(await address())
  await open(page, '#/datasets')
  await page.getByRole('listbox').getByRole('option').nth(2).click()
  await page.waitForTimeout(1_500)
  await shoot(page, 'datasets')
  await page.getByRole('listbox').getByRole('option').nth(2).dblclick()
  await page.waitForLoadState('networkidle')
  await settled(page)
  await page.getByRole('tabpanel').getByRole('option').nth(1).click()
  await shoot(page, 'label')
  await open(page, '#/experiments')
  await page.getByRole('table').getByRole('link').first().click()
  await page.waitForTimeout(4_000)
  await shoot(page, 'experiments')
  await open(page, '#/models')
  await page.getByRole('table').getByRole('link').first().click()
  await page.waitForTimeout(3_000)
  await page.getByRole('group', { name: 'Pictures of the dataset' }).getByRole('button').first().click()
  await page.waitForTimeout(5_000)
  await shoot(page, 'models')
  await page.getByRole('button', { name: '切换到中文' }).click()
  await page.getByRole('button', { name: '切换到浅色' }).or(page.getByRole('banner').getByRole('button').last()).first().click()
  await open(page, '#/label')
  await shoot(page, 'label-zh')
} finally {
  await browser.close()
  server.kill('SIGTERM')
}
