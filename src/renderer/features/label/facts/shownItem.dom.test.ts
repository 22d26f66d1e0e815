import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { TooltipProvider } from 'reka-ui'
import { expect, it, onTestFinished, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import type { Project } from '../../../../shared/api/page/projects.ts'
import { AppError } from '../../../../shared/errors.ts'
import type { Item } from '../../../../shared/model/item.ts'
import { mergeInstructions } from '../../../../shared/model/mergeInstructions.ts'
import { t } from '../../../i18n/i18n.ts'
import { setLink } from '../../../stores/link.ts'
import { useSaveState } from '../../../stores/saveState.ts'
import { useStudio } from '../../../stores/studio.ts'
import { memoryLink } from '../../../testing/memoryLink.ts'
import PictureConflicts from '../conflicts/PictureConflicts.vue'
import { useLabel } from '../labelStore.ts'
import InstructionFields from './InstructionFields.vue'
import { useTextDrafts } from './textDrafts.ts'

const [datasetId, itemId] = ['01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-000000000002']
const item = {
  id: itemId,
  datasetId,
  name: 'a',
  relPath: 'a.jpg',
  width: 60,
  height: 40,
  status: 'done',
  statusNote: '',
  tags: ['day'],
  instructions: { texts: ['the car'], isSentence: false },
} as unknown as Item

/** What is on its way, or asked about. */
const unsettled = (): number => useSaveState().pending + useSaveState().asked

/** The open picture of a host that can be out of reach, or refuse what is said of it. */
async function opened(project: Project | null = null) {
  setActivePinia(createPinia())
  useStudio().project = project
  const host = { item, down: false, full: false, refuses: false, slow: Promise.resolve() }
  setLink(
    memoryLink({
      items: {
        get: async () => host.item,
        neighbours: async () => ({ index: 0, total: 1, listed: true, previous: null, next: null }),
        picture: async () => Promise.reject(new AppError('file/unreadable', 'no picture here')),
      },
      annotations: {
        list: async () => ({ itemRev: 1, annotations: [], canUndo: false, canRedo: false }),
        describe: async ({ entryId, change }) => {
          await host.slow
          if (host.down) throw new AppError('rpc/unavailable', 'no answer')
          if (host.full) throw new AppError('disk/full', 'no space is left')
          if (host.refuses) throw new AppError('item/not-found', 'there is no such picture', { id: itemId })
          const { status, instructions } = host.item
          if (change.kind === 'status' && change.seen && change.seen.status !== status)
            throw new AppError('item/conflict', 'changed', { id: itemId })
          const merged = change.kind === 'instructions' && change.seen && mergeInstructions(change.seen, change.instructions, instructions)
          if (merged === null) throw new AppError('item/conflict', 'changed', { id: itemId })
          if (change.kind === 'tags') host.item = { ...host.item, tags: [...host.item.tags, ...change.add] }
          if (change.kind === 'instructions') host.item = { ...host.item, instructions: merged || change.instructions }
          if (change.kind === 'status') host.item = { ...host.item, status: change.status }
          const told = { entryId, itemId, command: `item.${change.kind}`, changed: [], deleted: [], itemRev: 1, savedAt: 1 }
          return { ...told, canUndo: true, canRedo: false, listedIn: datasetId }
        },
      },
      datasets: { list: async () => [], classes: async () => [] },
    }),
  )
  const label = useLabel()
  await label.open(itemId)
  const back = async (): Promise<void> => {
    host.down = host.full = false
    label.retrySaving()
    await vi.waitFor(() => expect(unsettled()).toBe(0))
  }
  return { host, label, back }
}

it('what is said of a picture while the host is out of reach shows, and is kept when more is said', async () => {
  const { host, label, back } = await opened()
  host.down = true
  const Host = defineComponent(() => () => h(TooltipProvider, () => label.item && h(InstructionFields, { item: label.item })))
  const page = mount(Host, { attachTo: document.body })
  onTestFinished(() => page.unmount())
  void label.describe(itemId, { kind: 'tags', add: ['night'], remove: ['day'] })
  void label.describe(itemId, { kind: 'tags', add: ['rain'], remove: [] })
  expect(label.item?.tags).toEqual(['night', 'rain'])
  await page.get('#instructions-sentences').trigger('click')
  await flushPromises()
  await page.get('textarea').setValue('the red car')
  await page.get('textarea').trigger('change')
  await flushPromises()
  expect(label.item?.instructions).toEqual({ texts: ['the red car'], isSentence: true })
  // Another look at what the host has so far takes nothing of it away.
  await useStudio().dispatch({ type: 'items', datasetId })
  await flushPromises()
  expect([label.item?.tags, label.item?.instructions.isSentence]).toEqual([['night', 'rain'], true])
  await back()
  expect(host.item.instructions).toEqual({ texts: ['the red car'], isSentence: true })
})

it('what had to wait and is refused later shows no more', async () => {
  const { host, label, back } = await opened()
  host.down = true
  host.refuses = true
  expect(await label.setStatus('reviewed')).toBe('waiting')
  void label.describe(itemId, { kind: 'tags', add: ['night'], remove: [] })
  expect([label.item?.status, label.item?.tags]).toEqual(['reviewed', ['day', 'night']])
  host.item = { ...host.item, status: 'rejected' }
  await back()
  await vi.waitFor(() => expect([label.item?.status, label.item?.tags]).toEqual(['rejected', ['day']]))
})

it('texts that the full disk refuses stay in their field, whichever picture is open, and are saved when there is room again', async () => {
  const { host, label, back } = await opened()
  host.full = true
  void label.describe(itemId, { kind: 'tags', add: ['night'], remove: [] })
  await vi.waitFor(() => expect(label.editor.readOnly).toBe(true))
  const Host = defineComponent(() => () => h(TooltipProvider, () => label.item && h(InstructionFields, { item: label.item })))
  const show = () => mount(Host, { attachTo: document.body })
  const asksAtClosing = (): boolean => !window.dispatchEvent(new Event('beforeunload', { cancelable: true }))
  const page = show()
  expect(asksAtClosing()).toBe(false)
  page.get('textarea').element.value = 'the red car'
  await page.get('textarea').trigger('input')
  // Still in the field that has the focus.
  expect(asksAtClosing()).toBe(true)
  await page.get('textarea').trigger('change')
  await flushPromises()
  expect(page.text()).toContain(t('tags.unsaved'))
  page.unmount()
  const again = show()
  onTestFinished(() => again.unmount())
  expect(again.get('textarea').element.value).toBe('the red car')
  await back()
  await vi.waitFor(() => expect(host.item.instructions.texts).toEqual(['the red car']))
  await flushPromises()
  expect([again.text().includes(t('tags.unsaved')), asksAtClosing()]).toEqual([false, false])
})

it('texts and states that another window changed meanwhile are asked about with both versions, and nothing is overwritten before', async () => {
  const { host, label, back } = await opened()
  const texts = (...of: string[]) => ({ texts: of, isSentence: false })
  host.down = true
  expect(await label.setStatus('reviewed')).toBe('waiting')
  void label.describe(itemId, { kind: 'instructions', instructions: texts('the red car') })
  void label.describe(itemId, { kind: 'instructions', instructions: texts('the red car', 'the road') })
  host.item = { ...host.item, status: 'rejected', statusNote: 'blurred', instructions: texts('the blue car') }
  await back().catch(() => undefined)
  await vi.waitFor(() => expect(label.pictureConflicts).toHaveLength(2))
  await flushPromises()
  expect([host.item.status, host.item.instructions.texts]).toEqual(['rejected', ['the blue car']])
  expect([label.item?.status, label.item?.instructions.texts, unsettled()]).toEqual(['rejected', ['the blue car'], 2])
  const page = mount(PictureConflicts, { attachTo: document.body })
  onTestFinished(() => page.unmount())
  for (const word of ['the red car\nthe road', 'the blue car', 'blurred']) expect(page.text()).toContain(word)
  const [status, written] = label.pictureConflicts
  await label.settlePicture(status!, 'theirs')
  // Changed once more before the choice: asked again, on what is stored by then.
  host.item = { ...host.item, instructions: texts('the green car') }
  await label.settlePicture(written!, 'mine')
  await vi.waitFor(() => expect(label.pictureConflicts).toMatchObject([{ theirs: { instructions: { texts: ['the green car'] } } }]))
  await label.settlePicture(label.pictureConflicts[0]!, 'both')
  await vi.waitFor(() => expect(unsettled()).toBe(0))
  expect([host.item.status, host.item.instructions.texts]).toEqual(['rejected', ['the green car', 'the red car', 'the road']])
})

it('what is being typed outlives what another window saves, and both are kept', async () => {
  const { host, label } = await opened()
  const Host = defineComponent(() => () => h(TooltipProvider, () => label.item && h(InstructionFields, { item: label.item })))
  const page = mount(Host, { attachTo: document.body })
  onTestFinished(() => page.unmount())
  page.get('textarea').element.value = 'the red car'
  await page.get('textarea').trigger('input')
  host.item = { ...host.item, instructions: { texts: ['the car', 'the sky'], isSentence: false } }
  await useStudio().dispatch({ type: 'items', datasetId })
  await flushPromises()
  expect(label.item?.instructions.texts).toEqual(['the car', 'the sky'])
  expect(page.get('textarea').element.value).toBe('the red car')
  await page.get('textarea').trigger('change')
  await vi.waitFor(() => expect(host.item.instructions.texts).toEqual(['the red car', 'the sky']))
  await useStudio().dispatch({ type: 'items', datasetId })
  await flushPromises()
  expect(page.findAll('textarea').map(({ element }) => element.value)).toEqual(['the red car', 'the sky'])
})

const projectOf = (name: string): Project => ({ key: name, id: name, name, path: `/data/${name}`, openedAt: 0 })

it.each([null, projectOf('other')])(
  'a text that is being typed when another window opens a project waits for its own (%o)',
  async (next) => {
    const mine = projectOf('mine')
    const { host, label } = await opened(mine)
    const [studio, saves] = [useStudio(), useSaveState()]
    const Host = defineComponent(() => () => h(TooltipProvider, () => label.item && h(InstructionFields, { item: label.item })))
    const page = mount(Host, { attachTo: document.body })
    onTestFinished(() => page.unmount())
    page.get('textarea').element.value = 'the red car'
    await page.get('textarea').trigger('input')
    studio.project = next
    await flushPromises()
    const waits = { away: [{ projectKey: 'mine', name: 'mine', commands: ['item.instructions'] }], refused: [], pending: 0, unsaved: 1 }
    expect([page.find('textarea').exists(), saves]).toMatchObject([false, waits])
    studio.project = projectOf('other')
    await flushPromises()
    expect([host.item.instructions.texts, saves]).toMatchObject([['the car'], waits])
    studio.project = mine
    await vi.waitFor(() => expect([host.item.instructions.texts, saves.unsaved]).toEqual([['the red car'], 0]))
  },
)

it("a text that is changed again while it is being saved is in nobody's way", async () => {
  const { host, label } = await opened()
  host.item = { ...item, instructions: { texts: [], isSentence: false } }
  await useStudio().dispatch({ type: 'items', datasetId })
  await flushPromises()
  const drafts = useTextDrafts()
  const { promise, resolve } = Promise.withResolvers<void>()
  host.slow = promise
  drafts.add(label.item!)
  const sent: Promise<void>[] = []
  for (const text of ['x', 'xy', 'xyz']) {
    drafts.edit(label.item!, 0, text)
    sent.push(drafts.save(itemId))
    await flushPromises()
  }
  resolve()
  await Promise.all(sent)
  expect([host.item.instructions.texts, label.pictureConflicts]).toEqual([['xyz'], []])
})

it('the switch for sentences overwrites no text that another window changed since this one was begun', async () => {
  const { host, label } = await opened()
  const drafts = useTextDrafts()
  drafts.edit(label.item!, 0, 'the red car')
  host.item = { ...item, instructions: { texts: ['the blue car'], isSentence: false } }
  await useStudio().dispatch({ type: 'items', datasetId })
  await flushPromises()
  await drafts.setSentences(label.item!, true)
  expect(host.item.instructions).toEqual({ texts: ['the blue car'], isSentence: false })
  expect(label.pictureConflicts).toMatchObject([{ mine: { instructions: { texts: ['the red car'], isSentence: true } } }])
})

it('the switch for sentences, used while a text is being saved, leaves what was typed meanwhile', async () => {
  const { host, label } = await opened()
  const drafts = useTextDrafts()
  const { promise, resolve } = Promise.withResolvers<void>()
  host.slow = promise
  const sent: Promise<void>[] = []
  for (const text of ['the red car', 'the green car']) {
    drafts.edit(label.item!, 0, text)
    sent.push(drafts.save(itemId))
    await flushPromises()
  }
  sent.push(drafts.setSentences(label.item!, true))
  resolve()
  await Promise.all(sent)
  expect([host.item.instructions, label.pictureConflicts]).toEqual([{ texts: ['the green car'], isSentence: true }, []])
})

it('what is asked about texts is asked in their own project only, and is still unsaved in another one', async () => {
  const mine = projectOf('mine')
  const { host, label } = await opened(mine)
  const [studio, saves] = [useStudio(), useSaveState()]
  host.item = { ...item, instructions: { texts: ['the blue car'], isSentence: false } }
  await label.describe(itemId, { kind: 'instructions', instructions: { texts: ['the red car'], isSentence: false } })
  expect(label.pictureConflicts).toHaveLength(1)
  studio.project = projectOf('other')
  await flushPromises()
  expect([label.pictureConflicts, saves.unsaved]).toEqual([[], 1])
  studio.project = mine
  await flushPromises()
  await label.settlePicture(label.pictureConflicts[0]!, 'mine')
  expect([host.item.instructions.texts, label.pictureConflicts, saves.unsaved]).toEqual([['the red car'], [], 0])
})

it('a text that is refused is kept in its field alone, and by the window once the field has let go of it', async () => {
  const { host, label, back } = await opened()
  const [drafts, saves] = [useTextDrafts(), useSaveState()]
  const asksAtClosing = (): boolean => !window.dispatchEvent(new Event('beforeunload', { cancelable: true }))
  host.refuses = true
  drafts.edit(label.item!, 0, 'the red car')
  await drafts.save(itemId)
  expect([drafts.isRefused(label.item!), drafts.texts(label.item!), saves.unsaved, asksAtClosing()]).toEqual([
    true,
    ['the red car'],
    0,
    true,
  ])
  host.refuses = false
  await drafts.save(itemId)
  expect([host.item.instructions.texts, drafts.isRefused(label.item!), saves.unsaved, asksAtClosing()]).toEqual([
    ['the red car'],
    false,
    0,
    false,
  ])
  host.down = host.refuses = true
  drafts.edit(label.item!, 0, 'the green car')
  await drafts.save(itemId)
  await back()
  await flushPromises()
  expect([label.item?.instructions.texts, saves.refused.length, asksAtClosing()]).toEqual([['the red car'], 1, false])
  host.down = true
  saves.again(saves.refused[0]!.id)
  await flushPromises()
  expect([label.item?.instructions.texts, saves.refused]).toEqual([['the green car'], []])
  host.refuses = false
  await back()
  expect(host.item.instructions.texts).toEqual(['the green car'])
})
