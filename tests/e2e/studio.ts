import AxeBuilder from '@axe-core/playwright'
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { setPriority, tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { expect, type Locator, type Page } from 'playwright/test'
import { en, zhCN, type Messages } from '../../src/renderer/i18n/messages.ts'
import { demoDataset } from '../support/demoDataset.ts'

const root = path.resolve(import.meta.dirname, '../..')
const cli = path.join(root, 'out/main/cli.js')

export type Language = 'en' | 'zh-CN'
export const textsOf = (language: Language): Messages => (language === 'en' ? en : zhCN)

/** A project over the generated dataset, imported once for all tests of this process; answers with its folder. */
let shapes: Promise<string> | undefined
async function importOnce(): Promise<string> {
  const place = new Workplace()
  process.once('exit', () => rmSync(place.folder, { recursive: true, force: true }))
  await place.dataset('shapes')
  await place.command('project', 'import', 'shapes')
  return place.path('project')
}

/** A folder of its own for one spec: the state of the user, projects and datasets. */
export class Workplace {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'maskwright-e2e-'))
  #server: ChildProcess | null = null

  path(...parts: string[]): string {
    return path.join(this.folder, ...parts)
  }

  /** The one project folder that was made in here. */
  project(): string {
    const found = readdirSync(this.folder).filter((name) => existsSync(this.path(name, 'project.db')))
    if (found.length !== 1) throw new Error(`${found.length} projects in ${this.folder}`)
    return found[0]!
  }

  /** The generated VOC dataset, small. */
  async dataset(name: string, train = 10, val = 4): Promise<void> {
    await demoDataset({ folder: this.path(name), seed: 7, train, val })
  }

  /** A project over that dataset, as the page imports it (wholePath does); answers with its name. */
  async shapesProject(): Promise<string> {
    shapes ??= importOnce()
    cpSync(await shapes, this.path('project'), { recursive: true })
    return 'project'
  }

  /** Runs a command on a project, which is made if there is none. */
  async command(project: string, ...words: string[]): Promise<void> {
    const env = { ...process.env, MASKWRIGHT_STATE: this.path('state') }
    await promisify(execFile)(process.execPath, [cli, ...words, '--project', this.path(project)], { cwd: this.folder, env })
  }

  copyProject(from: string, to: string): void {
    cpSync(this.path(from), this.path(to), { recursive: true })
  }

  /** Starts `maskwright serve`, with a project or without; answers with the one-time address. */
  async serve(project?: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
    const args = [cli, 'serve', ...(project ? [this.path(project)] : []), '--port', '0', '--root', this.folder, '--json']
    const server = spawn(process.execPath, args, {
      cwd: root,
      env: { ...process.env, ...env, MASKWRIGHT_STATE: this.path('state') },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#server = server
    let words = ''
    server.stderr.on('data', (chunk: Buffer) => (words += chunk.toString('utf8')))
    for await (const line of createInterface(server.stdout)) {
      const event = JSON.parse(line) as { event: string; url?: string }
      if (event.event === 'serving' && event.url) return event.url
    }
    throw new Error(`the server did not start: ${words}`)
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const server = this.#server
    this.#server = null
    if (!server || server.exitCode !== null) return
    const gone = once(server, 'exit')
    server.kill(signal)
    await gone
  }

  /** The process that trains, while there is one. */
  trainingPid(): number | null {
    return this.childPids(/^training$/)[0] ?? null
  }

  /** While pages are looked at beside a training, it takes what they leave of the processors. */
  letTrainingYield(): void {
    const pid = this.trainingPid()
    if (pid !== null) yieldToOthers(pid)
  }

  /** The processes of such a name. */
  childPids(wanted: RegExp): number[] {
    const folder = this.path('state', 'children')
    return readdirSync(folder).flatMap((file) => {
      try {
        const { pid, name } = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as { pid: number; name: string }
        return wanted.test(name) ? [pid] : []
      } catch {
        // It is being written, or its process has just ended.
        return []
      }
    })
  }

  async close(): Promise<void> {
    await this.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** Lowers the priority of a process: each of its threads, and its group where the system schedules groups. */
function yieldToOthers(pid: number): void {
  if (process.platform !== 'linux') return
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`)) setPriority(Number(thread), 10)
    writeFileSync(`/proc/${pid}/autogroup`, '10')
  } catch {
    // It has just ended, or the system has no such groups.
  }
}

/** Opens the studio in the wanted language; every error of the page fails the spec through `page.on`. */
export async function openStudio(page: Page, url: string, language: Language): Promise<void> {
  await page.goto(url)
  const wanted = textsOf(language)
  const other = textsOf(language === 'en' ? 'zh-CN' : 'en')
  await page.getByRole('navigation', { name: new RegExp(`^(${wanted.frame.nav}|${other.frame.nav})$`) }).waitFor()
  const toWanted = page.getByRole('button', { name: language === 'en' ? wanted.frame.toEnglish : wanted.frame.toChinese })
  if (await toWanted.isVisible()) await toWanted.click()
  await expect(page.locator('html')).toHaveAttribute('lang', language)
}

/** Walks the folder dialog from the roots to the folder named by `names`, and chooses it. */
export async function chooseFolder(page: Page, names: readonly string[], choose: string): Promise<void> {
  const dialog = page.getByRole('dialog').last()
  for (const name of names) await dialog.getByRole('listitem').getByRole('button', { name, exact: false }).first().click()
  await dialog.getByRole('button', { name: choose, exact: true }).click()
}

/** Opens a project over the generated dataset, with its pictures before one. */
export async function openShapes(page: Page, place: Workplace, language: Language): Promise<void> {
  await openStudio(page, await place.serve(await place.shapesProject()), language)
  await expectShapes(page, textsOf(language))
}

const expectShapes = (page: Page, text: Messages): Promise<void> =>
  expect(page.getByRole('listbox', { name: text.datasets.grid }).getByRole('option')).toHaveCount(14, { timeout: 60_000 })

/** Imports the dataset in the folder 'shapes' into a new project. */
export async function importShapes(page: Page, text: Messages): Promise<void> {
  await page.getByRole('button', { name: text.start.doors.dataset.title }).click()
  await chooseFolder(page, ['shapes'], text.start.folders.choose)
  await page.getByRole('button', { name: text.start.newProject.createImport }).click()
  await expectShapes(page, text)
}

/** Notices of the page; each is read out once more beside them, for a moment. */
export const noticesOf = (page: Page, text: Messages): Locator =>
  page.getByRole('region', { name: new RegExp(`^${text.common.notifications}`) })

/** The launch form over the open dataset, with a preset chosen. */
export async function openLaunchForm(
  page: Page,
  text: Messages,
  preset: keyof Messages['experiments']['launch']['presets'],
): Promise<Locator> {
  const { launch } = text.experiments
  await page.getByRole('navigation').first().getByRole('link', { name: text.frame.experiments, exact: true }).click()
  await page.getByRole('button', { name: text.experiments.newRun }).first().click()
  const dialog = page.getByRole('dialog', { name: launch.title })
  await dialog.getByRole('combobox', { name: launch.preset }).click()
  await page.getByRole('option', { name: launch.presets[preset].name }).click()
  return dialog
}

/** Types a value into a box of the form and leaves it. */
export async function typeInto(box: Locator, value: string): Promise<void> {
  await box.fill(value)
  await box.press('Tab')
}

/** A sentence of the catalogue with its facts in place. */
export const filled = (sentence: string, facts: Record<string, string | number>): string =>
  sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(facts[name]))

/** The same sentence with whatever facts. */
export const pattern = (sentence: string): RegExp =>
  new RegExp(
    sentence
      .split(/\{\w+\}/)
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.+'),
  )

/** A picture of the page in the folder MASKWRIGHT_SHOTS, where that is set: for people to look at. */
export async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env['MASKWRIGHT_SHOTS']
  if (folder) await page.screenshot({ path: path.join(folder, `${name}.png`) })
}

/** While axe looks, the styles it tries to set on the page are refused by the policy; those are not the studio's. */
let axeRuns = false

/** axe finds nothing on the page as it stands, WCAG 2 A and AA up to 2.2. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  // Colours are compared once transitions are over.
  await page.waitForTimeout(250)
  axeRuns = true
  // The studio has no frames: one run in the page itself finds what the run in parts and a second page would find, in a fifth of the time.
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode()
    .options({ resultTypes: ['violations'] })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze()
  axeRuns = false
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(' | ')}`)
  expect(found, `axe on ${what}`).toEqual([])
}

/** Errors of the page and broken policies, collected from the first moment. */
export function watchErrors(page: Page): string[] {
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' && !axeRuns && /Content Security Policy|Uncaught|\[Vue warn\]/i.test(message.text()))
      errors.push(`${message.text()} (${message.location().url}:${message.location().lineNumber})`)
  })
  return errors
}

export const dragOn = async (page: Page, target: Locator, from: [number, number], to: [number, number]): Promise<void> => {
  const box = await target.boundingBox()
  if (!box) throw new Error('nothing to drag on')
  await page.mouse.move(box.x + box.width * from[0], box.y + box.height * from[1])
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * ((from[0] + to[0]) / 2), box.y + box.height * ((from[1] + to[1]) / 2))
  await page.mouse.move(box.x + box.width * to[0], box.y + box.height * to[1])
  await page.mouse.up()
}
