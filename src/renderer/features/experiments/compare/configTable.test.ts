import { afterEach, beforeEach, expect, it } from 'vitest'
import { nodeOf } from '../../../../shared/model/config/node.ts'
import { nowhere } from '../../../../shared/model/config/origin.ts'
import { trainConfigJsonSchema } from '../../../../shared/model/trainConfig.ts'
import { checkTrainConfig, orThrow } from '../../../../shared/model/trainConfigParse.ts'
import { setLocale } from '../../../i18n/i18n.ts'
import { configTable, differenceCount, shownSections, type ConfigCompareRow } from './configTable.ts'

const schema = trainConfigJsonSchema()
const stored = (given: Record<string, unknown>) => {
  const { config, origins } = orThrow(checkTrainConfig(nodeOf(given, nowhere('page'))))
  return { config: config as unknown as Record<string, unknown>, record: { origins, sources: [] } }
}
const differing = (...runs: ReturnType<typeof stored>[]): ConfigCompareRow[] =>
  shownSections(
    configTable(
      runs.map(() => schema),
      runs,
      0,
    ),
    false,
  ).flatMap(({ rows }) => rows)

beforeEach(() => setLocale('en'))
afterEach(() => setLocale('en'))

it('shows only what differs, in the words of the Config tab, with origins', () => {
  const rows = differing(
    stored({ optimizer: { type: 'adamw', lr: 0.002 } }),
    stored({}),
    stored({ optimizer: { type: 'adamw', lr: 0.002 } }),
  )
  expect(rows.map(({ key }) => key)).toEqual(['optimizer.lr'])
  expect(rows[0]?.label).toBe('Learning rate')
  expect(rows[0]?.cells.map(({ differs }) => differs)).toEqual([false, true, false])
  expect(rows[0]?.cells.map(({ origin }) => origin)).toEqual(['changed in the form', 'default', 'changed in the form'])
})

it('has a row for every setting when asked to, none that differs between equal runs', () => {
  const sections = configTable([schema, schema], [stored({}), stored({})], 0)
  expect(differenceCount(sections)).toBe(0)
  expect(shownSections(sections, true).flatMap(({ rows }) => rows).length).toBeGreaterThan(30)
  expect(shownSections(sections, false)).toEqual([])
})

it('aligns losses by type and names them; what a run lacks is absent, not unset', () => {
  const rows = differing(
    stored({ loss: [{ type: 'crossEntropy' }, { type: 'dice', weight: 3 }] }),
    stored({ loss: [{ type: 'dice', weight: 2 }, { type: 'crossEntropy' }] }),
    stored({ loss: [{ type: 'crossEntropy' }] }),
  )
  expect(rows[0]).toMatchObject({ key: 'loss', label: 'Losses' })
  expect(rows[0]?.cells[0]?.text).toContain(' · ')
  const weight = rows.find(({ key }) => key === 'loss[dice].weight')!
  expect(weight.label).toMatch(/^Dice · /)
  expect(weight.cells.map(({ text, absent }) => [text, absent])).toEqual([
    ['3', false],
    ['2', false],
    ['', true],
  ])
})

it('says that a value is not stored, and shows the default; keeps what this version does not know', () => {
  const old = stored({})
  const optimizer = { ...(old.config['optimizer'] as Record<string, unknown>), lr: undefined }
  const [lr, unknown] = differing(stored({ optimizer: { type: 'adamw', lr: 0.5 } }), {
    ...old,
    config: { ...old.config, optimizer, forgotten: { '<b>': 1 } },
  })
  expect(lr?.cells[1]).toMatchObject({ unset: true, origin: '', differs: true })
  expect(unknown).toMatchObject({ key: 'forgotten.<b>', label: 'forgotten.<b>' })
})

it('is written in Chinese too', () => {
  setLocale('zh-CN')
  expect(differing(stored({ optimizer: { type: 'adamw', lr: 0.002 } }), stored({}))[0]?.label).toBe('学习率')
})
