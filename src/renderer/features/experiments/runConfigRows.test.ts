import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { assign } from '../../../shared/model/config/assign.ts'
import { jsonOf, nodeOf, traced } from '../../../shared/model/config/node.ts'
import { nowhere } from '../../../shared/model/config/origin.ts'
import { trainConfigJsonSchema } from '../../../shared/model/trainConfig.ts'
import { checkTrainConfig, orThrow } from '../../../shared/model/trainConfigParse.ts'
import { setLocale } from '../../i18n/i18n.ts'
import { configRows, visibleRows, type ConfigRow, type StoredConfig } from './runConfigRows.ts'
import { originAt } from './valueOrigin.ts'

const schema = trainConfigJsonSchema()
const presetNode = nodeOf(
  { optimizer: { type: 'adamw', lr: 0.002 }, data: { cropSize: [64, 96], train: [{ type: 'RandomCrop', size: '${data.cropSize}' }] } },
  { ...nowhere('preset', 'tiny'), line: 3, column: 1 },
)
const preset = orThrow(checkTrainConfig(presetNode)).config
function stored(change: (config: Record<string, unknown>) => unknown, ...sets: string[]): StoredConfig {
  const page = traced(presetNode, change(structuredClone(jsonOf(presetNode)) as Record<string, unknown>), nowhere('page'))
  const { config, origins } = orThrow(checkTrainConfig(sets.reduce(assign, page)))
  return { config, origins, preset }
}
const rowsOf = (config: StoredConfig): ConfigRow[] => configRows(schema, config).flatMap((section) => section.rows)
const rowAt = (config: StoredConfig, path: string): ConfigRow => rowsOf(config).find((row) => row.path === path)!

beforeEach(() => setLocale('en'))
afterEach(() => setLocale('en'))

describe('the stored config of a run', () => {
  const faster = stored((config) => ({ ...config, optimizer: { type: 'adamw', lr: 0.01 } }), 'loop.epochs=3')

  it('says of every value where it was given', () => {
    expect(rowAt(faster, 'optimizer.lr')).toMatchObject({ value: '0.01', origin: 'changed in the form', isDefault: false })
    expect(rowAt(faster, 'loop.epochs')).toMatchObject({ origin: '--set loop.epochs=3' })
    expect(rowAt(faster, 'data.cropSize')).toMatchObject({ value: '64, 96 px', origin: 'preset tiny:3' })
    expect(rowAt(faster, 'data.train.0.size')).toMatchObject({ value: '64, 96 px', origin: 'preset tiny:3, as Crop size' })
    expect(rowAt(faster, 'data.batchSize')).toMatchObject({ origin: 'default', isDefault: true })
    expect(rowsOf(faster).filter((row) => row.origin === '')).toEqual([])
  })
  it('marks what differs from the preset, with what the preset has', () => {
    expect(
      rowsOf(faster)
        .filter((row) => row.changed)
        .map(({ path, before }) => [path, before]),
    ).toEqual([
      ['optimizer.lr', '0.002'],
      ['loop.epochs', '20 epochs'],
    ])
    expect(rowAt(faster, 'loop.validateEvery').value).toBe('every epoch')
  })
  it('tells another list as a whole', () => {
    const longer = stored((config) => ({ ...config, data: { ...(config['data'] as object), train: [{ type: 'RandomFlip' }] } }))
    expect(rowAt(longer, 'data.train')).toMatchObject({ value: 'Random flip', before: 'Random crop', origin: 'changed in the form' })
    expect(rowAt(longer, 'data.train.0')).toMatchObject({ label: '1', value: 'Random flip', head: true, changed: false })
  })
  it('calls a part by its file', () => {
    const started = stored((config) => ({ ...config, weights: { file: '/data/mit_b0.pth' } }))
    expect(rowAt(started, 'weights')).toMatchObject({ value: 'mit_b0.pth', before: 'no', changed: true })
    expect(rowAt(faster, 'weights').value).toBe('no')
  })
  it('explains a value that is not there', () => {
    expect(rowAt(faster, 'data.val')).toMatchObject({ value: 'none', help: expect.stringContaining('Empty: ') as string })
    expect(rowAt(faster, 'data.batchSize').help).toBe('')
  })
  it('counts what a --set changed where there is no preset', () => {
    const bare = { ...faster, preset: null }
    expect(
      rowsOf(bare)
        .filter((row) => row.changed)
        .map(({ path }) => path),
    ).toEqual(['loop.epochs'])
  })
  it('shows what is wanted under the heads it lies in', () => {
    const seeded = stored((config) => config, 'hooks=[{"type":"health","window":9}]')
    const paths = (shown: 'given' | 'changed') =>
      visibleRows(configRows(schema, seeded), shown).flatMap(({ rows }) => rows.map((row) => row.path))
    expect(paths('changed')).toEqual(['hooks'])
    expect(paths('given')).toEqual(
      expect.arrayContaining(['hooks', 'hooks.0', 'hooks.0.window', 'data.train', 'data.train.0', 'data.train.0.size', 'optimizer.lr']),
    )
    expect(paths('given')).not.toContain('hooks.0.pause')
    expect(paths('given')).not.toContain('data.batchSize')
  })
})

it('takes the latest word for a value of several parts, and the choice of entries for a list', () => {
  const origins = {
    'a.0': nowhere('preset', 'p'),
    'a.1': nowhere('page'),
    'l.0.type': nowhere('preset', 'p'),
    'l.0.prob': nowhere('set', 'l.0.prob=1'),
  }
  expect(originAt(origins, { kind: 'numbers', path: 'a' })?.from).toBe('page')
  expect(originAt(origins, { kind: 'list', path: 'l' })?.from).toBe('preset')
  expect(originAt(origins, { kind: 'item', path: 'l.0' })?.from).toBe('preset')
  expect(originAt(origins, { kind: 'number', path: 'l.0.prob' })?.from).toBe('set')
  expect(originAt(origins, { kind: 'number', path: 'elsewhere' })).toBeNull()
})
