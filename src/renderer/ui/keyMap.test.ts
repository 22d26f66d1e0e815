import { afterEach, expect, it } from 'vitest'
import { createKeyDispatcher, keysFor, registerCommands } from './commands.ts'
import { isKeyOf, keysOf, putKeysInForce } from './keyMap.ts'
import { shortcutText, type KeyStroke } from './shortcut.ts'

afterEach(() => putKeysInForce(new Map()))

const stroke = (key: string): KeyStroke => ({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false })

it('the key map decides which keys run a command and which are shown; without it a command has its own', () => {
  const ran: string[] = []
  const take = registerCommands([
    { id: 'a.box', labelKey: '', groupKey: '', shortcuts: ['R'], run: () => void ran.push('box') },
    { id: 'a.next', labelKey: '', groupKey: '', shortcuts: ['D'], run: () => void ran.push('next') },
  ])
  const keys = createKeyDispatcher()
  expect(keysFor('a.box')).toBe('R')
  putKeysInForce(
    new Map([
      ['a.box', ['D']],
      ['a.next', []],
    ]),
  )
  expect([keysFor('a.box'), keysFor('a.next'), keysFor('a.unknown')]).toEqual(['D', '', ''])
  expect(keys.handle(stroke('r'), false, 0)).toBe(false)
  expect(keys.handle(stroke('d'), false, 0)).toBe(true)
  expect(ran).toEqual(['box'])
  take()
})

it('keys of the canvas are its own to match; the dispatcher leaves them alone', () => {
  const finish = { id: 'canvas.finish', labelKey: '', groupKey: '', shortcuts: ['Enter'], onCanvas: true } as const
  const take = registerCommands([{ ...finish, run: () => undefined }])
  expect(createKeyDispatcher().handle(stroke('Enter'), false, 0)).toBe(false)
  expect(isKeyOf(finish, stroke('Enter'))).toBe(true)
  putKeysInForce(new Map([['canvas.finish', ['Enter', 'Space']]]))
  expect(keysOf(finish)).toEqual(['Enter', 'Space'])
  expect(isKeyOf(finish, stroke(' '))).toBe(true)
  take()
})

it('reads well within a sentence', () => {
  expect(['Mod+Shift+Z', 'G 1', 'plus', ''].map((keys) => shortcutText(keys))).toEqual(['Ctrl+⇧+Z', 'G 1', '+', ''])
})
