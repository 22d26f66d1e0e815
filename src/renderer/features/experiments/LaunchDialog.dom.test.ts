import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { TooltipProvider } from 'reka-ui'
import { afterEach, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import { trainConfigJsonSchema } from '../../../shared/model/trainConfig.ts'
import type { Run } from '../../../shared/model/run.ts'
import { setLocale } from '../../i18n/i18n.ts'
import { useDatasets } from '../../stores/datasets.ts'
import { setLink } from '../../stores/link.ts'
import { memoryLink } from '../../testing/memoryLink.ts'
import { parseTrainConfig } from '../../../shared/model/trainConfigParse.ts'
import { fieldLabel, problemText } from './fieldValue.ts'
import LaunchDialog from './LaunchDialog.vue'
import { firstPreset } from './launchForm.ts'

const datasetId = '01900000-0000-7000-8000-000000000001'
const preset = { optimizer: { type: 'adamw', lr: 0.002 }, data: { batchSize: 8 } }

it('begins with the recipe of the dataset, else the smallest', () => {
  expect(firstPreset(['big', 'a-tiny', 'demo'], 'demo')).toBe('demo')
  expect(firstPreset(['big', 'a-tiny', 'demo'], 'camvid')).toBe('a-tiny')
  expect(firstPreset([], 'camvid')).toBe('')
})

afterEach(() => void vi.useRealTimers())

async function openDialog(launched: unknown[]) {
  setLocale('en')
  setActivePinia(createPinia())
  setLink(
    memoryLink({
      datasets: {
        classes: async () => ['background', 'disc', 'ring'].map((name) => ({ id: name, name, color: '#204060' }) as never),
      },
      runs: {
        schema: async () => ({ schema: trainConfigJsonSchema() }),
        presets: async () => [{ id: 'segformer-tiny-cpu', config: preset }],
        preflight: async () => ({
          problems: [],
          warnings: [{ key: 'fewItems', data: { items: 3, batchSize: 8 } }],
          resolved: {},
          origins: {},
          weights: null,
          memory: null,
          trainItems: 3,
          valItems: 1,
          stepsPerEpoch: 1,
          totalSteps: 30,
        }),
        launch: async (input) => {
          launched.push(input)
          return { id: datasetId } as Run
        },
      },
    }),
  )
  useDatasets().all = [{ id: datasetId, name: 'camvid', splits: [{ name: 'train', items: 3 }] } as never]
  vi.useFakeTimers()
  const Host = defineComponent(() => () => h(TooltipProvider, () => h(LaunchDialog, { open: true, datasetId })))
  mount(Host, { attachTo: document.body })
  await settle()
}
async function settle(): Promise<void> {
  await flushPromises()
  await vi.advanceTimersByTimeAsync(300)
  await flushPromises()
}
const byText = (tag: string, text: string): HTMLElement =>
  [...document.querySelectorAll<HTMLElement>(tag)].find((each) => each.textContent?.trim() === text)!
function type(label: string, text: string): void {
  const id = byText('label', label).getAttribute('for')!
  const field = document.getElementById(id) as HTMLInputElement
  field.value = text
  field.dispatchEvent(new Event('input', { bubbles: true }))
  field.dispatchEvent(new Event('change', { bubbles: true }))
}
const shownIn = (label: string): string => (document.getElementById(byText('label', label).getAttribute('for')!) as HTMLInputElement).value
const startButton = (): HTMLButtonElement => byText('button', 'Start training') as HTMLButtonElement

it('shows what would happen, keeps a wrong value from starting, and sends the changed config', async () => {
  const launched: unknown[] = []
  await openDialog(launched)
  const page = (): string => document.body.textContent ?? ''
  expect(page()).toContain('Training pictures3')
  expect(page()).toContain('Only 3 pictures to learn from, less than one batch of 8.')
  expect(startButton().disabled).toBe(false)

  type('Learning rate', 'fast')
  await settle()
  expect(page()).toContain('This is not a number.')
  expect(startButton().disabled).toBe(true)

  type('Learning rate', '0,004')
  await settle()
  expect(page()).toContain('0.002 → 0.004')
  expect(startButton().disabled).toBe(false)
  startButton().click()
  await settle()
  expect(launched).toEqual([
    { datasetId, config: { ...preset, optimizer: { type: 'adamw', lr: 0.004 } }, preset: 'segformer-tiny-cpu', name: 'camvid tiny-cpu' },
  ])
})

it('says what the host found wrong in the language of the page', () => {
  const problem = parseTrainConfig({
    model: { variant: 'custom', dims: [8, 9, 8, 8], depths: [1, 1, 1, 1], heads: [1, 2, 2, 2], srRatios: [8, 4, 2, 1] },
  }).problems[0]!
  expect(`${fieldLabel(problem.path)}: ${problemText(problem)}`).toBe('Stage widths · 1: 9 channels cannot be split over 2 heads.')
  setLocale('zh-CN')
  expect(`${fieldLabel(problem.path)}：${problemText(problem)}`).toBe('各级通道数 · 1：9 个通道无法平均分给 2 个注意力头。')
  expect(problemText({ message: 'its own words', rule: null })).toBe('its own words')
  expect(parseTrainConfig({ optimizer: { lr: -1 }, data: { trainSplits: [] } }).problems.map(problemText)).toEqual([
    '至少需要 1 项。',
    '必须大于 0。',
  ])
  setLocale('en')
})

it('keeps what was typed wrong in its box, says so in the plan, and forgives it when the old value is typed again', async () => {
  await openDialog([])
  const plan = (): string => document.querySelector('aside')!.textContent ?? ''
  type('Batch size', '100000')
  type('Learning rate', 'fast')
  await settle()
  expect(shownIn('Batch size')).toBe('100000')
  expect(plan()).toContain('Batch size The largest allowed value is 256.')
  expect(plan()).not.toContain('Ready to start.')

  type('Batch size', '8')
  await settle()
  document.querySelector<HTMLButtonElement>('[aria-label="Set Learning rate back"]')!.click()
  await settle()
  expect(shownIn('Learning rate')).toBe('0.002')
  expect(plan()).toContain('Ready to start.')
  expect(startButton().disabled).toBe(false)
})
