import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { TooltipProvider } from 'reka-ui'
import { beforeEach, expect, it, onTestFinished } from 'vitest'
import { defineComponent, h } from 'vue'
import type { Item } from '../../../../shared/model/item.ts'
import { setLocale, t } from '../../../i18n/i18n.ts'
import { setLink } from '../../../stores/link.ts'
import { memoryLink } from '../../../testing/memoryLink.ts'
import { registerCommands } from '../../../ui/commands.ts'
import { useLabel } from '../labelStore.ts'
import ToolBar from '../ToolBar.vue'
import { regionCommands } from './regionCommands.ts'
import { toolCommands } from './toolCommands.ts'

beforeEach(() => {
  setLocale('en')
  localStorage.clear()
  setActivePinia(createPinia())
})

it('after holes were cut, the key of a tool draws regions again', () => {
  const label = useLabel()
  const commands = [...toolCommands(label), ...regionCommands(label)]
  const press = (id: string): string => {
    void commands.find((command) => command.id === `label.${id}`)!.run()
    return `${label.tools.active} ${label.editor.settings.ring.becomes}`
  }
  expect(press('ringHole')).toBe('polygon hole')
  expect(press('lasso')).toBe('lasso hole')
  expect(press('lasso')).toBe('lasso region')
  expect(press('ringHole')).toBe('lasso hole')
  expect(press('select')).toBe('select hole')
  expect(press('repeat')).toBe('lasso hole')
  expect(press('ringHole')).toBe('lasso region')
  expect(press('ringPart')).toBe('lasso part')
  expect(press('select')).toBe('select part')
  expect(press('ringPart')).toBe('polygon part')
  expect(press('select')).toBe('select part')
  expect(press('polygon')).toBe('polygon region')
})

async function openPicture() {
  const [datasetId, itemId] = ['01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-000000000002']
  const item = { id: itemId, datasetId, name: 'a', relPath: 'a.tif', width: 60, height: 40, status: 'todo', tags: [] } as unknown as Item
  setLink(
    memoryLink({
      items: {
        get: async () => item,
        neighbours: async () => ({ index: 0, total: 1, listed: true, previous: null, next: null }),
        picture: () => Promise.reject(new Error('no pixels here')),
      },
      annotations: { list: async () => ({ itemRev: 1, annotations: [], canUndo: false, canRedo: false }) },
      datasets: { list: async () => [], classes: async () => [] },
    }),
  )
  const label = useLabel()
  await label.open(itemId)
  return label
}

it('a tool chosen in the tool bar is what its key chooses: outlines are regions again, and N takes it once more', async () => {
  const label = await openPicture()
  const commands = [...toolCommands(label), ...regionCommands(label)]
  onTestFinished(registerCommands(commands))
  const bar = mount(defineComponent(() => () => h(TooltipProvider, () => h(ToolBar))))
  const click = (tool: 'select' | 'lasso'): Promise<void> => bar.get(`button[aria-label="${t(`label.commands.${tool}`)}"]`).trigger('click')
  const run = (id: string): void => void commands.find((command) => command.id === `label.${id}`)!.run()
  run('ringHole')
  await click('select')
  expect(label.editor.settings.ring.becomes).toBe('hole')
  await click('lasso')
  expect([label.tools.active, label.editor.settings.ring.becomes]).toEqual(['lasso', 'region'])
  await click('select')
  run('repeat')
  expect(label.tools.active).toBe('lasso')
})

it('another drawing is of the tool that was chosen last, also after the page was left, and whoever chose it', () => {
  const label = useLabel()
  label.tools.choose('polygon')
  label.tools.choose('select')
  void toolCommands(label)
    .find(({ id }) => id === 'label.repeat')!
    .run()
  expect(label.tools.active).toBe('polygon')
})

it('what outlines become is not kept over a restart', () => {
  useLabel().editor.setSettings({ ring: { becomes: 'hole' }, brush: { size: 77 } })
  setActivePinia(createPinia())
  const { settings } = useLabel().editor
  expect([settings.ring.becomes, settings.brush.size]).toEqual(['region', 77])
})
