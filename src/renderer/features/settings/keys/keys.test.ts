import { describe, expect, it } from 'vitest'
import type { CommandRecord } from '../../../ui/commands.ts'
import { collision, isKeptByBrowser, overlap, scopeOf } from '../../../ui/keyScopes.ts'
import { isShortcut, shortcutOf, type KeyStroke } from '../../../ui/shortcut.ts'
import { allClashes, clashesOf } from './clashes.ts'
import { keyFileLimitBytes, readKeyFile, writeKeyFile } from './keyFile.ts'
import { keysOfChoice, keysOfPreset } from './keysOfChoice.ts'
import { record as step, type Recording, type RecorderEvent } from './recorder.ts'

const command = (id: string, shortcuts: readonly string[], extra: Partial<CommandRecord> = {}): CommandRecord => ({
  id,
  labelKey: id,
  groupKey: 'g',
  shortcuts,
  ...extra,
})
const stroke = (key: string, extra: Partial<KeyStroke> = {}): KeyStroke => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...extra,
})
const own = (records: readonly CommandRecord[]) => keysOfPreset('maskwright', records)

describe('scopes', () => {
  it('come from the area of the id unless a command names its own', () => {
    expect(
      ['go.label', 'studio.help', 'label.next', 'canvas.cancel', 'datasets.all', 'constructor.x'].map((id) => scopeOf({ id })),
    ).toEqual(['global', 'global', 'label', 'canvas', 'datasets', 'global'])
    expect(scopeOf({ id: 'label.brush', scope: 'brush' })).toBe('brush')
  })

  it('overlap along a branch and not between siblings, but for tools whose keys count while they draw and at rest', () => {
    expect(overlap('global', 'brush')).toBe(true)
    expect(overlap('drawing', 'label')).toBe(true)
    expect(overlap('drawing', 'atRest')).toBe(false)
    expect(overlap('brush', 'select')).toBe(false)
    expect(overlap('datasets', 'label')).toBe(false)
    for (const tool of ['brush', 'smart'] as const)
      for (const state of ['drawing', 'atRest'] as const) expect([overlap(tool, state), overlap(state, tool)]).toEqual([true, true])
    expect([overlap('brush', 'smart'), overlap('smart', 'select')]).toEqual([false, false])
  })
})

describe('clashes', () => {
  it('are equal keys and beginnings of sequences; signs carry their own Shift', () => {
    expect(collision('D', 'd')).toBe('same')
    expect(collision('D', 'Shift+D')).toBeNull()
    expect(collision('G', 'G 1')).toBe('prefix')
    expect(collision('G 1', 'G 2')).toBeNull()
    expect(collision('?', 'Shift+?')).toBe('same')
    expect(collision('Ctrl+K', 'Mod+K')).toBe('same')
    expect(collision('Esc', 'Escape')).toBe('same')
  })

  it('count only where both can be meant', () => {
    const records = [
      command('label.next', ['D']),
      command('datasets.done', ['D']),
      command('go.label', ['G 2']),
      command('label.group', ['G']),
      command('canvas.finish', ['N'], { scope: 'drawing' }),
      command('label.repeat', ['N'], { scope: 'atRest' }),
    ]
    expect(allClashes(records, own(records), 'electron').map((clash) => [clash.kind, clash.record.id, clash.keys])).toEqual([
      ['prefix', 'go.label', 'G 2'],
    ])
    expect(clashesOf(records[5]!, 'D', records, own(records))).toMatchObject([{ kind: 'same', other: { id: 'label.next' } }])
  })

  it('tell of a command whose only keys the browser keeps', () => {
    const records = [command('label.polygon', ['Mod+N']), command('label.box', ['Mod+T', 'R'])]
    expect(allClashes(records, own(records), 'web')).toMatchObject([{ kind: 'kept', keys: 'Mod+N', record: { id: 'label.polygon' } }])
    expect(allClashes(records, own(records), 'electron')).toEqual([])
    expect(['Mod+Shift+T', 'Alt+3', 'Ctrl+W 1', 'Mod+Z', 'Alt+0'].map(isKeptByBrowser)).toEqual([true, true, true, false, false])
  })
})

describe('keys in force', () => {
  const records = [
    command('label.next', ['D']),
    command('label.previous', ['A']),
    command('label.fit', ['F']),
    command('canvas.nudge', ['Left'], { fixed: true }),
  ]

  it('of a preset: what it gives to one command is taken from the others, the rest stays', () => {
    expect([...keysOfPreset('cvat', records)]).toEqual([
      ['label.next', ['F']],
      ['label.previous', ['D']],
      ['label.fit', ['Mod+F']],
      ['canvas.nudge', ['Left']],
    ])
    const withNew = keysOfPreset('cvat', [...records, command('label.flip', ['F', 'Shift+F'])])
    expect(withNew.get('label.flip')).toEqual(['Shift+F'])
  })

  it('of a user: own keys replace the preset’s, none at all is a choice too, fixed ones stay', () => {
    const changes = { 'label.next': ['X'], 'label.previous': [], 'canvas.nudge': ['J'], 'gone.command': ['Q'] }
    expect([...keysOfChoice({ preset: 'maskwright', changes }, records)]).toEqual([
      ['label.next', ['X']],
      ['label.previous', []],
      ['label.fit', ['F']],
      ['canvas.nudge', ['Left']],
    ])
  })
})

describe('press to record', () => {
  const run = (...events: readonly RecorderEvent[]): Recording => events.reduce(step, { name: 'idle' } as Recording)
  const press = (key: string, extra?: Partial<KeyStroke>): RecorderEvent => ({ type: 'stroke', stroke: stroke(key, extra) })
  const begin: RecorderEvent = { type: 'begin' }

  it('takes a key with a modifier at once, and a letter when no second one follows', () => {
    expect(run(begin, press('k', { ctrlKey: true }))).toEqual({ name: 'done', keys: 'Mod+K' })
    expect(run(begin, press('g'))).toEqual({ name: 'first', keys: 'G' })
    expect(run(begin, press('g'), { type: 'elapsed' })).toEqual({ name: 'done', keys: 'G' })
    expect(run(begin, press('g'), press('1'))).toEqual({ name: 'done', keys: 'G 1' })
  })

  it('passes over modifiers, and Esc or leaving gives up in every state', () => {
    expect(run(begin, press('Shift', { shiftKey: true }))).toEqual({ name: 'waiting' })
    for (const end of [press('Escape'), { type: 'cancel' } as const]) {
      expect(run(begin, end)).toEqual({ name: 'idle' })
      expect(run(begin, press('g'), end)).toEqual({ name: 'idle' })
    }
    expect(run(begin, press('F5'), press('a'))).toEqual({ name: 'done', keys: 'F5' })
    expect(run(press('a'))).toEqual({ name: 'idle' })
    expect(run(begin, { type: 'elapsed' })).toEqual({ name: 'waiting' })
  })

  it('writes keys as commands do, whatever layout or input method is on', () => {
    const written = [
      stroke('Z', { ctrlKey: true, shiftKey: true, code: 'KeyZ' }),
      stroke('Process', { code: 'KeyR' }),
      stroke('ф', { code: 'KeyA' }),
      stroke('!', { shiftKey: true, code: 'Digit1' }),
      stroke('+', { shiftKey: true, code: 'Equal' }),
      stroke('?', { shiftKey: true, code: 'Slash' }),
      stroke(' ', { shiftKey: true }),
      stroke('ArrowLeft', { altKey: true }),
      stroke('Meta', { metaKey: true }),
      stroke('Process'),
    ].map(shortcutOf)
    expect(written).toEqual(['Mod+Shift+Z', 'R', 'A', 'Shift+1', 'plus', '?', 'Shift+Space', 'Alt+Left', null, null])
  })
})

describe('key file', () => {
  const choice = { preset: 'cvat', changes: { 'label.next': ['X', 'Mod+Shift+ArrowRight'], 'label.undo': [] } } as const

  it('comes back as it was written', () => {
    expect(
      readKeyFile(
        writeKeyFile({ ...choice, changes: { ...choice.changes, 'label.next': [...choice.changes['label.next']], 'label.undo': [] } }),
      ),
    ).toEqual({
      choice,
    })
  })

  const file = (changes: unknown, rest: object = {}): string =>
    JSON.stringify({ format: 'maskwright-keys', version: 1, preset: 'maskwright', changes, ...rest })
  const refused: Readonly<Record<string, readonly [string, string]>> = {
    'a file that is too large': ['x'.repeat(keyFileLimitBytes + 1), 'tooLarge'],
    'no JSON': ['D = next', 'notJson'],
    'other JSON': ['[1, 2]', 'notKeys'],
    'another version': [file({}, { version: 2 }), 'notKeys'],
    'a preset nobody knows': [file({}, { preset: 'vim' }), 'notKeys'],
    'keys that are no list': [file({ 'label.next': 'D' }), 'notKeys'],
    'an id that reaches for the prototype': [
      `{"format":"maskwright-keys","version":1,"preset":"maskwright","changes":{"__proto__":["D"],"constructor":["A"]}}`,
      'notKeys',
    ],
    'too many keys for one command': [file({ 'label.next': Array.from({ length: 9 }, () => 'D') }), 'notKeys'],
    'too many commands': [file(Object.fromEntries(Array.from({ length: 501 }, (_, i) => [`label.c${i}`, ['D']]))), 'notKeys'],
    'a key that cannot be pressed': [file({ 'label.next': ['Hyper+<script>'] }), 'badKey'],
  }
  for (const [what, [text, fault]] of Object.entries(refused)) {
    it(`refuses ${what}`, () => expect(readKeyFile(text)).toMatchObject({ fault }))
  }

  it('knows keys from words', () => {
    expect(['D', 'Mod+Shift+Z', 'G 1', '+', 'Mod++', 'plus', 'F12', 'Esc', '中'].filter((keys) => !isShortcut(keys))).toEqual([])
    expect(['', ' ', 'Mod', 'Mod+', 'A B C', 'Mod+Mod+A', 'hello', 'Super+A', 'Shift++A'].filter(isShortcut)).toEqual([])
  })
})
