import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { TooltipProvider } from 'reka-ui'
import { expect, it, onTestFinished } from 'vitest'
import { defineComponent, h } from 'vue'
import { AppError } from '../../../../../shared/errors.ts'
import type { Job } from '../../../../../shared/model/job.ts'
import type { SamConversion, SamReport } from '../../../../../shared/model/samImport.ts'
import { setLocale } from '../../../../i18n/i18n.ts'
import { setLink } from '../../../../stores/link.ts'
import { useJobs } from '../../../../stores/jobs.ts'
import { memoryLink } from '../../../../testing/memoryLink.ts'
import AddModel from '../AddModel.vue'
import { createAddingModel } from '../addingModel.ts'
import { newDraft, readCheckpoint } from './checkpointDraft.ts'
import ConversionReport from './ConversionReport.vue'

const plain = { global: { stubs: { RouterLink: true } } }
const modelId = '01900000-0000-7000-8000-000000000001'
const jobId = '01900000-0000-7000-8000-000000000002'
const report: SamReport = {
  file: 'sam_vit_b.pth',
  bytes: 375_042_383,
  format: 'torchZip',
  section: '',
  prefix: '',
  variant: 'vit-b',
  imageSize: 1024,
  patch: 16,
  encoder: { width: 768, depth: 12, heads: 12, window: 14, globalBlocks: [2, 5, 8, 11] },
  parameters: 93_735_472,
  matched: Array.from({ length: 313 }, (_, i) => `t${i}`),
  resampled: [],
  missing: ['mask_decoder.iou_token.weight'],
  unexpected: [],
  shapeMismatch: [],
  minMatched: 0.95,
  accepted: true,
}
const difference = { relativeL2: 2.34e-7, maxAbsDiff: 1e-6, maxAbsValue: 12 }
const conversion: SamConversion = {
  modelId,
  report,
  files: [
    { name: 'encoder.onnx', bytes: 179_000_000 },
    { name: 'decoder.onnx', bytes: 16_500_000 },
  ],
  check: { decoder: difference, encoder: { ...difference, relativeL2: 4.1e-4 }, encodeMs: 3210 },
}

it('a checkpoint is looked at, converted into what was said, and refused with the dialog as it was', async () => {
  setLocale('en')
  setActivePinia(createPinia())
  const asked: unknown[] = []
  const added: string[] = []
  let outcome: Pick<Job, 'state' | 'error' | 'result'> = {
    state: 'failed',
    result: null,
    error: { code: 'model/parity-failed', message: 'differs', data: { exactPrecision: 'float32' } },
  }
  const ended = (): Job => ({ id: jobId, kind: 'importSam', subject: '', createdAt: 0, endedAt: 1, progress: null!, ...outcome })
  setLink(
    memoryLink({
      assist: {
        inspectCheckpoint: async () => report,
        importCheckpoint: async (input) => {
          asked.push(input)
          return { jobId }
        },
      },
    }),
  )
  const adding = createAddingModel({
    added: (id) => added.push(id),
    whenEnded: (id) => useJobs().whenEnded(id),
    send: () => Promise.reject(new AppError('file/unreadable', 'nothing is sent')),
  })
  const page = mount(
    defineComponent(() => () => h(TooltipProvider, () => h(AddModel, { adding }))),
    plain,
  )
  onTestFinished(() => page.unmount())
  const button = (text: string) => page.findAll('button').find((each) => each.text() === text)!
  adding.choose({ id: 'folder/sam_vit_b.pth', name: 'sam_vit_b.pth', path: '/models' })
  await flushPromises()
  expect(page.text()).toContain('SAM ViT-B')
  expect(page.text()).toContain('313 of 314')
  expect(page.text()).toContain('mask_decoder.iou_token.weight')
  const size = page.get<HTMLInputElement>('[aria-label="Side of the input, px"]')
  expect(size.attributes('placeholder')).toBe('as trained (1,024)'.replace(',', ''))
  await size.setValue('1000')
  expect(page.get('[role=alert]').text()).toContain('a multiple of 16')
  expect(button('Convert and add').attributes('disabled')).toBeDefined()
  await size.setValue('512')
  await page.get('[aria-label="Name"]').setValue('  mine ')
  adding.say({ ...adding.draft.value, precision: 'fp16' })
  await flushPromises()

  await button('Convert and add').trigger('click')
  await flushPromises()
  const running = { ...ended(), state: 'running', endedAt: null, error: null } as const
  useJobs().take({ ...running, progress: { phase: 'converting', done: 50e6, total: 187e6, rate: null, leftSeconds: null } })
  await flushPromises()
  expect(page.get('[role=status]').text()).toBe('writing the weights · 50 MB of 187 MB')
  useJobs().take(ended())
  await flushPromises()
  expect(asked).toEqual([
    {
      fileId: 'folder/sam_vit_b.pth',
      name: 'mine',
      options: { imageSize: 512, precision: 'fp16', input: 'padded', decoderHeads: 8, use: 'auto' },
    },
  ])
  expect(page.get('[role=alert]').text()).toContain('In float32 it may')
  expect([adding.files.value.length, adding.draft.value.imageSize, added]).toEqual([1, '512', []])

  outcome = { state: 'finished', error: null, result: conversion }
  useJobs().byId.clear()
  await button('Try again').trigger('click')
  await flushPromises()
  useJobs().take(ended())
  await flushPromises()
  expect([added, adding.files.value, adding.draft.value, adding.conversion.value]).toEqual([[modelId], [], newDraft, conversion])
})

it('what a checkpoint became is told in numbers', () => {
  for (const [locale, said] of [
    ['en', ['SAM ViT-B', '93.7 M', '1024 × 1024 px', 'encoder.onnx (179 MB), decoder.onnx (16.5 MB)', '4.1e-4', '2.3e-7', '3 s']],
    ['zh-CN', ['SAM ViT-B', '93.7 M', '1024 × 1024', '编码器误差', '4.1e-4', '缺少 1 个张量']],
  ] as const) {
    setLocale(locale)
    const page = mount(
      defineComponent(() => () => h(TooltipProvider, () => h(ConversionReport, { conversion }))),
      plain,
    )
    onTestFinished(() => page.unmount())
    for (const text of said) expect(page.text()).toContain(text)
  }
  setLocale('en')
  const exact = { ...conversion, check: { ...conversion.check, encoder: null } }
  const page = mount(
    defineComponent(() => () => h(TooltipProvider, () => h(ConversionReport, { conversion: exact }))),
    plain,
  )
  onTestFinished(() => page.unmount())
  expect(page.text()).toContain('it holds the weights as they are')
})

it('a draft says what it means, or which field makes no sense', () => {
  expect(readCheckpoint(newDraft, 16)).toMatchObject({ options: { imageSize: null, precision: 'fp32' }, name: undefined })
  for (const imageSize of ['0', '-16', '12', '1e9', 'big', '512.5', '1000'])
    expect(readCheckpoint({ ...newDraft, imageSize }, 16)).toEqual({ bad: 'imageSize' })
  // Nobody looked into a dropped file: the host says so.
  expect(readCheckpoint({ ...newDraft, imageSize: '1000' }, null)).toMatchObject({ options: { imageSize: 1000 } })
  expect(readCheckpoint({ ...newDraft, name: 'n'.repeat(121) }, 16)).toEqual({ bad: 'name' })
})
