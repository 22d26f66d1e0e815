import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { TooltipProvider } from 'reka-ui'
import { expect, it } from 'vitest'
import { defineComponent, h } from 'vue'
import type { Run } from '../../../../shared/model/run.ts'
import { setLocale } from '../../../i18n/i18n.ts'
import BeforeAfter from './BeforeAfter.vue'
import { modelOffer } from './modelOffer.ts'

it('is offered at the canvas when it has learnt something, and says what it waits for until then', () => {
  setLocale('en')
  setActivePinia(createPinia())
  const run = { status: 'stopped', step: 0, primary: null } as unknown as Run
  const buttonFor = (steps: readonly number[]) => {
    const props = { run, curves: new Map(), offer: modelOffer(steps.map((step) => ({ step }))) }
    const page = mount(defineComponent(() => () => h(TooltipProvider, () => h(BeforeAfter, props))))
    const { disabled, title } = page.findAll('button').find((each) => each.text() === 'Use at the canvas')!.element as HTMLButtonElement
    return { disabled, title }
  }
  expect(buttonFor([])).toEqual({ disabled: true, title: 'Possible as soon as the first checkpoint is saved' })
  expect(buttonFor([0])).toEqual({ disabled: true, title: 'Nothing was learnt yet: the checkpoint of step 0 is the model as it was' })
  expect(buttonFor([0, 20])).toEqual({ disabled: false, title: '' })
})
