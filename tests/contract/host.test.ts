import { cpSync, mkdirSync, readdirSync, renameSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../../src/main/newId.ts'
import type { StudioEvent } from '../../src/shared/api/page/system.ts'
import { endOfJob, makeProject, projectOf, remove, startCore } from './coreHarness.ts'

let started: Awaited<ReturnType<typeof startCore>>
beforeAll(async () => {
  started = await startCore()
})
afterAll(async () => {
  await started.core.close()
  remove(started.folder)
})

/** A page, without the socket between. */
function openPage() {
  const gone = new AbortController()
  return { client: started.core.rpc.localClient(started.core.connect('web', gone.signal)), leave: () => gone.abort() }
}

test('without a project every method that needs one says so', async () => {
  const { client, leave } = openPage()
  expect(await client.projects.current({})).toBeNull()
  for (const call of [
    client.datasets.list({}),
    client.runs.list({}),
    client.models.list({}),
    client.annotations.undo({ client: 'page-1' }),
  ]) {
    await expect(call).rejects.toMatchObject({ code: 'project/none-open' })
  }
  leave()
})

test('the limit of embeddings belongs to the user: it is changed and told without a project', async () => {
  const { client, leave } = openPage()
  expect(await client.assist.changeCache({ limitBytes: 3e9 })).toEqual({ files: 0, bytes: 0, limitBytes: 3e9 })
  expect(await client.assist.cache({})).toEqual({ files: 0, bytes: 0, limitBytes: 3e9 })
  leave()
})

test('what only a command line may ask is refused to a page', async () => {
  const { client, leave } = openPage()
  await expect(client.folders.idForPath({ path: '/' })).rejects.toMatchObject({ code: 'auth/forbidden' })
  await expect(client.system.startUrl({})).rejects.toMatchObject({ code: 'auth/forbidden' })
  expect(await started.client.system.startUrl({})).toEqual({ url: null })
  leave()
})

test('pages get slots; one that left is given to the next', async () => {
  const pages = [openPage(), openPage()]
  const hello = async ({ client }: ReturnType<typeof openPage>) => (await client.system.hello({ preferredClient: null })).client
  expect([await hello(pages[0]!), await hello(pages[1]!)]).toEqual(['page-1', 'page-2'])
  pages[0]!.leave()
  const third = openPage()
  expect(await hello(third)).toBe('page-1')
  expect((await started.client.system.hello({ preferredClient: null })).client).toBe('cli')
  pages[1]!.leave()
  third.leave()
})

test('settings are kept for the user', async () => {
  await started.client.system.saveSettings({ locale: 'zh-CN' })
  await started.client.system.saveSettings({ theme: 'light' })
  await started.client.system.saveSettings({ name: 'Ada' })
  expect(await started.client.system.settings({})).toEqual({ locale: 'zh-CN', theme: 'light', name: 'Ada', who: 'Ada', keys: null })
  const keys = { preset: 'cvat' as const, changes: { 'label.next': ['X'], 'label.undo': [] } }
  await started.client.system.saveSettings({ keys })
  expect(await started.client.system.settings({})).toMatchObject({ locale: 'zh-CN', theme: 'light', keys })
  for (const bad of [
    { preset: 'vim', changes: {} },
    { preset: 'cvat', changes: { '../x': ['A'] } },
    { preset: 'cvat', changes: { 'a.b': ['x'.repeat(41)] } },
  ])
    await expect(started.client.system.saveSettings({ keys: bad } as never)).rejects.toMatchObject({ code: 'input/invalid' })
  await expect(started.client.system.saveSettings({ theme: 'pink' } as never)).rejects.toMatchObject({ code: 'input/invalid' })
})

test('a page makes a project and a dataset by folder ids alone; another page hears of it', async () => {
  mkdirSync(path.join(started.folder, 'home'), { recursive: true })
  const [writer, reader] = [openPage(), openPage()]
  const heard: StudioEvent['type'][] = []
  const listening = (async () => {
    for await (const event of await reader.client.system.events({})) if (heard.push(event.type) && event.type === 'datasets') break
  })()
  await new Promise((resolve) => setTimeout(resolve, 20))
  const roots = await writer.client.folders.list({ folderId: null })
  const created = await writer.client.projects.create({ folderId: roots.entries[0]!.id, name: 'mine' })
  expect(created).toMatchObject({ name: 'mine', path: path.join(started.folder, 'mine') })
  await expect(writer.client.projects.create({ folderId: roots.entries[0]!.id, name: '../escape' })).rejects.toMatchObject({
    code: 'input/invalid',
  })
  // 'home' is there already and holds something: a project does not move in beside other files.
  mkdirSync(path.join(started.folder, 'home', 'pictures'), { recursive: true })
  await expect(writer.client.projects.create({ folderId: roots.entries[0]!.id, name: 'home' })).rejects.toMatchObject({
    code: 'project/not-empty',
  })
  const listed = await writer.client.folders.list({ folderId: roots.entries[0]!.id })
  expect(listed.entries.find((entry) => entry.name === 'mine')?.looksLike).toBe('project')
  await makeProject(started, { train: 2, val: 1 })
  await listening
  expect(heard).toEqual(expect.arrayContaining(['project', 'datasets']))
  expect((await writer.client.projects.current({}))?.path).toBe(projectOf(started.folder))
  const recent = await writer.client.projects.recent({})
  expect(recent.map((project) => path.basename(project.path))).toEqual(['project', 'mine'])
  // Opened again by its id, the first one is there with nothing in it.
  await writer.client.projects.open({ folderId: recent[1]!.folderId })
  expect(await writer.client.datasets.list({})).toEqual([])
  writer.leave()
  reader.leave()
})

test('a cancelled job leaves nothing and is no error', async () => {
  const { core, client } = started
  const { jobId } = await client.projects.demo({})
  client.jobs.cancel({ jobId }).catch(() => undefined)
  await expect(endOfJob(core, jobId)).rejects.toThrow(/cancelled/)
  expect(await client.datasets.list({})).toEqual([])
  await expect(client.jobs.cancel({ jobId })).rejects.toMatchObject({ code: 'job/not-cancellable' })
})

test('a list of recent projects that cannot be written keeps no project from opening', async () => {
  const other = await startCore()
  mkdirSync(path.join(other.folder, 'state', 'recent.json'), { recursive: true })
  await other.core.host.slot.create(projectOf(other.folder), 'mine')
  expect(await other.client.projects.current({})).toMatchObject({ name: 'mine' })
  expect(readdirSync(path.join(other.folder, 'state')).filter((name) => name.endsWith('.part'))).toEqual([])
  await other.core.close()
  remove(other.folder)
})

test('a copy of a project is another one to whatever was done in the original, and a renamed folder is the same', async () => {
  const other = await startCore()
  const { slot } = other.core.host
  const original = (await slot.create(projectOf(other.folder), 'mine')).project
  await slot.close()
  const [copied, renamed] = ['copied', 'renamed'].map((name) => path.join(other.folder, name)) as [string, string]
  cpSync(original.path, copied, { recursive: true })
  const copy = (await slot.open(copied)).project
  expect(copy.id).toBe(original.id)
  expect(copy.key).not.toBe(original.key)
  const gesture = { entryId: newId(), itemId: newId(), client: 'page-1', command: 'delete' }
  const edits = [{ op: 'delete', id: newId(), rev: 1 } as const]
  const apply = (madeIn: string) => other.client.annotations.apply({ ...gesture, edits, madeIn })
  await expect(apply(original.key)).rejects.toMatchObject({ code: 'project/none-open' })
  await expect(apply(copy.key)).rejects.toMatchObject({ code: 'item/not-found' })
  await slot.close()
  renameSync(original.path, renamed)
  expect((await slot.open(renamed)).project.key).toBe(original.key)
  expect(await other.client.projects.recent({})).toHaveLength(2)
  await other.core.close()
  remove(other.folder)
})
