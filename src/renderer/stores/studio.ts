import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { Project } from '../../shared/api/page/projects.ts'
import type { StudioEvent } from '../../shared/api/page/system.ts'
import { AppError } from '../../shared/errors.ts'
import { uuidv7 } from '../../shared/model/ids.ts'
import { keyChoiceSchema, type KeyChoice } from '../../shared/model/keys.ts'
import { currentLocale, guessLocale, setLocale, type Locale } from '../i18n/i18n.ts'
import type { LinkState } from '../rpc/pageClient.ts'
import { keepSlot, keptSlot } from './clientSlot.ts'
import { pageClient, pageLink } from './link.ts'
import { followStream } from './watch.ts'

export type Theme = 'dark' | 'light'
type Hello = Awaited<ReturnType<ReturnType<typeof pageClient>['system']['hello']>>

/** How long a host that could not be greeted is left alone. */
const greetAgainMs = 2_000

function stored(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}
function store(key: string, value: string): void {
  try {
    localStorage.setItem(key, value)
  } catch {
    // no storage: the choice lasts until the page is closed
  }
}

/** The keys of the last visit, until the host has answered. */
function keptKeys(): KeyChoice {
  try {
    const kept = keyChoiceSchema.safeParse(JSON.parse(stored('mw.keys') ?? 'null'))
    if (kept.success) return kept.data
  } catch {
    // nonsense in the storage counts as never chosen
  }
  return { preset: 'maskwright', changes: {} }
}

/** Link, project, language and theme of this page; and the bus of what changed on the host. */
export const useStudio = defineStore('studio', () => {
  const linkState = ref<LinkState>('connecting')
  /** Whether the host knows who is on the link: not from its loss until this page has greeted again. Nothing is sent under this page's name before. */
  const known = ref(true)
  /** Counts reconnections; pages reload what they show when it grows. */
  const epoch = ref(0)
  const hello = shallowRef<Hello | null>(null)
  const project = shallowRef<Project | null>(null)
  const ready = ref(false)
  const failure = shallowRef<unknown>(null)
  const theme = ref<Theme>('dark')
  const locale = ref<Locale>('en')
  /** Whose name stands under changes of state and comments, and the one chosen in the settings (null: the system's). */
  const who = ref('')
  const chosenName = ref<string | null>(null)
  const keys = shallowRef<KeyChoice>(keptKeys())
  const listeners = new Set<(event: StudioEvent) => void>()
  const leaving = new AbortController()
  let returns = 0
  let greetingAgain: ReturnType<typeof setTimeout> | undefined
  /** Gives this page its slot back, and no other one: a copy of the tab has another. */
  const secret = uuidv7(Date.now(), crypto.getRandomValues(new Uint8Array(10)))

  const shell = computed(() => hello.value?.shell ?? 'web')
  /** Undo history belongs to this slot (see annotations.apply). */
  const client = computed(() => hello.value?.client ?? '')

  function onEvent(listener: (event: StudioEvent) => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  async function greet(): Promise<void> {
    const answer = await pageClient().system.hello({ preferredClient: hello.value?.client ?? (await keptSlot()), secret })
    keepSlot(answer.client)
    hello.value = answer
    project.value = await pageClient().projects.current({})
    known.value = pageLink().state === 'open'
  }

  async function refreshProject(): Promise<void> {
    project.value = await pageClient().projects.current({})
  }

  /** Reads facts and settings, then follows the host's events. */
  async function start(): Promise<void> {
    const link = pageLink()
    linkState.value = link.state
    link.onState((state) => {
      const wasAway = linkState.value !== 'open'
      linkState.value = state
      if (state !== 'open') known.value = false
      if (state === 'open' && wasAway && ready.value) void returned()
    })
    try {
      await greet()
      const settings = await pageClient().system.settings({})
      applyLocale(settings.locale ?? (stored('mw.locale') as Locale | null) ?? guessLocale(navigator.languages))
      signAs(settings)
      if (settings.keys) applyKeys(settings.keys)
      applyTheme(settings.theme ?? (stored('mw.theme') as Theme | null) ?? 'dark')
      failure.value = null
      ready.value = true
    } catch (error) {
      failure.value = link.state === 'refused' ? new AppError('auth/required', 'the host refused this page') : error
      return
    }
    void followStream(
      link,
      (signal) => pageClient().system.events({}, { signal }),
      (event) => void dispatch(event),
      leaving.signal,
    )
  }

  /** After a lost connection anything may have changed: every store hears of it as of another project. The newest return takes the place of those before it. */
  async function returned(): Promise<void> {
    clearTimeout(greetingAgain)
    const mine = ++returns
    try {
      await greet()
      if (mine !== returns) return
      await dispatch({ type: 'project' })
      if (mine === returns) epoch.value++
    } catch (error) {
      if (mine !== returns) return
      failure.value = error
      // Lost again: then this is done when the link is back.
      if (pageLink().state === 'open') greetingAgain = setTimeout(() => void returned(), greetAgainMs)
    }
  }

  /** The project is read before anyone hears of it, so that listeners see the new one. */
  async function dispatch(event: StudioEvent): Promise<void> {
    if (event.type === 'project') await refreshProject()
    for (const listener of listeners) listener(event)
  }

  function applyTheme(next: Theme): void {
    theme.value = next
    document.documentElement.dataset['theme'] = next
    store('mw.theme', next)
  }
  function applyLocale(next: Locale): void {
    setLocale(next === 'zh-CN' ? 'zh-CN' : 'en')
    locale.value = currentLocale()
    store('mw.locale', locale.value)
  }
  async function chooseTheme(next: Theme): Promise<void> {
    applyTheme(next)
    await pageClient().system.saveSettings({ theme: next })
  }
  async function chooseLocale(next: Locale): Promise<void> {
    applyLocale(next)
    await pageClient().system.saveSettings({ locale: next })
  }

  function signAs(settings: { readonly name: string | null; readonly who: string }): void {
    chosenName.value = settings.name
    who.value = settings.who
  }
  async function chooseName(name: string | null): Promise<void> {
    await pageClient().system.saveSettings({ name })
    signAs(await pageClient().system.settings({}))
  }

  function applyKeys(next: KeyChoice): void {
    keys.value = next
    store('mw.keys', JSON.stringify(next))
  }
  async function chooseKeys(next: KeyChoice): Promise<void> {
    applyKeys(next)
    await pageClient().system.saveSettings({ keys: next })
  }

  /** The user's language and theme before the host has answered: the page carries them, else the last visit did. */
  function applyRemembered(): void {
    const { chosenTheme, chosenLocale } = document.documentElement.dataset
    const theme = chosenTheme ?? stored('mw.theme')
    const locale = chosenLocale ?? stored('mw.locale')
    applyTheme(theme === 'light' ? 'light' : 'dark')
    applyLocale(locale === 'en' || locale === 'zh-CN' ? locale : guessLocale(navigator.languages))
  }

  return {
    linkState,
    known,
    epoch,
    hello,
    project,
    ready,
    failure,
    theme,
    locale,
    who,
    chosenName,
    shell,
    client,
    onEvent,
    start,
    refreshProject,
    dispatch,
    chooseTheme,
    chooseLocale,
    chooseName,
    keys,
    chooseKeys,
    applyRemembered,
  }
})
