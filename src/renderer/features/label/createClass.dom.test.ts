import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { TooltipProvider } from 'reka-ui'
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { defineComponent, h, nextTick } from 'vue'
import { AppError } from '../../../shared/errors.ts'
import type { Annotation, Edit } from '../../../shared/model/annotation.ts'
import type { ClassRecord } from '../../../shared/model/dataset.ts'
import type { Item } from '../../../shared/model/item.ts'
import { setLocale, t } from '../../i18n/i18n.ts'
import { useDatasets } from '../../stores/datasets.ts'
import { setLink } from '../../stores/link.ts'
import { memoryLink } from '../../testing/memoryLink.ts'
import { registerCommands } from '../../ui/commands.ts'
import { toasts } from '../../ui/toasts.ts'
import { chooserAt } from './classChooser.ts'
import ClassChooser from './ClassChooser.vue'
import { classChoiceCommand } from './commands/aidsCommands.ts'
import { useLabel } from './labelStore.ts'
import ObjectsPanel from './ObjectsPanel.vue'

const id = (n: number): string => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`
const [datasetId, itemId] = [id(1), id(2)]
const item = { id: itemId, datasetId, name: 'a', relPath: 'a.png', width: 60, height: 40, status: 'todo', tags: [] } as unknown as Item
const classOf = (n: number, name: string): ClassRecord => {
  return { id: id(n), datasetId, name, maskIndex: null, color: '#102030', order: n, annotationCount: 0 }
}
const object = (n: number): Annotation => ({
  id: id(n),
  itemId,
  classId: null,
  region: 'object',
  shape: { kind: 'box', x: n, y: 5, w: 8, h: 8 },
  attributes: {},
  provenance: { kind: 'human' },
  z: n,
  rev: 1,
})

/** A picture of a dataset with these classes, and what the host was asked for. */
async function openPicture(names: readonly string[] = [], annotations: readonly Annotation[] = []) {
  const classes = names.map((name, i) => classOf(100 + i, name))
  const sent: Edit[][] = []
  const add = vi.fn((name: string) => {
    const added = classOf(100 + classes.length, name)
    classes.push(added)
    return added
  })
  setLink(
    memoryLink({
      items: {
        get: async () => item,
        neighbours: async () => ({ index: 0, total: 1, listed: true, previous: null, next: null }),
        picture: () => Promise.reject(new Error('no pixels here')),
      },
      annotations: {
        list: async () => ({ itemRev: 1, annotations: [...annotations], canUndo: false, canRedo: false }),
        apply: ({ edits }) => (sent.push([...edits]), new Promise(() => undefined)),
      },
      datasets: {
        list: async () => [],
        classes: async (of) => (of.datasetId === datasetId ? [...classes] : new Promise<never>(() => undefined)),
        attributeSchema: async () => ({ all: [], classes: [] }),
        addClass: async ({ name }) => add(name),
      },
    }),
  )
  const label = useLabel()
  await label.open(itemId)
  await useDatasets().reloadClasses()
  await nextTick()
  onTestFinished(registerCommands([classChoiceCommand(label)]))
  return { label, sent, add }
}

const show = (component: Parameters<typeof h>[0]) =>
  mount(
    defineComponent(() => () => h(TooltipProvider, () => h(component as never))),
    { attachTo: document.body },
  )
const dialog = () => document.querySelector<HTMLElement>('[role="dialog"]')!
const options = () => [...dialog().querySelectorAll('[role="option"]')].map((each) => each.textContent.trim())

async function openChooser(label: ReturnType<typeof useLabel>): Promise<void> {
  const command = classChoiceCommand(label)
  expect(command.when!()).toBe(true)
  void command.run()
  await nextTick()
}
async function type(text: string): Promise<HTMLInputElement> {
  const field = dialog().querySelector('input')!
  field.value = text
  field.dispatchEvent(new Event('input', { bubbles: true }))
  await nextTick()
  await nextTick()
  return field
}
async function typeAndEnter(text: string): Promise<void> {
  const field = await type(text)
  field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }))
  await nextTick()
}
const draw = (label: ReturnType<typeof useLabel>): void => {
  const none = { shift: false, alt: false, mod: false }
  label.editor.setCamera({ scale: 1, x: 0, y: 0 })
  label.tools.choose('box')
  label.tools.down({ x: 1, y: 1 }, 'main', 1, none)
  label.tools.move({ x: 30, y: 30 }, none)
  label.tools.up({ x: 30, y: 30 }, none)
}

beforeEach(() => {
  document.body.innerHTML = ''
  localStorage.clear()
  sessionStorage.clear()
  chooserAt.value = null
  toasts.length = 0
  setLocale('en')
  setActivePinia(createPinia())
})

it('without classes the name that is typed becomes the class of the selection, and of what is drawn next', async () => {
  const { label, sent, add } = await openPicture([], [object(11), object(12)])
  show(ClassChooser)
  label.editor.select([id(11), id(12)])
  await openChooser(label)
  expect([options(), dialog().textContent]).toEqual([[], expect.stringContaining(t('aids.noClasses'))])
  expect(dialog().textContent).not.toContain('“”')
  await typeAndEnter(' wheel ')
  await vi.waitFor(() => expect(sent).toHaveLength(1))
  expect(add.mock.calls).toEqual([['wheel']])
  expect(sent[0]!.map((edit) => edit.op === 'update' && [edit.id, edit.patch.classId])).toEqual([
    [id(11), id(100)],
    [id(12), id(100)],
  ])
  expect([label.editor.pen.classId, dialog()]).toEqual([id(100), null])
})

it('is for what was selected when it was asked for, whatever is selected by the time it is there', async () => {
  const { label, sent } = await openPicture([], [object(11), object(12)])
  show(ClassChooser)
  label.editor.select([id(11)])
  await openChooser(label)
  await typeAndEnter('wheel')
  label.editor.select([id(12)])
  await vi.waitFor(() => expect(sent).toHaveLength(1))
  expect(sent[0]!.map((edit) => edit.op === 'update' && edit.id)).toEqual([id(11)])
})

it('nothing is given where the class could not be created', async () => {
  const { label, sent, add } = await openPicture(['car'], [object(11)])
  add.mockImplementation((name) => {
    throw new AppError('class/duplicate', 'there is one', { name })
  })
  show(ClassChooser)
  label.editor.select([id(11)])
  await openChooser(label)
  await typeAndEnter('wheel')
  await vi.waitFor(() => expect(toasts.map(({ tone }) => tone)).toEqual(['error']))
  expect([sent, label.editor.records.get(id(11))?.classId]).toEqual([[], null])
})

it('a class that differs by case or blanks is offered first, and said; the new one stands last', async () => {
  const { label, sent, add } = await openPicture(['Traffic light', 'car'], [object(11)])
  show(ClassChooser)
  label.editor.select([id(11)])
  await openChooser(label)
  await type('trafficlight')
  expect(options()).toEqual(['Traffic light', t('aids.create', { name: 'trafficlight' })])
  expect(dialog().querySelector('[role="status"]')!.textContent).toBe(t('aids.alike', { name: 'trafficlight', other: 'Traffic light' }))
  await typeAndEnter('trafficlight')
  await vi.waitFor(() => expect(sent).toHaveLength(1))
  expect([add.mock.calls, label.editor.records.get(id(11))?.classId]).toEqual([[], id(100)])
})

it('where nothing can be chosen the field points to nothing', async () => {
  const { label } = await openPicture(['car'])
  show(ClassChooser)
  await openChooser(label)
  const field = await type('c')
  expect(document.getElementById(field.getAttribute('aria-activedescendant')!)?.textContent).toBe('car')
  await type('w'.repeat(201))
  expect([options(), field.getAttribute('aria-activedescendant')]).toEqual([[], null])
  await type('car')
  expect(field.getAttribute('aria-activedescendant')).not.toBeNull()
})

it('who draws without a class is told once what gives one', async () => {
  const { label } = await openPicture()
  const panel = show(ObjectsPanel)
  const said = t('aids.bare', { key: 'Ctrl+E' })
  draw(label)
  await nextTick()
  expect(toasts.map(({ text }) => text)).toEqual([said])
  expect(panel.text()).toContain(t('aids.bareObjects', { key: 'Ctrl+E' }))
  toasts.length = 0
  label.editor.select([])
  await nextTick()
  draw(label)
  await nextTick()
  expect([label.editor.records.size, toasts]).toEqual([2, []])
})

it('where the classes are not known yet nobody is told', async () => {
  const { label } = await openPicture([], [object(11)])
  const panel = show(ObjectsPanel)
  expect(panel.text()).toContain('Ctrl+E')
  useDatasets().select(id(3))
  label.editor.select([id(11)])
  await nextTick()
  expect([toasts, panel.text().includes('Ctrl+E')]).toEqual([[], false])
})

it('who has a class is not told', async () => {
  const { label } = await openPicture(['car'])
  const panel = show(ObjectsPanel)
  draw(label)
  await nextTick()
  expect([label.editor.records.size, toasts, panel.text().includes('Ctrl+E')]).toEqual([1, [], false])
})
