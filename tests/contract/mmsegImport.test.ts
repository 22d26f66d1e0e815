import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createOutput } from '../../src/main/cli/output.ts'
import { importConfigCommand, type ImportConfigOptions } from '../../src/main/cli/pythonConfig.ts'
import { loadPreset, readPresetTexts } from '../../src/main/services/runs/presets.ts'
import { AppError } from '../../src/shared/errors.ts'
import type { ImportNote } from '../../src/shared/formats/mmengine/map/account.ts'
import { checkTrainConfig, orThrow, requireTrainConfig } from '../../src/shared/model/trainConfigParse.ts'

const installFolder = path.resolve(import.meta.dirname, '../..')
const configs = path.join(import.meta.dirname, '../fixtures/mmseg/configs')
let folder: string

beforeAll(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'maskwright-mmseg-')))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Answer {
  readonly out: string | null
  readonly files: string[]
  readonly counts: Record<string, number>
  readonly config: unknown
  readonly notes: ImportNote[]
}

async function say(file: string, options: Partial<ImportConfigOptions>, json: boolean): Promise<{ out: string; err: string }> {
  const [out, err] = [new PassThrough(), new PassThrough()]
  const output = createOutput(json, out as unknown as NodeJS.WriteStream, err as unknown as NodeJS.WriteStream)
  await importConfigCommand(output, file, { gpus: 1, ...options })
  const text = (stream: PassThrough) => String((stream.read() as Buffer | null) ?? '')
  return { out: text(out), err: text(err) }
}
const ask = async (file: string, options: Partial<ImportConfigOptions> = {}) => JSON.parse((await say(file, options, true)).out) as Answer

function write(name: string, text: string): string {
  const file = path.join(folder, name)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, text)
  return file
}
const failure = (file: string, options: Partial<ImportConfigOptions> = {}) =>
  ask(file, options).then(
    () => 'no error',
    (error: unknown) => (error instanceof AppError ? `${error.code} ${error.message}` : `not an AppError: ${String(error)}`),
  )

describe('the experiment on VOC, written for MMSegmentation on three levels', () => {
  test.each([
    ['segformer_b2_voc.py', 'segformer-b2-voc-v1'],
    ['segformer_b2_voc_focal_dice.py', 'segformer-b2-voc-v2-final'],
  ])('%s is %s, and names the weights that the preset leaves open', async (file, preset) => {
    const answer = await ask(path.join(configs, 'segformer', file), { gpus: 3 })
    const { node } = await loadPreset(await readPresetTexts(installFolder), preset)
    const wanted = orThrow(checkTrainConfig(node)).config
    const { weights, ...rest } = requireTrainConfig(answer.config)
    expect(rest).toEqual({ ...wanted, weights: undefined })
    expect(weights?.file).toBe('checkpoints/mit_b2_converted_from_hf.pth')
    expect(answer.counts['unsupported']).toBe(0)
    expect(answer.notes.filter(({ status }) => status === 'approximated').map(({ from }) => from)).toEqual(
      expect.arrayContaining(['model.decode_head.type', 'train_dataloader.batch_size', 'val_dataloader.dataset']),
    )
  })

  test('every note names a file, a line and a column that are there', async () => {
    const { notes, files } = await ask(path.join(configs, 'segformer/segformer_b2_voc_focal_dice.py'))
    expect(files.map((file) => path.basename(file))).toEqual([
      'segformer.py',
      'voc.py',
      'voc_aug.py',
      'runtime.py',
      'segformer_b2_voc.py',
      'segformer_b2_voc_focal_dice.py',
    ])
    for (const { from, place } of notes) {
      const [, file, line, column] = /^(.+):(\d+):(\d+)$/.exec(place) ?? []
      expect(readFileSync(file!, 'utf8').split('\n')[Number(line) - 1]!.length, `${from} at ${place}`).toBeGreaterThanOrEqual(
        Number(column),
      )
    }
  })
})

describe('the command', () => {
  const network =
    "model = dict(type='EncoderDecoder', backbone=dict(type='MixVisionTransformer'), decode_head=dict(type='SegformerHead', channels=256))"

  test('writes a config that is valid as it stands, and says what became of the file', async () => {
    const file = write('one/cfg.py', `import os\n${network}\nload_from = '{{ fileDirname }}/w.pth'\ntrain_cfg = dict(max_epochs=5)\n`)
    const target = path.join(folder, 'cfg.json')
    const { out, err } = await say(file, { out: target }, false)
    expect(err).toBe('')
    expect(out).toMatch(/not read \(1\):\n.*cfg\.py:1:1 +"import" is not run/)
    expect(out).toContain(`train with maskwright train ${target}`)
    const text = readFileSync(target, 'utf8')
    expect(requireTrainConfig(JSON.parse(text))).toMatchObject({ loop: { epochs: 5 }, weights: { file: path.join(folder, 'one/w.pth') } })
    expect(text).toContain('"validateEvery": { "unit": "epoch", "every": 1 }')
    expect(await failure(file, { out: target })).toMatch(/^input\/invalid .*is there already/)
    expect(await failure(file, { out: path.join(folder, 'nowhere/cfg.json') })).toMatch(/^disk\/failed/)
  })

  test('without a target the config goes where it can be piped, the report beside it', async () => {
    const { out, err } = await say(write('one/plain.py', network), {}, false)
    expect(requireTrainConfig(JSON.parse(out))).toMatchObject({ model: { type: 'segformer' } })
    expect(err).toContain('approximated (')
  })

  test('a name that a base has already used keeps its old value there, which is said', async () => {
    write(
      'late/_base_.py',
      `crop = (64, 64)\npipeline = [dict(type='RandomCrop', crop_size=crop)]\ntrain_dataloader = dict(dataset=dict(type='D', ann_file='t.txt', pipeline=pipeline))\n${network}`,
    )
    const { config, notes } = await ask(write('late/cfg.py', "_base_ = './_base_.py'\ncrop = (128, 128)\n"))
    expect(requireTrainConfig(config).data.cropSize).toEqual([64, 64])
    expect(notes.filter(({ from }) => from === 'crop').map(({ reason, place }) => `${place.split(':')[1]} ${reason}`)).toContain(
      '2 what the bases have built from it keeps its old value, as in mmengine',
    )
  })

  test('bases lie beside the file or under the folder above it, wherever links lead', async () => {
    write('secret/out.py', 'stolen = 1')
    write('tree/_base_/model.py', network)
    const inside = write('tree/exp/ok.py', "_base_ = '../_base_/model.py'")
    expect(await failure(inside)).toBe('no error')
    const outside = write('tree/exp/up.py', "_base_ = ['../_base_/model.py', '../../secret/out.py']")
    expect(await failure(outside)).toMatch(
      /^config\/invalid .*up\.py:1:33: _base_: "\.\.\/\.\.\/secret\/out\.py" lies outside of .*tree; --root/,
    )
    expect(await failure(outside, { root: folder })).toBe('no error')
    symlinkSync(path.join(folder, 'secret/out.py'), path.join(folder, 'tree/exp/link.py'))
    expect(await failure(write('tree/exp/linked.py', "_base_ = 'link.py'"))).toContain('lies outside of')
    expect(await failure(write('tree/exp/absolute.py', `_base_ = '${path.join(folder, 'secret/out.py')}'`))).toContain('lies outside of')
  })

  test.each([
    ["_base_ = 'gone.py'", /^config\/invalid .*:1:10: _base_: .*gone\.py cannot be read/],
    ["_base_ = 'cfg.yaml'", /"cfg\.yaml" is no \.py file/],
    ["_base_ = 'mmseg::_base_/default_runtime.py'", /is in a Python package, which is not looked for/],
    ["_base_ = '.py'", /cannot be read/],
    ["_base_ = 'self.py'", /goes round in a circle/],
    ['model = (', /^config\/invalid .*:1:9: "\(" is never closed/],
  ])('%s is refused with its place', async (text, sentence) => {
    expect(await failure(write('bad/exp/self.py', text))).toMatch(sentence)
  })

  test('what is no text, no file, or too large is refused', async () => {
    mkdirSync(path.join(folder, 'folder.py'))
    expect(await failure(path.join(folder, 'folder.py'))).toMatch(/^file\/unreadable/)
    expect(await failure(path.join(folder, 'none.py'))).toMatch(/^file\/not-found/)
    expect(await failure(write('big.py', '#'.repeat(2 ** 21 + 1)))).toMatch(/^file\/too-large/)
    expect(await failure(write('long.py', '#'.repeat(2 ** 20)))).toMatch(/^config\/invalid .*characters long/)
    const latin = path.join(folder, 'latin.py')
    writeFileSync(latin, Buffer.from([0x61, 0x3d, 0x22, 0xe9, 0x22]))
    expect(await failure(latin)).toMatch(/^file\/unreadable .*no UTF-8/)
    expect(await failure(write('one/ok.py', network), { gpus: 0 })).toMatch(/^input\/invalid --gpus/)
  })
})
