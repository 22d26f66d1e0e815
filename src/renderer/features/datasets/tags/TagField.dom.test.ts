import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, it } from 'vitest'
import { i18n } from '../../../i18n/i18n.ts'
import { setLink } from '../../../stores/link.ts'
import { heldWords } from '../../../stores/unsavedWords.ts'
import { memoryLink } from '../../../testing/memoryLink.ts'
import TagField from './TagField.vue'

const [first, second] = ['01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-000000000002'].map((id, i) => ({
  id,
  name: `p${i}`,
}))
let refuses = false
const given: string[] = []
const giverOf = (id: string) => async (tag: string) => {
  given.push(`${id.at(-1)} ${tag}`)
  await Promise.resolve()
  return !refuses
}
const field = () =>
  mount(TagField, {
    props: { label: 'Add', about: first!, add: giverOf(first!.id) },
    global: { plugins: [i18n], stubs: { IconButton: true } },
  })

beforeEach(() => {
  setActivePinia(createPinia())
  setLink(memoryLink({ datasets: { list: async () => [], tags: async () => [] } }))
  given.length = 0
  refuses = false
})

it('a tag that is typed waits with its picture when another one comes, and is never given to that one', async () => {
  const wrapper = field()
  const shown = () => wrapper.get('input').element.value
  await wrapper.get('input').setValue('night')
  await wrapper.setProps({ about: second!, add: giverOf(second!.id) })
  expect(shown()).toBe('')
  await wrapper.get('input').setValue('rain')
  await wrapper.get('form').trigger('submit')
  expect([given, shown()]).toEqual([['2 rain'], ''])
  expect(heldWords().map(([, { kind, itemName, words, refused }]) => [kind, itemName, words, refused])).toEqual([
    ['tag', 'p0', ['night'], false],
  ])
  wrapper.unmount()
  const again = field()
  expect(again.get('input').element.value).toBe('night')
  await again.get('form').trigger('submit')
  expect([given.at(-1), again.get('input').element.value, heldWords()]).toEqual(['1 night', '', []])
})

it('one that was refused stands in the field of its picture again, and can be sent or given up from elsewhere', async () => {
  const wrapper = field()
  refuses = true
  await wrapper.get('input').setValue('night')
  void wrapper.get('form').trigger('submit')
  await wrapper.setProps({ about: second!, add: giverOf(second!.id) })
  await expect.poll(() => heldWords().map(([, { words, refused }]) => [words, refused])).toEqual([[['night'], true]])
  expect(wrapper.get('input').element.value).toBe('')
  const [, held] = heldWords()[0]!
  await held.again()
  expect([given, heldWords().length]).toEqual([['1 night', '1 night'], 1])
  held.drop()
  expect(heldWords()).toEqual([])
})
