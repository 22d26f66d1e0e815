import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { AssistWindow } from '../src/shared/model/assist.ts'
import { openBare, writeOfficial, type Bare, type SamFiles } from './assistBare.ts'
import { measurePage } from './assistPage.ts'
import { openAssistStudio, type AssistProject, type AssistStudio, type Click } from './assistStudio.ts'
import { quantile } from './quantile.ts'
import { root } from './studioServer.ts'

const shippedFolder = path.join(root, 'resources/sam')
/** A runtime's threads keep looking for work for a while after a run: what is measured next must not share the machine with them. */
const restMs = 40
/** The first ones warm the caches of all. */
const warmUps = 5

interface Setting {
  readonly clicks: number
  readonly side: number
  readonly threads: number
}

/**
 * A click on a picture whose embedding is ready, through page contract, host and compute process to the mask as RLE, and in a browser to the painted mask,
 * beside the same decoder run bare by ONNX Runtime; turn by turn, so that the machine is the same. Once with the small SAM that ships, once with the
 * official decoder and random weights.
 */
export async function assistBench(argv: string[]): Promise<void> {
  const { values } = parseArgs({
    args: argv,
    options: {
      clicks: { type: 'string', default: '60' },
      side: { type: 'string', default: '1024' },
      'shipped-only': { type: 'boolean', default: false },
      'no-page': { type: 'boolean', default: false },
    },
  })
  const setting = { clicks: Number(values.clicks), side: Number(values.side), threads: Math.min(availableParallelism(), 16) }
  const { clicks, side, threads } = setting
  print(`picture ${side} x ${side}, ${clicks} clicks, ${threads} threads; in turn, with a rest of ${restMs} ms after each`)
  print(
    'bare: the decoder alone in ONNX Runtime, with the options, the threads and the size of embedding that the studio has. As the file is, it',
  )
  print(
    'enlarges four masks to the size of what is looked at, as numbers; as the studio loads it, they stay small, and the studio makes runs of pixels of them.',
  )
  const folder = mkdtempSync(path.join(tmpdir(), 'maskwright-bench-assist-'))
  try {
    const shipped = { encoderFile: path.join(shippedFolder, 'encoder.onnx'), decoderFile: path.join(shippedFolder, 'decoder.onnx') }
    const withPage = !values['no-page'] && existsSync(path.join(root, 'out/main/cli.js'))
    if (!withPage) print('no browser: that needs the studio built, and no --no-page')
    await compare('the small SAM that ships', path.join(folder, 'shipped'), shipped, setting, withPage)
    if (values['shipped-only']) return
    await compare('the official decoder, random weights', path.join(folder, 'official'), writeOfficial(path.join(folder, 'model')), setting)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function compare(title: string, folder: string, files: SamFiles, setting: Setting, withPage = false): Promise<void> {
  const bare = await openBare({ ...files, threads: setting.threads })
  print(`\n${title}`)
  try {
    const project = await compareContract(folder, files, bare, setting)
    if (withPage) await comparePage(folder, project, bare, setting)
  } finally {
    bare.close()
  }
}

async function compareContract(folder: string, files: SamFiles, bare: Bare, setting: Setting): Promise<AssistProject> {
  const studio = await openAssistStudio(folder, files, setting.side)
  try {
    const quarter = Math.round(setting.side / 4)
    await compareLook('the whole picture', bare, studio, setting, null)
    await compareLook('zoomed in', bare, studio, setting, [quarter, quarter, 3 * quarter, 3 * quarter])
    await measureHurries(studio, setting)
    return studio
  } finally {
    await studio.close()
  }
}

async function comparePage(folder: string, project: AssistProject, bare: Bare, { clicks, side }: Setting): Promise<void> {
  const runBare = (): Promise<number> => bare.run({ which: 'whole', x: side / 2, y: side / 2, side })
  const { paintedMs, bareMs } = await measurePage(folder, project, { clicks, warmUps, restMs, runBare })
  print('  in a browser, the whole picture: Chromium at 1440x900, without a graphics card')
  row('decoder, bare, as the file is', bareMs)
  row('click to painted mask', paintedMs)
  ratio('click / bare decoder as the file is', paintedMs, bareMs)
}

const clickAt = (i: number, [x0, y0, x1, y1]: AssistWindow): Click => ({
  x: x0 + ((i * 37) % (x1 - x0)) + 0.5,
  y: y0 + ((i * 53) % (y1 - y0)) + 0.5,
  positive: true,
})

async function compareLook(
  name: string,
  bare: Bare,
  studio: AssistStudio,
  { clicks, side }: Setting,
  window: AssistWindow | null,
): Promise<void> {
  const seen = window ?? [0, 0, side, side]
  const seenSide = seen[2] - seen[0]
  await studio.prepare(window)
  const firstMs = await timed(() => studio.click(clickAt(0, seen), window))
  const times = { whole: [] as number[], small: [] as number[], decode: [] as number[], all: [] as number[] }
  for (let i = 0; i < clicks + warmUps; i++) {
    const at = clickAt(i, seen)
    const inside = { x: at.x - seen[0], y: at.y - seen[1] }
    const whole = await rested(bare.run({ ...inside, which: 'whole', side: seenSide }))
    const small = await rested(bare.run({ ...inside, which: 'small', side: seenSide }))
    let decode = 0
    const all = await rested(timed(async () => (decode = await studio.click(at, window))))
    if (i < warmUps) continue
    times.whole.push(whole)
    times.small.push(small)
    times.decode.push(decode)
    times.all.push(all)
  }
  print(`  ${name}, ${seenSide} x ${seenSide}; the very first click, at once when it is ready: ${firstMs.toFixed(0)} ms`)
  row('decoder, bare, as the file is', times.whole)
  row('decoder, bare, as the studio loads it', times.small)
  row('decoder and masks in the compute process', times.decode)
  row('click to mask through the page contract', times.all)
  ratio('click / bare decoder as the file is', times.all, times.whole)
  ratio('click / bare decoder as the studio loads it', times.all, times.small)
}

/** Clicks that come while another question is under way that nobody waits for any more, as after a look in passing or a click before. */
async function measureHurries(studio: AssistStudio, { clicks, side }: Setting): Promise<void> {
  const ms: number[] = []
  for (let i = 0; i < clicks; i++) {
    const at = clickAt(i, [0, 0, side, side])
    const leaving = new AbortController()
    const passed = studio.click({ ...at, x: side - at.x }, null, leaving.signal).catch(() => undefined)
    await sleep(i % 12)
    leaving.abort()
    ms.push(await timed(() => studio.click(at, null)))
    await passed
    await sleep(restMs)
  }
  row('click that follows another at 0 to 11 ms', ms)
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

async function rested(ms: Promise<number>): Promise<number> {
  const took = await ms
  await sleep(restMs)
  return took
}

const print = (line: string): void => void process.stdout.write(`${line}\n`)

const row = (what: string, ms: readonly number[]): void =>
  print(
    `  ${what.padEnd(46)} p50 ${quantile(ms, 0.5).toFixed(1).padStart(7)}  p95 ${quantile(ms, 0.95).toFixed(1).padStart(7)}  most ${Math.max(...ms).toFixed(0)} ms`,
  )

const ratio = (what: string, ms: readonly number[], than: readonly number[]): void =>
  print(
    `  ${`${what}:`.padEnd(46)} ${(quantile(ms, 0.5) / quantile(than, 0.5)).toFixed(2)} (p50), ${(quantile(ms, 0.95) / quantile(than, 0.95)).toFixed(2)} (p95)`,
  )
