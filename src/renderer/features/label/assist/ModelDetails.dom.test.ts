import { mount } from '@vue/test-utils'
import { TooltipProvider } from 'reka-ui'
import { expect, it } from 'vitest'
import { defineComponent, h } from 'vue'
import { AppError, errorToWire, type ErrorCode } from '../../../../shared/errors.ts'
import type { AssistModel } from '../../../../shared/model/assist.ts'
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
