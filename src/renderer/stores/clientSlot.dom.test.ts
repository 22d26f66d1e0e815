import { createPinia, setActivePinia } from 'pinia'
import { afterEach, expect, it, vi } from 'vitest'
import { memoryLink, type MemoryLink } from '../testing/memoryLink.ts'
import { setLink } from './link.ts'
import { useStudio } from './studio.ts'

afterEach(() => {
  sessionStorage.clear()
  localStorage.clear()
})

/** A host that gives the slot that is asked for, if nobody has it, else the lowest that is free. */
function hostOfTabs() {
  let taken = new Set<string>()
  const asked: (string | null)[] = []
  const link = (): MemoryLink =>
    memoryLink({
      system: {
        hello: async ({ preferredClient }) => {
          asked.push(preferredClient)
          const free = [1, 2, 3].map((n) => `page-${n}`).filter((slot) => !taken.has(slot))
          const client = free.find((slot) => slot === preferredClient) ?? free[0]!
          taken.add(client)
          return { version: '1', shell: 'web', platform: 'linux', client, projectOpen: false }
        },
        settings: async () => ({ locale: 'en', theme: 'dark', name: null, who: '', keys: null }) as never,
        events: () => new Promise(() => undefined),
      },
      projects: { current: async () => null },
    })
  return { link, asked, free: (slot: string) => void taken.delete(slot), restart: () => void (taken = new Set()) }
}

/** A tab has a page and a session storage of its own; the local storage is that of all. */
function tab(link: MemoryLink) {
  let session: string | null = null
  let studio: ReturnType<typeof useStudio> | null = null
  const inTab = async <T>(work: () => Promise<T>): Promise<T> => {
    sessionStorage.clear()
    if (session !== null) sessionStorage.setItem('mw.client', session)
    setLink(link)
    const done = await work()
    session = sessionStorage.getItem('mw.client')
    return done
  }
  return {
    load: () =>
      inTab(async () => {
        setActivePinia(createPinia())
        studio = useStudio()
        await studio.start()
        return studio.client
      }),
    returns: () =>
      inTab(async () => {
        const { epoch } = studio!
        link.become('connecting')
        link.become('open')
        await vi.waitFor(() => expect(studio!.epoch).toBe(epoch + 1))
        return studio!.client
      }),
  }
}

it('every tab keeps its own undo history: over a reload, and when the host restarts and they come back in another order', async () => {
  const host = hostOfTabs()
  const [a, b] = [tab(host.link()), tab(host.link())]
  expect([await a.load(), await b.load()]).toEqual(['page-1', 'page-2'])
  host.restart()
  expect([await b.returns(), await a.returns()]).toEqual(['page-2', 'page-1'])
  host.restart()
  expect([await a.returns(), await b.returns()]).toEqual(['page-1', 'page-2'])
  host.free('page-2')
  host.free('page-1')
  expect(await a.load()).toBe('page-1')
})

it('a tab opened after all were closed goes on with the history of the last one', async () => {
  const host = hostOfTabs()
  await tab(host.link()).load()
  await tab(host.link()).load()
  host.restart()
  expect(await tab(host.link()).load()).toBe('page-2')
  expect(host.asked.at(-1)).toBe('page-2')
})
