import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { TooltipProvider } from 'reka-ui'
import { beforeEach, expect, it, onTestFinished } from 'vitest'
import { defineComponent, h, nextTick } from 'vue'
import type { Annotation } from '../../../shared/model/annotation.ts'
import type { ClassRecord } from '../../../shared/model/dataset.ts'
import type { Item } from '../../../shared/model/item.ts'
import { setLocale, t } from '../../i18n/i18n.ts'
import { useDatasets } from '../../stores/datasets.ts'
import { setLink } from '../../stores/link.ts'
import { memoryLink } from '../../testing/memoryLink.ts'
import AppSelect from '../../ui/AppSelect.vue'
import { registerCommands } from '../../ui/commands.ts'
import { putKeysInForce } from '../../ui/keyMap.ts'
import ClassChooser from './ClassChooser.vue'
import { chooserAt } from './classChooser.ts'
import ClassesPanel from './ClassesPanel.vue'
import { classChoiceCommand } from './commands/aidsCommands.ts'
import { classCommands } from './commands/classCommands.ts'
import { useLabel } from './labelStore.ts'
import MultiAttributes from './multi/MultiAttributes.vue'

const id = (n: number): string => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`
const [datasetId, itemId] = [id(1), id(2)]
const item = { id: itemId, datasetId, name: 'a', relPath: 'a.tif', width: 60, height: 40, status: 'todo', tags: [] } as unknown as Item
const classes = Array.from({ length: 12 }, (_, order): ClassRecord => {
  return {
    id: id(100 + order),
    datasetId,
    name: `class ${'abcdefghijkl'[order]}`,
    maskIndex: null,
    color: '#102030',
    order,
    annotationCount: 0,
  }
})
const object = (n: number, x: number): Annotation => ({
  id: id(n),
  itemId,
  classId: id(100),
  region: 'object',
  shape: { kind: 'box', x, y: 5, w: 8, h: 8 },
  attributes: {},
  provenance: { kind: 'human' },
  z: n,
  rev: 1,
})

async function openPicture() {
  const neighbours = async () => ({ index: 0, total: 1, listed: true, previous: null, next: null })
  setLink(
    memoryLink({
      items: { get: async () => item, neighbours, picture: () => Promise.reject(new Error('no pixels here')) },
      annotations: {
        list: async () => ({ itemRev: 1, annotations: [object(11, 5), object(12, 25)], canUndo: false, canRedo: false }),
        apply: () => new Promise(() => undefined),
      },
      datasets: {
        list: async () => [],
        classes: async () => classes,
        attributeSchema: async () => ({ all: [], classes: [] }),
      },
    }),
  )
  const label = useLabel()
  await label.open(itemId)
  useDatasets().classes = classes
  await nextTick()
  label.editor.pen.setClass(id(100))
  onTestFinished(registerCommands([...classCommands(label), classChoiceCommand(label)]))
  return label
}

const show = (component: Parameters<typeof h>[0]) =>
  mount(
    defineComponent(() => () => h(TooltipProvider, () => h(component as never))),
    { attachTo: document.body },
  )
async function openChooser(label: ReturnType<typeof useLabel>): Promise<{ title: string; choose: (name: string) => Promise<void> }> {
  const command = classChoiceCommand(label)
  expect(command.when!()).toBe(true)
  void command.run()
  await nextTick()
  const dialog = document.querySelector('[role="dialog"]')!
  return {
    title: dialog.querySelector('h2')?.textContent ?? '',
    async choose(name) {
      const option = [...dialog.querySelectorAll('[role="option"]')].find((each) => each.textContent.includes(name))!
      option.dispatchEvent(new MouseEvent('click', { bubbles: true }))
      await nextTick()
    },
  }
}
const classOf = (label: ReturnType<typeof useLabel>, n: number) => label.editor.records.get(id(n))?.classId

beforeEach(() => {
  document.body.innerHTML = ''
  localStorage.clear()
  sessionStorage.clear()
  chooserAt.value = null
  setLocale('en')
  setActivePinia(createPinia())
})

it('with a brush in hand the class chosen by name is that of the selection, which stays selected', async () => {
  const label = await openPicture()
  show(ClassChooser)
  label.tools.choose('brush')
  label.editor.select([id(11)])
  const list = await openChooser(label)
  expect(list.title).toBe(t('aids.classes'))
  await list.choose('class l')
  expect([classOf(label, 11), [...label.editor.selection], label.editor.pen.classId]).toEqual([id(111), [id(11)], id(111)])
  // Its key is the next colour.
  label.useClass(id(101))
  expect([classOf(label, 11), label.editor.selection.size, label.editor.pen.classId]).toEqual([id(111), 0, id(101)])
})

it('so is the class of several objects in their tab', async () => {
  const label = await openPicture()
  label.tools.choose('wand')
  label.editor.select([id(11), id(12)])
  const tab = show(MultiAttributes)
  tab.findAllComponents(AppSelect)[0]!.vm.$emit('update:modelValue', id(105))
  await nextTick()
  expect([classOf(label, 11), classOf(label, 12), label.editor.selection.size]).toEqual([id(105), id(105), 2])
})

it('without a selection, and while something is drawn, it is the class of what is drawn next', async () => {
  const label = await openPicture()
  show(ClassChooser)
  const list = await openChooser(label)
  expect(list.title).toBe(t('aids.nextClass'))
  await list.choose('class k')
  expect([label.editor.pen.classId, classOf(label, 11)]).toEqual([id(110), id(100)])
  label.editor.select([id(11)])
  label.tools.choose('polygon')
  label.tools.down({ x: 1, y: 1 }, 'main', 1, { shift: false, alt: false, mod: false })
  expect(label.tools.busy).toBe(true)
  const again = await openChooser(label)
  expect(again.title).toBe(t('aids.nextClass'))
  await again.choose('class l')
  expect([label.editor.pen.classId, classOf(label, 11)]).toEqual([id(111), id(100)])
})

it('the list of classes shows the keys that are in force', async () => {
  const label = await openPicture()
  const keys = () => [...document.querySelectorAll('li kbd')].map((each) => each.textContent)
  onTestFinished(() => putKeysInForce(new Map()))
  show(ClassesPanel)
  expect(label.classes).toHaveLength(12)
  expect(keys()).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9', 'Ctrl+0', '', ''])
  putKeysInForce(
    new Map([
      ['label.class1', ['Mod+1']],
      ['label.class10', ['0']],
    ]),
  )
  await nextTick()
  expect(keys()).toEqual(['Ctrl+1', '2', '3', '4', '5', '6', '7', '8', '9', '0', '', ''])
})

it('the digits count the classes without background, which stands last and has no key', async () => {
  const label = await openPicture()
  const [first, second] = classes
  useDatasets().classes = [
    { ...first!, name: 'background', order: 0 },
    { ...second!, name: 'wheel', order: 1 },
  ]
  show(ClassesPanel)
  show(ClassChooser)
  await nextTick()
  const rows = [...document.querySelectorAll('li')].map((row) =>
    [...row.querySelectorAll('kbd, .truncate')].map((each) => each.textContent),
  )
  expect(rows).toEqual([
    ['1', 'wheel'],
    ['', 'background'],
  ])
  await openChooser(label)
  expect([...document.querySelectorAll('[role="option"]')].map((row) => row.textContent)).toEqual(['wheel1', 'background'])
  chooserAt.value = null
  label.editor.select([id(11)])
  const [one, two] = classCommands(label)
  expect([one!.when!(), two!.when!()]).toEqual([true, false])
  void one!.run()
  expect(classOf(label, 11)).toBe(second!.id)
})
