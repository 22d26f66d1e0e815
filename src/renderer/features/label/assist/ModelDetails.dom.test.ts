import { mount } from '@vue/test-utils'
import { TooltipProvider } from 'reka-ui'
import { expect, it } from 'vitest'
import { defineComponent, h } from 'vue'
import { AppError, errorToWire, type ErrorCode } from '../../../../shared/errors.ts'
import type { AssistModel } from '../../../../shared/model/assist.ts'
import type { SamFacts } from '../../../../shared/model/samModel.ts'
import { setLocale } from '../../../i18n/i18n.ts'
import ModelDetails from './ModelDetails.vue'

const broken = (code: ErrorCode): AssistModel => ({
  id: '01900000-0000-7000-8000-000000000001',
  name: 'mine',
  origin: 'linked',
  files: [],
  isDefault: false,
  facts: null,
  overrides: {},
  quarantine: null,
  problem: errorToWire(new AppError(code, 'it cannot be used', { file: 'mine.onnx', reason: 'it ended its process' })),
})

it('what is remembered of a model that cannot be used can be tried again', () => {
  setLocale('en')
  for (const [code, wanted] of [
    ['assist/broken-model', 'Try it again'],
    ['assist/partner-changed', 'Use it as it is now'],
    ['file/not-found', null],
  ] as const) {
    let retried = 0
    const props = { model: broken(code), busy: false, onRetry: () => retried++ }
    const page = mount(defineComponent(() => () => h(TooltipProvider, () => h(ModelDetails, props))))
    const ways = page.findAll('button').filter((each) => ['Try it again', 'Use it as it is now'].includes(each.text()))
    expect(ways.map((way) => way.text())).toEqual(wanted === null ? [] : [wanted])
    for (const way of ways) (way.element as HTMLButtonElement).click()
    expect(retried).toBe(ways.length)
  }
})

it('files that only the studio has are not deleted by one press', async () => {
  setLocale('en')
  let removed = 0
  const files = [{ name: 'mine.onnx', bytes: 2_000_000 }]
  const pageOf = (origin: AssistModel['origin']) => {
    const props = { model: { ...broken('file/not-found'), problem: null, origin, files }, busy: false, onRemove: () => removed++ }
    return mount(defineComponent(() => () => h(TooltipProvider, () => h(ModelDetails, props))))
  }
  const press = async (page: ReturnType<typeof pageOf>, text: string): Promise<void> => {
    const wanted = page.findAll('button').find((each) => each.text() === text)
    await wanted!.trigger('click')
  }
  await press(pageOf('linked'), 'Remove')
  expect(removed).toBe(1)
  const made = pageOf('made')
  await press(made, 'Remove')
  expect([removed, made.get('[role=alert]').text()]).toEqual([1, expect.stringContaining('(2 MB)')])
  await press(made, 'Cancel')
  expect(made.find('[role=alert]').exists()).toBe(false)
  await press(made, 'Remove')
  await press(made, 'Delete it')
  expect(removed).toBe(2)
  expect(
    pageOf('shipped')
      .findAll('button')
      .map((each) => each.text()),
  ).not.toContain('Remove')
})

it('inputs and outputs of what is no SAM stand in tables, and it is not made the default', () => {
  setLocale('en')
  const data = { file: 'mine.onnx', inputs: 'pixels float32 [1,3,n]; sure bool [1]', outputs: 'y float32 [1]' }
  const problem = errorToWire(new AppError('assist/unknown-model', 'it is no SAM', data))
  const props = { model: { ...broken('assist/unknown-model'), problem }, busy: false }
  const page = mount(defineComponent(() => () => h(TooltipProvider, () => h(ModelDetails, props))))
  expect(page.get('[role=alert]').text()).not.toContain('pixels')
  const cells = page.findAll('table').map((table) => table.findAll('td').map((cell) => cell.text()))
  expect(cells).toEqual([
    ['pixels', 'float32', '1 × 3 × n', 'sure', 'bool', '1'],
    ['y', 'float32', '1'],
  ])
  const byDefault = page.findAll('button').find((each) => each.text() === 'Use by default')
  expect(byDefault!.attributes('disabled')).toBeDefined()
})

it('what pictures and clicks go through is shown and can be overridden, all of it and in words', async () => {
  setLocale('en')
  const file = { name: 'mine.onnx', bytes: 1, sha256: '', inputs: [], outputs: [], dataFiles: [] }
  const facts: SamFacts = {
    family: 'efficientSam',
    isSmall: false,
    encoder: file,
    decoder: null,
    preprocess: { size: 1024, fit: 'longSide', resize: 'bilinear', pad: false, colorOrder: 'RGB', mean: [0, 0, 0], std: [255, 255, 255] },
    prompts: { padLabel: null, maxPoints: 6, maskRule: 'iou' },
    overridden: ['pad', 'maskRule'],
    box: 'native',
    feedback: false,
    grid: 256,
    provider: 'cpu',
    threads: 2,
    hash: '',
  }
  const said: unknown[] = []
  const props = { model: { ...broken('file/not-found'), problem: null, facts }, busy: false, onOverride: (all: unknown) => said.push(all) }
  const page = mount(defineComponent(() => () => h(TooltipProvider, () => h(ModelDetails, props))))
  const shown = Object.fromEntries(page.findAll('dt').map((name) => [name.text(), name.element.nextElementSibling?.textContent]))
  expect(shown).toMatchObject({
    Padded: 'not at all',
    'Padding point': 'by the model itself',
    'Most points': '6',
    'First proposal': 'highest predicted IoU',
    Overridden: 'Padding, Which mask comes first',
  })
  await page.get('input[aria-label="Most points"]').setValue('-')
  await page.get('form').trigger('submit')
  expect(said).toEqual([{ maxPoints: null }])
})
