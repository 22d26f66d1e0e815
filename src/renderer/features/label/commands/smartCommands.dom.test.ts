import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { TooltipProvider } from 'reka-ui'
import { beforeEach, expect, it, onTestFinished } from 'vitest'
import { defineComponent, h, nextTick } from 'vue'
import type { Item } from '../../../../shared/model/item.ts'
import { FloodSegmenter } from '../../../canvas/wand/floodSegmenter.ts'
import { setLocale, t } from '../../../i18n/i18n.ts'
import { setLink } from '../../../stores/link.ts'
import { memoryLink } from '../../../testing/memoryLink.ts'
import { registerCommands, runCommand } from '../../../ui/commands.ts'
import { toasts } from '../../../ui/toasts.ts'
import { useLabel } from '../labelStore.ts'
import ToolOptions from '../options/ToolOptions.vue'
import type { LabelMoves } from './command.ts'
import { editCommands } from './editCommands.ts'
import { smartCommands } from './smartCommands.ts'

beforeEach(() => {
  setLocale('en')
  localStorage.clear()
  setActivePinia(createPinia())
})

/** Smart select in a picture with one saved box, and the commands of the page. */
async function openPicture() {
  const [datasetId, itemId] = ['01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-000000000002']
  const item = { id: itemId, datasetId, name: 'a', relPath: 'a.tif', width: 60, height: 40, status: 'todo', tags: [] } as unknown as Item
  const asked: string[] = []
  setLink(
    memoryLink({
      items: {
        get: async () => item,
        neighbours: async () => ({ index: 0, total: 1, listed: true, previous: null, next: null }),
        picture: () => Promise.reject(new Error('no pixels here')),
      },
      annotations: {
        list: async () => ({ itemRev: 1, annotations: [], canUndo: true, canRedo: true }),
        undo: async () => (asked.push('undo'), Promise.reject(new Error('not here'))),
        redo: async () => (asked.push('redo'), Promise.reject(new Error('not here'))),
      },
      datasets: { list: async () => [], classes: async () => [] },
    }),
  )
  const label = useLabel()
  await label.open(itemId)
  const { editor, tools } = label
  editor.resize({ width: 60, height: 40, pixelRatio: 1 })
  editor.setCamera({ scale: 1, x: 0, y: 0 })
  const model = new FloodSegmenter({ width: 60, height: 40 }, (x) => (x < 30 ? [200, 20, 20] : [20, 20, 200]))
  editor.finders.segmenter = model
  editor.setSettings({ smart: { hover: false } })
  tools.choose('smart')
  const plain = { shift: false, alt: false, mod: false }
  return {
    label,
    asked,
    find: (x: number, y: number): void => {
      tools.down({ x, y }, 'main', 1, plain)
      tools.up({ x, y }, plain)
      tools.key({ type: 'segmented', answer: model.answer() })
    },
    clicks: () => (editor.gesture.draft.kind === 'smart' ? editor.gesture.draft.points.length : null),
  }
}

const mountBar = (chosen: () => void) => mount(defineComponent(() => () => h(TooltipProvider, () => h(ToolOptions, { onChosen: chosen }))))

it('undo and redo, by whichever way they are asked for, are of the clicks under way before anything that was saved', async () => {
  const { label, asked, find, clicks } = await openPicture()
  onTestFinished(registerCommands(editCommands(label, {} as LabelMoves)))
  find(10, 10)
  find(50, 10)
  expect([runCommand('label.undo'), clicks()]).toEqual([true, 1])
  expect([runCommand('label.redo'), clicks()]).toEqual([true, 2])
  await label.undo()
  expect([clicks(), label.canUndo, label.canRedo, asked]).toEqual([1, true, true, []])
  label.tools.cancel()
  label.tools.choose('polygon')
  label.tools.down({ x: 10, y: 10 }, 'main', 1, { shift: false, alt: false, mod: false })
  // A polygon has no steps that come back.
  expect([label.canUndo, label.canRedo]).toEqual([true, false])
  await label.redo()
  expect([label.tools.busy, asked]).toEqual([true, []])
  label.tools.cancel()
  await label.undo()
  expect(asked).toEqual(['undo'])
})

it('what begins from the selection by its key has the keys of the canvas', async () => {
  const { label } = await openPicture()
  let focused = 0
  onTestFinished(registerCommands(smartCommands(label, { toCanvas: () => focused++ })))
  label.editor.select([label.editor.commitNew('createBox', { kind: 'box', x: 5, y: 5, w: 10, h: 10 })])
  expect([runCommand('label.smartFromSelection'), label.tools.stateName, focused]).toEqual([true, 'waiting', 1])
})

it('after a proposal was chosen in the bar by pointer the canvas is given the focus', async () => {
  const { label, find } = await openPicture()
  const chosen: string[] = []
  const bar = mountBar(() => chosen.push(label.tools.stateName))
  find(10, 10)
  await nextTick()
  const second = bar.get(`[aria-label="${t('assist.bar.candidates')}"]`).findAll('button')[1]!
  await second.trigger('click', { detail: 1 })
  expect(second.attributes('aria-pressed')).toBe('true')
  expect(chosen).toEqual(['showing'])
})

it('when the region that is added to is deleted meanwhile, the bar shows that it becomes a new object, and says why', async () => {
  const { label, find } = await openPicture()
  const { editor } = label
  const bar = mountBar(() => undefined)
  editor.setSettings({ smart: { result: 'add' } })
  const id = editor.commitNew('createBox', { kind: 'box', x: 5, y: 5, w: 10, h: 10 })
  editor.select([id])
  find(50, 10)
  await nextTick()
  const pressed = () => bar.get(`[aria-label="${t('assist.bar.result')}"] [aria-pressed="true"]`).attributes('aria-label')
  expect(pressed()).toBe(t('assist.bar.results.add'))
  editor.commit('delete', [{ op: 'delete', id, rev: 1 }])
  await nextTick()
  expect(pressed()).toBe(t('assist.bar.results.new'))
  expect(toasts.map(({ text }) => text)).toContain(t('assist.targetGone'))
})

it('the least part of an object is chosen in the bar', async () => {
  const { label } = await openPicture()
  const bar = mountBar(() => undefined)
  const slider = bar.findAll('label').find((one) => one.text().includes(t('assist.bar.smallestPart')))!
  expect(slider.text()).toContain('0.5')
  await slider.get('input').setValue('4')
  expect(label.editor.settings.smart.smallestPartPercent).toBe(4)
  expect(slider.text()).toContain('4')
})
