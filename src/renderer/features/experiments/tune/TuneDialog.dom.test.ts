import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { TooltipProvider } from 'reka-ui'
import { afterEach, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { z } from 'zod'
import { AppError } from '../../../../shared/errors.ts'
import { samTuneConfigSchema, type TunePlan } from '../../../../shared/model/samTune.ts'
import { setLocale } from '../../../i18n/i18n.ts'
import { useDatasets } from '../../../stores/datasets.ts'
import { setLink } from '../../../stores/link.ts'
import { memoryLink } from '../../../testing/memoryLink.ts'
import TuneDialog from './TuneDialog.vue'

const datasetId = '01900000-0000-7000-8000-000000000001'
const modelId = '01900000-0000-7000-8000-000000000002'
const base = { modelId, name: 'Small SAM', kind: 'small', origin: 'shipped', isDefault: true, size: 256 } as const
const plan: TunePlan = {
  config: samTuneConfigSchema.parse({ task: 'promptedMask' }),
  base,
  pictures: 14,
  withoutMasks: 3,
  objects: 90,
  classes: [],
  inParts: false,
  train: { pictures: 10, objects: 70, sources: 9 },
  val: { pictures: 4, objects: 20, sources: 4 },
  heldOutByHash: false,
  siblings: 0,
  embeddings: null,
  stepsPerEpoch: 20,
  totalSteps: 200,
  trainingSeconds: 720,
  memory: null,
  problems: [],
  warnings: [],
}

afterEach(() => void vi.useRealTimers())

async function openDialog(
  planned: (config: Readonly<Record<string, unknown>>) => TunePlan,
  changeCache: (limitBytes: number | undefined) => void = () => undefined,
) {
  setLocale('en')
  setActivePinia(createPinia())
  const launched: unknown[] = []
  setLink(
    memoryLink({
      datasets: {
        classes: async () =>
          ['empty', 'disc', 'ring'].map(
            (name) => ({ id: name, name, color: '#204060', annotationCount: name === 'empty' ? 0 : 5 }) as never,
          ),
      },
      tuning: {
        schema: async () => ({ schema: z.toJSONSchema(samTuneConfigSchema, { io: 'input' }) }),
        bases: async () => [base],
        plan: async ({ config }) => planned(config),
      },
      assist: {
        changeCache: async ({ limitBytes }) => {
          changeCache(limitBytes)
          return { files: 0, bytes: 0, limitBytes: limitBytes ?? 0 }
        },
      },
      runs: {
        launch: async (input) => {
          launched.push(input)
          throw new AppError('run/busy', 'this is as far as the test goes')
        },
      },
    }),
  )
  useDatasets().all = [{ id: datasetId, name: 'camvid', splits: [{ name: 'train', items: 3 }] } as never]
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:all(.*)*', component: { template: '' } }] })
  vi.useFakeTimers()
  const request = { datasetId, from: null, modelId: null, offersTasks: false }
  const Host = defineComponent(() => () => h(TooltipProvider, () => h(TuneDialog, { request })))
  mount(Host, { attachTo: document.body, global: { plugins: [router] } })
  await settle()
  return launched
}
async function settle(): Promise<void> {
  await flushPromises()
  await vi.advanceTimersByTimeAsync(300)
  await flushPromises()
}
const page = (): string => document.body.textContent ?? ''
const byText = (tag: string, text: string): HTMLElement =>
  [...document.querySelectorAll<HTMLElement>(tag)].find((each) => each.textContent?.trim() === text)!
const button = (text: string): HTMLButtonElement => byText('button', text) as HTMLButtonElement

it('says what would be trained and how long it takes, and starts with what was chosen', async () => {
  const launched = await openDialog(() => plan)
  expect(page()).toContain('10 pictures, 70 objects')
  expect(page()).toContain('about 12 min')
  expect(page()).toContain('13 sources, 4 held out')
  expect(page()).not.toContain('Learning rate')
  const ring = [...document.querySelectorAll('label')].find((label) => label.textContent?.trim() === 'ring')!
  ring.querySelector('input')!.click()
  await settle()
  button('Start training').click()
  await settle()
  expect(launched).toEqual([{ datasetId, config: { task: 'promptedMask', data: { classes: ['disc'] } }, name: 'camvid smart select' }])
})

it('leads to the canvas where there is nothing to learn from, and to the boxes where there are only those', async () => {
  await openDialog(() => ({ ...plan, pictures: 0, objects: 0, problems: [{ key: 'noMasks', data: {} }] }))
  expect(page()).toContain('This dataset has no masks or polygons')
  expect(page()).toContain('3 pictures have only boxes')
  expect(button('Boxes to masks…')).toBeDefined()
  expect(button('Label with smart select')).toBeDefined()
  expect(button('Start training').disabled).toBe(true)
})

it('says that the embeddings are more than are kept, and raises the limit at once', async () => {
  let limit = 4e9
  const tooMany: TunePlan['warnings'] = [{ key: 'embeddingsOverLimit', data: { needed: '12.4', limit: '4.0', limitGb: 16 } }]
  await openDialog(
    () => ({ ...plan, warnings: limit < 12.4e9 ? tooMany : [] }),
    (limitBytes) => (limit = limitBytes ?? limit),
  )
  expect(page()).toContain('take 12.4 GB on the disk, and 4.0 GB may be kept')
  button('Keep up to 16 GB').click()
  await settle()
  expect(limit).toBe(16e9)
  expect(page()).not.toContain('12.4 GB')
})

it('tells at its field what the host cannot read', async () => {
  await openDialog((config) => {
    if ('loop' in config) throw new AppError('config/invalid', 'no', { path: 'loop.epochs', message: 'no', nearest: null })
    return plan
  })
  const id = byText('label', 'Epochs').getAttribute('for')!
  const field = document.getElementById(id) as HTMLInputElement
  field.value = '7'
  field.dispatchEvent(new Event('input', { bubbles: true }))
  field.dispatchEvent(new Event('change', { bubbles: true }))
  await settle()
  expect(field.getAttribute('aria-invalid')).toBe('true')
  expect(button('Start training').disabled).toBe(true)
})
