// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, expect, it, onTestFinished, vi } from 'vitest'
import { createClientSlots } from '../../src/main/services/system/clientSlots.ts'
import { setLink } from '../../src/renderer/stores/link.ts'
import { useStudio } from '../../src/renderer/stores/studio.ts'
import { memoryLink, type MemoryLink } from '../../src/renderer/testing/memoryLink.ts'
import { AppError } from '../../src/shared/errors.ts'

afterEach(() => {
  sessionStorage.clear()
  localStorage.clear()
})

/** The slots of the real host; every greeting comes over a connection of its own, as after a lost link. */
function hostOfTabs() {
  let atMs = 0
  let slots = createClientSlots(() => atMs)
  let connections: { readonly slot: string; readonly gone: AbortController }[] = []
  const asked: (string | null)[] = []
  let held: PromiseWithResolvers<void> | null = null
  const link = (): MemoryLink =>
    memoryLink({
      system: {
        hello: async ({ preferredClient, secret }) => {
          asked.push(preferredClient)
          await held?.promise
          const gone = new AbortController()
          const client = slots.take(
            { id: `${connections.length} ${asked.length}`, shell: 'web', gone: gone.signal },
            preferredClient,
            secret,
          )
          connections.push({ slot: client, gone })
          return { version: '1', shell: 'web', platform: 'linux', client, projectOpen: false }
        },
        settings: async () => ({ locale: 'en', theme: 'dark', name: null, who: '', keys: null }) as never,
        events: () => new Promise(() => undefined),
      },
      projects: { current: async () => null },
    })
  return {
    link,
    asked,
    /** The tabs with this slot are closed, and did not come back for long. */
    free(slot: string): void {
      for (const { gone } of connections.filter((one) => one.slot === slot)) gone.abort()
      atMs += 3_600_000
    },
    restart(): void {
      slots = createClientSlots(() => atMs)
      connections = []
    },
    hold: () => void (held = Promise.withResolvers()),
    goOn: () => held?.resolve(),
  }
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

it('a tab that is back before the host knows that it was gone keeps its history, and says nothing under its name before', async () => {
  const host = hostOfTabs()
  const link = host.link()
  const tab1 = tab(link)
  expect(await tab1.load()).toBe('page-1')
  const studio = useStudio()
  expect(studio.known).toBe(true)
  host.hold()
  link.become('connecting')
  expect(studio.known).toBe(false)
  link.become('open')
  await vi.waitFor(() => expect(host.asked).toEqual([null, 'page-1']))
  expect(studio.known).toBe(false)
  host.goOn()
  await vi.waitFor(() => expect(studio.known).toBe(true))
  expect(studio.client).toBe('page-1')
})

it('the slot of a tab that is still open is not asked for by a new one, even while its link is down', async () => {
  const host = hostOfTabs()
  const names = new Set<string>()
  const locks = {
    query: async () => ({ held: [...names].map((name) => ({ name })) }),
    async request(name: string, _options: unknown, work: () => Promise<void>) {
      names.add(name)
      await work()
      names.delete(name)
    },
  }
  vi.stubGlobal('navigator', Object.create(navigator, { locks: { value: locks } }) as Navigator)
  onTestFinished(() => void vi.unstubAllGlobals())
  expect(await tab(host.link()).load()).toBe('page-1')
  host.free('page-1')
  await tab(host.link()).load()
  expect(host.asked).toEqual([null, null])
})

it('however often the link was lost, a host that cannot be greeted is tried once at a time, and the return is told once', async () => {
  let [greetings, isDown] = [0, false]
  const link = memoryLink({
    system: {
      hello: async () => {
        greetings++
        if (isDown) throw new AppError('bug/unexpected', 'not now')
        return { version: '1', shell: 'web', platform: 'linux', client: 'page-1', projectOpen: false }
      },
      settings: async () => ({ locale: 'en', theme: 'dark', name: null, who: '', keys: null }) as never,
      events: () => new Promise(() => undefined),
    },
    projects: { current: async () => null },
  })
  await tab(link).load()
  const studio = useStudio()
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  isDown = true
  for (let flap = 0; flap < 3; flap++) {
    link.become('connecting')
    link.become('open')
    await vi.advanceTimersByTimeAsync(100)
  }
  const before = greetings
  await vi.advanceTimersByTimeAsync(4_000)
  expect([greetings - before, studio.epoch]).toEqual([2, 0])
  isDown = false
  await vi.advanceTimersByTimeAsync(6_000)
  expect([greetings - before, studio.epoch]).toEqual([3, 1])
})
