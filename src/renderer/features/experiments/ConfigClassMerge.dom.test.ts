import { mount, type VueWrapper } from '@vue/test-utils'
import { TooltipProvider } from 'reka-ui'
import { expect, it } from 'vitest'
import { defineComponent, h, nextTick, ref } from 'vue'
import { trainConfigJsonSchema } from '../../../shared/model/trainConfig.ts'
import { setLocale } from '../../i18n/i18n.ts'
import ClassChips from './ClassChips.vue'
import ConfigClassMerge from './ConfigClassMerge.vue'
import { formSections } from './configForm.ts'
import type { FieldOf } from './schemaField.ts'

const classes = ['background', 'disc', 'square', 'ring'].map((name) => ({ name, color: '#204060' }))
const field = formSections(trainConfigJsonSchema(), {})
  .flatMap((section) => section.fields)
  .find((each): each is FieldOf<'classMerge'> => each.kind === 'classMerge')!

/** The editor in a form that keeps what it is told. */
function open(initial: unknown) {
  setLocale('en')
  const value = ref(initial)
  const problem = ref<string | null>(null)
  const Host = defineComponent(
    () => () =>
      h(TooltipProvider, () =>
        h(ConfigClassMerge, {
          field,
          value: value.value,
          classes,
          changed: false,
          problem: problem.value,
          origin: '',
          onSet: (next: unknown) => {
            value.value = next
            problem.value = null
          },
          onProblem: (text: string | null) => (problem.value = text),
          onRevert: () => {
            value.value = initial
            problem.value = null
          },
        }),
      ),
  )
  return { wrapper: mount(Host, { attachTo: document.body }), value, problem }
}
const press = (wrapper: VueWrapper, label: string) => wrapper.get(`button[aria-label="${label}"]`).trigger('click')
const chips = (wrapper: VueWrapper, n: number) => wrapper.findAllComponents(ClassChips)[n]!

it('builds a merged class, keeps an unfinished one to itself, and takes it back', async () => {
  const { wrapper, value, problem } = open({})
  await press(wrapper, 'Merge classes')
  await nextTick()
  expect(problem.value).toBe('Give every merged class a name.')
  expect(value.value).toEqual({})
  expect(document.activeElement?.getAttribute('aria-label')).toBe('Merged class 1: its name')

  await wrapper.get('input').setValue('round ')
  expect(problem.value).toBe('Choose the classes that become “round”.')
  chips(wrapper, 0).vm.$emit('change', ['disc', 'ring'])
  await nextTick()
  expect(problem.value).toBeNull()
  expect(value.value).toEqual({ round: ['disc', 'ring'] })

  await press(wrapper, 'Merge classes')
  expect(chips(wrapper, 1).props('offered')).toEqual(['background', 'square'])
  expect(wrapper.findAll('li')).toHaveLength(2)
  await press(wrapper, 'Set Merge classes back')
  await nextTick()
  expect(value.value).toEqual({})
  expect(wrapper.findAll('li')).toHaveLength(0)
})

it('takes a class out of a group and a group out of the list', async () => {
  const { wrapper, value } = open({ round: ['disc', 'ring'], other: ['square'] })
  await press(wrapper, 'Remove ring')
  expect(value.value).toEqual({ round: ['disc'], other: ['square'] })
  await press(wrapper, 'Remove round')
  expect(value.value).toEqual({ other: ['square'] })
  expect(wrapper.findAll('input').map((input) => input.element.value)).toEqual(['other'])
})
