import { beforeEach, expect, it } from 'vitest'
import type { Router } from 'vue-router'
import type { Run } from '../../../shared/model/run.ts'
import { setLocale } from '../../i18n/i18n.ts'
import { toasts } from '../../ui/toasts.ts'
import { tellInterrupted } from './interruptedToasts.ts'

const run = (rest: Partial<Run>) =>
  ({ id: 'a', number: 4, name: 'night', status: 'interrupted', error: null, attempt: 1, step: 1200, ...rest }) as Run

beforeEach(() => {
  setLocale('en')
  localStorage.clear()
  toasts.length = 0
})

it('tells once of a run that a studio left behind, and leads to it', () => {
  const paths: unknown[] = []
  const router = { push: (path: unknown) => paths.push(path) } as unknown as Router
  tellInterrupted(
    [run({}), run({ id: 'b', status: 'stopped' }), run({ id: 'c', error: { code: 'process/gone', message: '', data: {} } })],
    router,
  )
  expect(toasts.map(({ text }) => text)).toEqual(['#4 night was interrupted at step 1,200: the studio ended while it trained.'])
  toasts[0]!.action!.run()
  expect(paths).toEqual(['/experiments/a'])
  tellInterrupted([run({})], router)
  expect(toasts).toHaveLength(1)
  tellInterrupted([run({ attempt: 2 })], router)
  expect(toasts).toHaveLength(2)
})

it('survives a storage that holds something else', () => {
  localStorage.setItem('mw.toldInterrupted', '{"a":')
  tellInterrupted([run({})], {} as Router)
  expect(toasts).toHaveLength(1)
})
