import { afterEach, describe, expect, it } from 'vitest'
import { allCommands, createKeyDispatcher, registerCommands, runCommand, type Command } from './commands.ts'
import { shortcutCaps, type KeyStroke } from './shortcut.ts'

const stroke = (key: string, extra: Partial<KeyStroke> = {}): KeyStroke => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...extra,
})

describe('commands', () => {
  let undo: (() => void)[] = []
  afterEach(() => {
    for (const each of undo) each()
    undo = []
  })
  const ran: string[] = []
  const add = (id: string, rest: Partial<Command> = {}): void => {
    undo.push(registerCommands([{ id, labelKey: id, groupKey: 'g', run: () => void ran.push(id), ...rest }]))
  }
  const fresh = () => {
    ran.length = 0
    return createKeyDispatcher()
  }

  it('runs a sequence of two keys only when the second follows in time', () => {
    add('go', { shortcuts: ['G 1'] })
    const keys = fresh()
    expect(keys.handle(stroke('g'), false, 0)).toBe(true)
    expect(keys.handle(stroke('1'), false, 500)).toBe(true)
    expect(ran).toEqual(['go'])
    keys.handle(stroke('g'), false, 1000)
    expect(keys.handle(stroke('1'), false, 5000)).toBe(false)
    expect(ran).toEqual(['go'])
  })

  it('prefers the newest registration and gives the key back when it is taken out', () => {
    add('frame', { shortcuts: ['Delete'] })
    const take = registerCommands([{ id: 'page', labelKey: '', groupKey: '', shortcuts: ['Delete'], run: () => void ran.push('page') }])
    const keys = fresh()
    keys.handle(stroke('Delete'), false, 0)
    take()
    keys.handle(stroke('Delete'), false, 0)
    expect(ran).toEqual(['page', 'frame'])
  })

  it('leaves text fields alone except for commands that ask for them', () => {
    add('letter', { shortcuts: ['B'] })
    add('palette', { shortcuts: ['Mod+K'], inTextFields: true })
    const keys = fresh()
    expect(keys.handle(stroke('b'), true, 0)).toBe(false)
    expect(keys.handle(stroke('k', { ctrlKey: true }), true, 0)).toBe(true)
    expect(ran).toEqual(['palette'])
  })

  it('asks `when`', () => {
    let open = false
    add('save', { shortcuts: ['S'], when: () => open })
    const keys = fresh()
    expect(keys.handle(stroke('s'), false, 0)).toBe(false)
    expect(runCommand('save')).toBe(false)
    open = true
    expect(keys.handle(stroke('s'), false, 0)).toBe(true)
    expect(ran).toEqual(['save'])
    expect(allCommands().map((command) => command.id)).toEqual(['save'])
  })

  it('reads letters by position, so an input method does not hide them, and signs by character', () => {
    add('box', { shortcuts: ['R'] })
    add('help', { shortcuts: ['?'] })
    const keys = fresh()
    expect(keys.handle(stroke('Process', { code: 'KeyR' }), false, 0)).toBe(true)
    expect(keys.handle(stroke('?', { shiftKey: true, code: 'Slash' }), false, 0)).toBe(true)
    expect(keys.handle(stroke('R', { shiftKey: true, code: 'KeyR' }), false, 0)).toBe(false)
    expect(ran).toEqual(['box', 'help'])
  })

  it('shows key caps', () => {
    expect(shortcutCaps('Mod+Shift+z')).toEqual(['Ctrl', '⇧', 'Z'])
    expect(shortcutCaps('Mod+k', 'darwin')).toEqual(['⌘', 'K'])
    expect(shortcutCaps('G 1')).toEqual(['G', '1'])
    expect(shortcutCaps('Mod++')).toEqual(['Ctrl', '+'])
  })
})
