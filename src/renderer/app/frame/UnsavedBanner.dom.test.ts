import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { i18n } from '../../i18n/i18n.ts'
import { useSaveState } from '../../stores/saveState.ts'
import { useStudio } from '../../stores/studio.ts'
import UnsavedBanner from './UnsavedBanner.vue'

it('what was refused can be opened, tried again and, asked twice, given up; what belongs to another project waits for it', async () => {
  setActivePinia(createPinia())
  const saves = useSaveState()
  useStudio().project = { id: 'p', name: 'mine', path: '/data/mine', openedAt: 0 }
  const settled = { again: vi.fn(), drop: vi.fn() }
  saves.onSettle(settled)
  const error = { code: 'item/set-aside' as const, message: '', data: { file: 'a.jpg' } }
  saves.refused = [{ id: 'e1', itemId: 'i1', projectId: 'p', commands: ['move', 'delete'], error }]
  saves.away = [{ projectId: 'q', name: 'Other', commands: ['move'] }]
  expect([saves.state, saves.unsaved]).toEqual(['unsaved', 3])
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:all(.*)', component: UnsavedBanner }] })
  const wrapper = mount(UnsavedBanner, { global: { plugins: [i18n, router] } })
  const [away, refused] = wrapper.findAll('li')
  expect(away!.text()).toContain('Other')
  expect(away!.findAll('button').map((button) => button.text())).toEqual(['Give up'])
  expect(refused!.text()).toContain('Move, Delete')
  const [open, again, drop] = refused!.findAll('button')
  await open!.trigger('click')
  await vi.waitFor(() => expect(router.currentRoute.value.path).toBe('/label/i1'))
  await again!.trigger('click')
  expect(settled.again).toHaveBeenCalledWith('e1')
  await drop!.trigger('click')
  expect(settled.drop).not.toHaveBeenCalled()
  await refused!.findAll('button').at(-1)!.trigger('click')
  expect(settled.drop).toHaveBeenCalledWith({ change: 'e1' })
  saves.away = [{ projectId: null, name: '', commands: ['move'] }]
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
