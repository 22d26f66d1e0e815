import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { TooltipProvider } from 'reka-ui'
import { expect, it, onTestFinished, vi } from 'vitest'
import { defineComponent, h, nextTick } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { i18n } from '../../i18n/i18n.ts'
import { useSaveState } from '../../stores/saveState.ts'
import { useStudio } from '../../stores/studio.ts'
import { holdWords, tellGone, type HeldWords } from '../../stores/unsavedWords.ts'
import UnsavedBanner from './UnsavedBanner.vue'

it('what was refused can be opened, tried again and, asked twice, given up; what belongs to another project waits for it', async () => {
  setActivePinia(createPinia())
  const saves = useSaveState()
  useStudio().project = { key: 'p', id: 'p', name: 'mine', path: '/data/mine', openedAt: 0 }
  const settled = { again: vi.fn(), moveHere: vi.fn(), drop: vi.fn() }
  saves.onSettle(settled)
  const error = { code: 'item/set-aside' as const, message: '', data: { file: 'a.jpg' } }
  saves.refused = [{ id: 'e1', itemId: 'i1', itemName: 'a.jpg', projectKey: 'p', commands: ['move', 'delete'], words: [], error }]
  saves.away = [{ projectKey: 'q', name: 'Other', path: null, isCopyOpen: false, commands: ['move'] }]
  expect([saves.state, saves.unsaved]).toEqual(['unsaved', 3])
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:all(.*)', component: UnsavedBanner }] })
  const wrapper = mount(UnsavedBanner, { global: { plugins: [i18n, router] } })
  const [away, refused] = wrapper.findAll('li')
  expect(away!.text()).toContain('Other')
  expect(away!.findAll('button').map((button) => button.text())).toEqual(['Give up'])
  expect(refused!.text()).toContain('in “a.jpg”: Move, Delete')
  const [open, again, drop] = refused!.findAll('button')
  await open!.trigger('click')
  await vi.waitFor(() => expect(router.currentRoute.value.path).toBe('/label/i1'))
  await again!.trigger('click')
  expect(settled.again).toHaveBeenCalledWith('e1')
  await drop!.trigger('click')
  expect(settled.drop).not.toHaveBeenCalled()
  await refused!.findAll('button').at(-1)!.trigger('click')
  expect(settled.drop).toHaveBeenCalledWith({ change: 'e1' })
  saves.away = [{ projectKey: null, name: '', path: null, isCopyOpen: false, commands: ['move'] }]
  await nextTick()
  for (const word of ['Give up', 'Give up this change for good'])
    await wrapper
      .findAll('button')
      .find((button) => button.text() === word)!
      .trigger('click')
  expect(settled.drop).toHaveBeenCalledWith({ project: null })
  saves.refused = []
  saves.away = []
  await nextTick()
  expect([wrapper.find('section').exists(), saves.state]).toEqual([false, 'idle'])
  wrapper.unmount()
})

it('words whose field cannot be seen are named with their picture, can be copied, tried again and given up, and questions of another project with it', async () => {
  setActivePinia(createPinia())
  const saves = useSaveState()
  useStudio().project = { key: 'p', id: 'p', name: 'mine', path: '/data/mine', openedAt: 0 }
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:all(.*)', component: UnsavedBanner }] })
  await router.push('/label/i1')
  const Host = defineComponent(() => () => h(TooltipProvider, () => h(UnsavedBanner)))
  const wrapper = mount(Host, { global: { plugins: [i18n, router] } })
  const again = vi.fn()
  const texts = (refused: boolean, key = 'p'): HeldWords => ({
    kind: 'texts',
    itemId: 'i1',
    itemName: 'a.jpg',
    home: { key, name: key },
    words: ['the red car', 'the sky'],
    refused,
    again,
    drop: () => holdWords('texts i1', false),
  })
  holdWords('texts i1', texts(true))
  await nextTick()
  expect(wrapper.find('section').exists()).toBe(false)
  await router.push('/datasets')
  expect(wrapper.get('li').text()).toContain('The texts of “a.jpg” are not saved')
  const copied = vi.fn()
  vi.stubGlobal('navigator', Object.create(navigator, { clipboard: { value: { writeText: copied } } }) as Navigator)
  onTestFinished(() => void vi.unstubAllGlobals())
  const press = (name: string) =>
    wrapper
      .findAll('button')
      .find((button) => (button.attributes('aria-label') ?? button.text()) === name)!
      .trigger('click')
  await press('Copy: the words')
  await press('Try again')
  expect([copied.mock.calls, again.mock.calls.length]).toEqual([[['the red car\nthe sky']], 1])
  // Only being written, it is nobody's business elsewhere; of a picture that is gone it is.
  holdWords('texts i1', texts(false))
  await nextTick()
  expect(wrapper.find('section').exists()).toBe(false)
  holdWords('texts i1', texts(false, 'q'))
  saves.askedAway = [{ projectKey: 'q', name: 'Other', path: '/data/other', pictures: ['b.jpg'], count: 2 }]
  await nextTick()
  expect(wrapper.findAll('li').map((row) => row.text())).toEqual([
    expect.stringMatching(/project “Other” 2 changes .*b\.jpg.*Open the project/),
    expect.stringContaining('belong to the project “q”'),
  ])
  saves.askedAway = []
  holdWords('texts i1', texts(false))
  tellGone('i1')
  await router.push('/label/i1')
  await press('Give up')
  await press('Give up this change for good')
  expect(wrapper.find('section').exists()).toBe(false)
})
