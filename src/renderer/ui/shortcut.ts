/** A key or a sequence of keys as written in a command record: 'Mod+K', 'Shift+Delete', 'G 1', '?'. `Mod` is Ctrl, or Cmd on a Mac. */
export type Shortcut = string

export interface KeyStroke {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
  /** Physical key, e.g. 'Digit1': used for digits and letters so that a Chinese input method or a layout does not hide them. */
  readonly code?: string
}

export interface Chord {
  readonly key: string
  readonly mod: boolean
  readonly alt: boolean
  readonly shift: boolean
}

const named: Readonly<Record<string, string>> = {
  esc: 'escape',
  del: 'delete',
  space: ' ',
  up: 'arrowup',
  down: 'arrowdown',
  left: 'arrowleft',
  right: 'arrowright',
  plus: '+',
}

function parseChord(text: string): Chord {
  const parts = text.split('+').filter((part) => part !== '')
  const last = parts.at(-1) ?? '+'
  const key = (text.endsWith('+') ? '+' : last).toLowerCase()
  const modifiers = new Set((text.endsWith('+') ? parts : parts.slice(0, -1)).map((part) => part.toLowerCase()))
  return {
    key: named[key] ?? key,
    mod: modifiers.has('mod') || modifiers.has('ctrl'),
    alt: modifiers.has('alt'),
    shift: modifiers.has('shift'),
  }
}

const parsed = new Map<Shortcut, readonly Chord[]>()

/** 'G 1' -> two chords. */
export function parseShortcut(shortcut: Shortcut): readonly Chord[] {
  const known = parsed.get(shortcut)
  if (known) return known
  const chords = shortcut.trim().split(/\s+/).map(parseChord)
  parsed.set(shortcut, chords)
  return chords
}

function physicalKey(stroke: KeyStroke): string | null {
  const match = /^(?:Digit|Key)([0-9A-Z])$/.exec(stroke.code ?? '')
  return match ? match[1]!.toLowerCase() : null
}

export const isSign = (key: string): boolean => key.length === 1 && !/[a-z0-9 ]/.test(key)

/** Letters and digits compare Shift strictly; signs such as '?' or '[' carry their own Shift and ignore it. */
export function strokeMatches(chord: Chord, stroke: KeyStroke): boolean {
  if (chord.mod !== (stroke.ctrlKey || stroke.metaKey) || chord.alt !== stroke.altKey) return false
  const sign = isSign(chord.key)
  if (!sign && chord.shift !== stroke.shiftKey) return false
  return stroke.key.toLowerCase() === chord.key || (!sign && physicalKey(stroke) === chord.key)
}

/** How a shortcut is shown: one string per key cap, sequences one after the other. */
export function shortcutCaps(shortcut: Shortcut, platform = ''): readonly string[] {
  const mac = /mac|darwin/i.test(platform)
  const words: Readonly<Record<string, string>> = {
    mod: mac ? '⌘' : 'Ctrl',
    ctrl: mac ? '⌃' : 'Ctrl',
    alt: mac ? '⌥' : 'Alt',
    shift: '⇧',
    esc: 'Esc',
    del: 'Del',
    delete: 'Del',
    plus: '+',
    enter: '↵',
    space: '␣',
    arrowup: '↑',
    arrowdown: '↓',
    arrowleft: '←',
    arrowright: '→',
    up: '↑',
    down: '↓',
    left: '←',
    right: '→',
  }
  return shortcut
    .trim()
    .split(/\s+/)
    .flatMap((chord) => (chord.endsWith('+') ? [...chord.split('+').filter(Boolean), '+'] : chord.split('+')))
    .map((part) => words[part.toLowerCase()] ?? (part.length === 1 ? part.toUpperCase() : part))
}

/** A shortcut within a sentence: 'Ctrl+K', 'G 1'. */
export const shortcutText = (shortcut: Shortcut, platform = ''): string =>
  shortcut
    .trim()
    .split(/\s+/)
    .map((chord) => shortcutCaps(chord, platform).join('+'))
    .join(' ')

const writtenAs: Readonly<Record<string, string>> = {
  ' ': 'Space',
  '+': 'plus',
  Escape: 'Esc',
  ArrowUp: 'Up',
  ArrowDown: 'Down',
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
}

/** A stroke as it is written in a command record; null for a modifier alone or a key without a name. */
export function shortcutOf(stroke: KeyStroke): Shortcut | null {
  const physical = physicalKey(stroke)
  const typed = stroke.key.length === 1 ? stroke.key.toLowerCase() : stroke.key
  // A letter as it is typed where the layout has Latin letters; else, and for digits, by the key's place.
  const key = physical !== null && !/^[a-z]$/.test(typed) ? physical : typed
  const name = writtenAs[key] ?? (key.length === 1 ? key.toUpperCase() : key)
  const modifiers = [
    ...(stroke.ctrlKey || stroke.metaKey ? ['Mod'] : []),
    ...(stroke.altKey ? ['Alt'] : []),
    ...(stroke.shiftKey && (key === ' ' || !isSign(key)) ? ['Shift'] : []),
  ]
  const shortcut = [...modifiers, name].join('+')
  return isShortcut(shortcut) ? shortcut : null
}

const keyNames =
  /^(?:[\p{L}\p{N}\p{P}\p{S}]|F(?:[1-9]|1\d|2[0-4])|(?:Arrow)?(?:Up|Down|Left|Right)|Page(?:Up|Down)|Home|End|Insert|Delete|Del|Backspace|Enter|Esc(?:ape)?|Space|Tab|plus|ContextMenu|Pause|ScrollLock)$/iu

/** True for one or two chords whose keys have names a keyboard can send. */
export function isShortcut(text: string): boolean {
  const chords = text.split(' ')
  return (
    chords.length <= 2 &&
    chords.every((chord) => {
      const parts = chord === '+' ? ['+'] : chord.endsWith('++') ? [...chord.slice(0, -2).split('+'), '+'] : chord.split('+')
      const modifiers = parts.slice(0, -1).map((part) => part.toLowerCase())
      return (
        keyNames.test(parts.at(-1)!) &&
        new Set(modifiers).size === modifiers.length &&
        modifiers.every((part) => ['mod', 'ctrl', 'alt', 'shift'].includes(part))
      )
    })
  )
}
