import { spawn, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { DeviceReport } from '../../src/shared/model/device.ts'
import type { ModelRecord } from '../../src/shared/model/modelRecord.ts'
import type { Run } from '../../src/shared/model/run.ts'
import { runHere } from '../support/commandLine.ts'
import { demoDataset } from '../support/demoDataset.ts'
import { entryFile } from '../support/entries.ts'
import { ask } from './webHarness.ts'
import { tinyConfig } from './coreHarness.ts'

// Most commands are a process of their own, and a slow machine runs many of them at once.
vi.setConfig({ testTimeout: 400_000, hookTimeout: 400_000 })
let folder: string
let project: string
let config: string
const children: ChildProcess[] = []

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'maskwright-cli-')))
  project = path.join(folder, 'project')
  config = path.join(folder, 'tiny.json')
  writeFileSync(config, JSON.stringify(tinyConfig(12)))
  await demoDataset({ folder: path.join(folder, 'shapes'), seed: 1, train: 8, val: 4 })
})
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Ended {
  code: number | null
  out: string
  err: string
}

function start(
  args: string[],
  onError: (text: string, child: ChildProcess) => void = () => undefined,
): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [entryFile('cli'), ...args], {
    cwd: folder,
    env: { ...process.env, MASKWRIGHT_STATE: path.join(folder, 'state') },
  })
  children.push(child)
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk) => (out += String(chunk)))
  child.stderr.on('data', (chunk) => {
    err += String(chunk)
    onError(err, child)
  })
  return { child, ended: new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err }))) }
}
const run = (...args: string[]) => start(args).ended
/** What another test asks of a process is asked here without one: its words, the project, and whatever it starts are the same. */
const here = (...args: string[]) => runHere(folder, args)
const json = <T>({ out }: Pick<Ended, 'out'>): T => JSON.parse(out) as T

/** A server on the project; answers once it says its address. */
async function serve(...args: string[]): Promise<{ child: ChildProcess; url: URL; ended: Promise<Ended> }> {
  const { child, ended } = start(['serve', ...args, '--json', '--port', '0'])
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout!.once('data', (chunk) => resolve(String(chunk)))
    void ended.then(({ err }) => reject(new Error(err)))
  })
  return { child, ended, url: new URL((JSON.parse(line) as { url: string }).url) }
}

describe('usage', () => {
  test('help is no error; a wrong command, option or value is 2', async () => {
    const help = await run('--help')
    expect(help.code).toBe(0)
    for (const name of ['import', 'export', 'train', 'resume', 'eval', 'config', 'predict', 'models', 'serve', 'doctor', 'demo', 'runs'])
      expect(help.out).toMatch(new RegExp(`^ {2}${name}\\b`, 'm'))
    const wrong = await run('trian')
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('Did you mean train?')])
    for (const words of ['train --nothing', 'serve --port x', 'import', 'models export --precision int4'])
      expect(await here(...words.split(' ')), words).toMatchObject({ code: 2 })
  })

  test('a failure is 1, with its code and a sentence, as JSON when asked', async () => {
    const plain = await run('runs', '--project', path.join(folder, 'nothing'))
    expect(plain.code).toBe(1)
    expect(plain.err).toMatch(/project\/not-found.*: there is no/)
    const asJson = await here('runs', '--project', path.join(folder, 'nothing'), '--json')
    expect(asJson.code).toBe(1)
    expect(json<{ error: { code: string } }>(asJson).error.code).toBe('project/not-found')
  })

  test('a host beyond this machine needs a name and a certificate', async () => {
    for (const words of ['serve --bind 0.0.0.0', 'serve --allow-host box', 'serve --tls-cert a.pem'])
      expect(await here(...words.split(' ')), words).toMatchObject({ code: 2, err: expect.stringContaining('input/invalid') as string })
  })
})

describe('configs', () => {
  const write = (name: string, text: string) => writeFileSync(path.join(folder, name), text)

  test('show merges presets, files and --set, and says where each value comes from', async () => {
    write('common.json', '{"bases": ["segformer-b0-quick"],\n "loop": {"logEvery": 7}}')
    write('mine.json', '{\n  "bases": ["common.json"],\n  "optimizer": {"lr": 0.5}\n}')
    const shown = await here('config', 'show', 'mine.json', '--set', 'loop.epochs=3', '--origins')
    expect([shown.code, shown.err]).toEqual([0, ''])
    const line = (key: string) => shown.out.split('\n').find((each) => each.startsWith(`${key} `))
    expect(line('optimizer.lr')).toMatch(/0\.5 +mine\.json:3:23$/)
    expect(line('loop.logEvery')).toMatch(/7 +common\.json:2:23$/)
    expect(line('loop.epochs')).toMatch(/3 +--set loop\.epochs=3$/)
    expect(line('model.variant')).toMatch(/"mit-b0" +preset segformer-b0-quick:\d+:\d+$/)
    expect(line('seed')).toMatch(/0 +default$/)
    const diff = await here('config', 'diff', 'segformer-b0-quick', 'mine.json', '--json')
    expect(json<{ differences: { path: string }[] }>(diff).differences.map((each) => each.path)).toEqual(['optimizer.lr', 'loop.logEvery'])
  })

  test('import makes one of a Python config, which show takes as it is', async () => {
    const source = path.join(import.meta.dirname, '../fixtures/mmseg/configs/segformer/segformer_b2_voc.py')
    const imported = await here('config', 'import', source, '--gpus', '2', '--out', 'imported.json', '--json')
    expect([imported.code, json<{ counts: { unsupported: number } }>(imported).counts.unsupported]).toEqual([0, 0])
    const shown = await here('config', 'show', 'imported.json', '--json')
    expect(json<{ data: { batchSize: number } }>(shown).data.batchSize).toBe(12)
    expect((await here('config', 'import', 'mine.json')).code).toBe(2)
  })

  test('every kind of mistake is 2 and names file, line and column; what cannot be read is 1', async () => {
    write('typo.json', '{\n  "optimizer": {"ler": 1}\n}')
    write('broken.json', '{"seed": 1,}')
    write('round.json', '{"bases": ["round.json"]}')
    write('lost.json', '{"bases": ["segformer-b0-quik"]}')
    write('huge.json', ' '.repeat(2 ** 20 + 1))
    writeFileSync(path.join(folder, 'latin.json'), Buffer.from([0x22, 0xe9, 0x22]))
    const files = ['typo.json', 'broken.json', 'round.json', 'lost.json', 'huge.json', 'latin.json', '../nowhere.json', 'segformer-b0-quik']
    const answers = []
    for (const name of files) answers.push(await here('config', 'show', name))
    expect(answers.map(({ code, err }) => [code, err.trim()])).toEqual([
      [2, expect.stringMatching(/typo\.json:2:17: optimizer\.ler: unknown key; did you mean "lr"\?/)],
      [2, expect.stringContaining('broken.json:1:11: a comma before "}"')],
      [2, expect.stringContaining('round.json -> round.json goes round in a circle')],
      [2, expect.stringMatching(/lost\.json:1:12: bases: there is no preset .* did you mean "segformer-b0-quick"/)],
      [1, expect.stringContaining('file/too-large')],
      [1, expect.stringContaining('no UTF-8')],
      [1, expect.stringContaining('file/not-found')],
      [2, expect.stringContaining('did you mean "segformer-b0-quick"')],
    ])
  })
})

describe('one project from import to prediction', () => {
  test('import makes the project; the export is the dataset, byte for byte', async () => {
    const imported = await run('import', 'shapes', '--project', project, '--json')
    expect(imported.code).toBe(0)
    expect(json(imported)).toMatchObject({ items: 12, problems: [] })
    for (const line of imported.err.trim().split('\n').filter(Boolean))
      expect(JSON.parse(line)).toMatchObject({ event: expect.any(String) as string })
    const exported = await run('export', 'out', '--project', project, '--json')
    expect([exported.code, json(exported)]).toMatchObject([0, { filesRewritten: 0 }])
    expect(treeHash(path.join(folder, 'out'))).toEqual(treeHash(path.join(folder, 'shapes')))
  })

  test('train, interrupted by Ctrl+C, then resume', async () => {
    let asked = false
    const { ended } = start(['train', config, '--project', project, '--set', 'loop.steps=60', '--json'], (err, child) => {
      if (!/"phase":"running".*"done":[5-9]/.test(err) || asked) return
      asked = true
      child.kill('SIGINT')
    })
    const stopped = await ended
    expect(stopped.code).toBe(130)
    const { run: first } = json<{ run: Run }>(stopped)
    expect(first).toMatchObject({ status: 'stopped', attempt: 1 })
    const resumed = await run('resume', String(first.number), '--project', project, '--json')
    expect(resumed.code).toBe(0)
    expect(json<{ run: Run }>(resumed).run).toMatchObject({ status: 'finished', step: 60, attempt: 2 })
  })

  test('the run keeps its config with the place of every value; config show and diff read it', async () => {
    const list = json<Run[]>(await here('runs', '--project', project, '--json'))
    const shown = json<{ origins: Record<string, { from: string; line: number | null }>; sources: { name: string }[] }>(
      await here('config', 'show', '#1', '--project', project, '--origins', '--json'),
    )
    expect(shown.origins['loop.steps']).toMatchObject({ from: 'set', name: 'loop.steps=60' })
    expect(shown.origins['model.variant']).toMatchObject({ from: 'file', line: 1 })
    expect(shown.sources.map((source) => source.name)).toEqual([path.basename(config), 'loop.steps'])
    const folderOfRun = path.join(project, 'runs', list[0]!.id)
    expect(JSON.parse(readFileSync(path.join(folderOfRun, 'config.origin.json'), 'utf8'))).toMatchObject({ origins: shown.origins })
    const diff = json<{ differences: { path: string }[] }>(await here('config', 'diff', '#1', config, '--project', project, '--json'))
    expect(diff.differences.map((difference) => difference.path)).toEqual(['loop.steps'])
  })

  test('a finished run goes on when it is made longer, and nothing else of it may change; --work-dir gets a copy', async () => {
    const wrong = await here('resume', '1', '--project', project, '--set', 'optimizer.lr=1')
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('cannot change while a run goes on')])
    const short = await here('resume', '1', '--project', project, '--set', 'loop.steps=50')
    expect([short.code, short.err]).toEqual([1, expect.stringContaining('run/not-resumable')])
    const longer = await run('resume', '1', '--project', project, '--set', 'loop.steps=64', '--work-dir', 'work', '--json')
    expect(json<{ run: Run }>(longer).run).toMatchObject({ status: 'finished', step: 64, totalSteps: 64, attempt: 3 })
    const copy = path.join(folder, 'work', 'run-1')
    expect(readdirSync(copy)).toEqual(expect.arrayContaining(['config.json', 'config.origin.json', 'log.jsonl', 'checkpoints']))
    expect(readdirSync(copy)).not.toContain('labels')
    expect(JSON.parse(readFileSync(path.join(copy, 'config.json'), 'utf8'))).toMatchObject({ loop: { steps: 64 } })
  })

  test('a base that is not there is a mistake of the file that names it', async () => {
    writeFileSync(path.join(folder, 'child.json'), '{\n  "bases": ["tinny.json"]\n}')
    const answer = await here('config', 'show', 'child.json')
    expect([answer.code, answer.err]).toEqual([
      2,
      expect.stringContaining('child.json:2:13: bases: tinny.json cannot be read; did you mean "tiny.json"?'),
    ])
    const preset = await here('config', 'show', 'demmo')
    expect([preset.code, preset.err]).toEqual([
      2,
      expect.stringMatching(/^config\/invalid: there is no preset "demmo".*did you mean "demo"\?/),
    ])
  })

  test('a misspelt key names the one that was meant and is 2', async () => {
    const answer = await here('train', '--project', project, '--set', 'optimizer.learningRate=1')
    expect(answer.code).toBe(2)
    expect(answer.err).toMatch(/config\/unknown-key.*optimizer\.learningRate/)
  })

  test('runs, eval, models, predict', async () => {
    const runs = await run('runs', '--project', project, '--json')
    expect(json<Run[]>(runs)).toHaveLength(1)
    const curves = json<{ split: string; name: string; points: number }[]>(await run('runs', 'curves', '1', '--project', project, '--json'))
    const loss = curves.find(({ split, name }) => split === 'train' && name === 'loss')!
    const csv = (await here('runs', 'curves', '1', '--curve', 'train/loss', '--project', project)).out.trim().split('\n')
    expect([csv[0], csv.length]).toEqual(['step,epoch,wallMs,value', loss.points + 1])
    expect(await here('runs', 'curves', '1', '--curve', 'train/los', '--project', project)).toMatchObject({ code: 2 })
    const scores = await run('eval', '--project', project, '--json')
    expect([scores.code, json(scores)]).toMatchObject([0, { items: 4 }])
    const exported = await run('models', 'export', '--project', project, '--json')
    const model = json<ModelRecord>(exported)
    expect(model.parity.passed).toBe(true)
    expect((await here('models', 'list', '--project', project)).out).toContain(model.name)
    const file = path.join(project, 'models', `${model.id}.onnx`)
    const picture = path.join(folder, 'shapes', 'JPEGImages', 'demo_0012.jpg')
    const predicted = await run('predict', file, picture, '--out', path.join(folder, 'predicted'), '--json')
    expect(predicted.code).toBe(0)
    const [result] = json<{ overlay: string; preview: string }[]>(predicted)
    expect([existsSync(result!.overlay), existsSync(result!.preview)]).toEqual([true, true])
    const twice = await here('predict', file, picture, picture, '--out', path.join(folder, 'twice'), '--json')
    expect(new Set(json<{ preview: string }[]>(twice).map(({ preview }) => preview)).size).toBe(2)
    expect((await here('predict', file, 'nothing.jpg')).code).toBe(1)
  })

  test('eval and predict look as their flags say', async () => {
    const [model] = json<ModelRecord[]>(await here('models', 'list', '--project', project, '--json'))
    const looks = ['--slide', '32', '--stride', '32', '--flip', '--scales', '0.5,1', '--average', 'logits']
    const plain = json<{ mIoU: number }>(await here('eval', '--project', project, '--json'))
    const scores = await here('eval', '--project', project, ...looks, '--json')
    expect([scores.code, json(scores)]).toMatchObject([0, { items: 4 }])
    expect(json<{ mIoU: number }>(scores).mIoU).not.toBe(plain.mIoU)
    const ofModel = await here('eval', '--project', project, '--model', model!.name, ...looks, '--json')
    expect(json<{ mIoU: number }>(ofModel).mIoU).toBeCloseTo(json<{ mIoU: number }>(scores).mIoU, 2)
    const picture = path.join(folder, 'shapes', 'JPEGImages', 'demo_0012.jpg')
    const predicted = await here('predict', model!.name, picture, '--project', project, '--out', path.join(folder, 'looks'), ...looks)
    expect([predicted.code, existsSync(path.join(folder, 'looks', 'demo_0012.index.png'))]).toEqual([0, true])
    const wrong: [flags: string[], said: string][] = [
      [['--stride', '32'], '--stride: only with --slide'],
      [['--slide', '32', '--stride', '64'], '--stride: a stride beyond the window'],
      [['--slide', '50'], '--slide: Invalid number: must be a multiple of 32'],
      [['--scales', '0.5,x'], 'numbers, separated by commas, are expected'],
      [['--scales', '9'], '--scales: Too big'],
      [['--average', 'mean'], 'Allowed choices are probabilities, logits'],
    ]
    for (const [flags, said] of wrong) {
      const refused = await here('eval', '--project', project, ...flags)
      expect([refused.code, refused.err], flags.join(' ')).toEqual([2, expect.stringContaining(said) as string])
    }
  })

  test('a run is packed and unpacked elsewhere', async () => {
    const pack = path.join(folder, 'run.zip')
    expect((await run('runs', 'export', '1', '--project', project, '--out', pack)).code).toBe(0)
    const other = path.join(folder, 'elsewhere')
    expect((await here('import', 'shapes', '--project', other)).code).toBe(0)
    const adopted = await run('runs', 'import', pack, '--project', other, '--json')
    expect([adopted.code, json(adopted)]).toMatchObject([0, { number: 1 }])
    expect(json<Run[]>(await here('runs', '--project', other, '--json'))).toMatchObject([{ number: 1, step: 64 }])
    expect(await here('runs', 'import', pack, '--project', other)).toMatchObject({
      code: 1,
      err: expect.stringContaining('run/exists') as string,
    })
  })

  test('a run that failed, or was never validated: one object on stdout, and a way on', async () => {
    const wrong = await here('train', '--project', project, config, '--set', 'data.trainSplits=["nowhere"]')
    expect([wrong.code, wrong.err]).toEqual([
      1,
      expect.stringContaining('labelled pictures are in train (8), trainval (12), val (4)') as string,
    ])
    // Pictures of its own: one of them is taken away below.
    cpSync(path.join(folder, 'shapes'), path.join(folder, 'apart'), { recursive: true })
    const alone = path.join(folder, 'alone')
    expect((await here('import', 'apart', '--project', alone)).code).toBe(0)
    const flags = ['--set', 'loop.steps=2', '--set', 'data.valSplits=["nowhere"]']
    const trained = await run('train', '--project', alone, config, ...flags, '--json')
    expect([trained.code, trained.err]).toEqual([0, expect.stringContaining('nothing is validated') as string])
    const exported = await here('models', 'export', '--project', alone, '--json')
    expect([exported.code, json<ModelRecord>(exported).parity.passed]).toEqual([0, true])
    rmSync(path.join(folder, 'apart', 'JPEGImages', 'demo_0001.jpg'))
    const failed = await run('train', '--project', alone, config, '--json')
    expect(failed.code).toBe(1)
    expect(json<{ run: Run }>(failed).run.error).toMatchObject({ code: 'file/not-found' })
    expect(failed.err).toContain('"event":"error"')
  })
})

describe('a project that a studio has open', () => {
  test('commands are asked of that studio; a second serve answers with an address of the first', async () => {
    const server = await serve(project)
    const listed = await run('runs', '--project', project, '--json')
    expect([listed.code, json<Run[]>(listed).length]).toEqual([0, 1])
    const trained = await run('train', config, '--project', project, '--json')
    expect(trained.code).toBe(0)
    expect(json<{ run: Run }>(trained).run).toMatchObject({ number: 2, status: 'finished' })
    const second = await run('serve', project, '--json')
    expect(second.code).toBe(0)
    const other = new URL(json<{ url: string }>(second).url)
    expect(other.port).toBe(server.url.port)
    for (const url of [server.url, other])
      expect((await ask(Number(url.port), `${url.pathname}${url.search}`, { host: url.host })).status).toBe(303)
    server.child.kill('SIGINT')
    expect((await server.ended).code).toBe(0)
    // The lock is free again.
    expect((await run('runs', '--project', project)).code).toBe(0)
  })

  test('a studio that was killed leaves no lock behind', async () => {
    const server = await serve(project)
    server.child.kill('SIGKILL')
    await server.ended
    expect((await run('runs', '--project', project)).code).toBe(0)
  })
})

test('doctor says what there is, and nothing that is missing makes it fail', async () => {
  const answer = await run('doctor', '--json')
  expect(answer.code).toBe(0)
  const report = json<DeviceReport & { disk: { freeBytes: number } }>(answer)
  expect(report.providers.find(({ name }) => name === 'cpu')).toMatchObject({ usable: true, software: false })
  expect(report.tfjs.state).not.toBe('')
  expect(report.electron.state).not.toBe('')
  expect(report.versions['onnxruntime-node']).toMatch(/^\d/)
  expect(report.disk.freeBytes).toBeGreaterThan(0)
})

/** Names and contents of a folder. */
function treeHash(root: string): Record<string, string> {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return Object.fromEntries(
    files
      .map((file) => path.join(file.parentPath, file.name))
      .map((file) => [path.relative(root, file), createHash('sha256').update(readFileSync(file)).digest('hex')] as const)
      .sort(),
  )
}

test('a training that its health watch pauses ends the command with the reason', async () => {
  const still = ['schedule.warmup={"type":"constant","length":50,"factor":0}', 'hooks=[{"type":"health","window":5}]', 'loop.steps=60']
  const paused = await run('train', config, '--project', project, ...still.flatMap((set) => ['--set', set]))
  expect([paused.code, paused.err]).toEqual([1, expect.stringContaining('run/unhealthy')])
})
