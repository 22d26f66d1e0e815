import { expect, it } from 'vitest'
import { createClosing } from './closing.ts'

function studio(busy: boolean) {
  const done: string[] = []
  let end = (): void => undefined
  const work = { busy, over: new Promise<void>((resolve) => (end = resolve)) }
  const closing = createClosing({ busy: () => work.busy, idle: () => work.over })
  closing.attach({ ask: () => done.push('ask'), closeWindows: () => done.push('closeWindows'), quit: () => done.push('quit') })
  const finish = async () => {
    work.busy = false
    end()
    await Promise.resolve()
  }
  return { closing, done, finish }
}

it('asks nothing where nothing trains', () => {
  const { closing, done } = studio(false)
  expect(closing.mayLeave(true)).toBe(true)
  expect(closing.windowless()).toBe(true)
  expect(done).toEqual([])
})

it('holds the window until the user has chosen', () => {
  const { closing, done } = studio(true)
  expect(closing.mayLeave(true)).toBe(false)
  closing.answer('stay')
  expect(closing.mayLeave(true)).toBe(false)
  expect(done).toEqual(['ask', 'ask'])
  closing.answer('stop')
  expect(closing.mayLeave(true)).toBe(true)
  expect(closing.windowless()).toBe(true)
  expect(done).toEqual(['ask', 'ask', 'quit'])
})

it('trains on without a window and quits when nothing trains any more', async () => {
  const { closing, done, finish } = studio(true)
  closing.mayLeave(true)
  closing.answer('background')
  expect(done).toEqual(['ask', 'closeWindows'])
  expect(closing.mayLeave(true)).toBe(true)
  expect(closing.windowless()).toBe(false)
  await finish()
  expect(done).toEqual(['ask', 'closeWindows', 'quit'])
})

it('stays where a window came back before the training ended', async () => {
  const { closing, done, finish } = studio(true)
  closing.mayLeave(true)
  closing.answer('background')
  closing.windowless()
  closing.returned()
  await finish()
  expect(done).toEqual(['ask', 'closeWindows'])
})

it('loses nothing where the question is closed over, or no page is there to ask it', () => {
  const over = studio(true)
  expect([over.closing.mayLeave(true), over.closing.mayLeave(true)]).toEqual([false, true])
  expect(over.closing.windowless()).toBe(false)
  const broken = studio(true)
  expect(broken.closing.mayLeave(false)).toBe(true)
  expect(broken.closing.windowless()).toBe(false)
  expect(broken.done).toEqual([])
})

it('closes although a page has something unsaved when the user says so, and asks again about a training when the user stays', () => {
  const { closing, done } = studio(true)
  closing.mayLeave(true)
  closing.answer('stop')
  closing.answer('close')
  expect([closing.mayLeave(true), done]).toEqual([true, ['ask', 'quit', 'closeWindows']])
  closing.answer('stay')
  expect([closing.mayLeave(true), done.at(-1)]).toEqual([false, 'ask'])
})
