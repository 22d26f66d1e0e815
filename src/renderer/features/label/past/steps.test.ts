import { expect, it, vi } from 'vitest'
import { AppError } from '../../../../shared/errors.ts'
import { toasts } from '../../../ui/toasts.ts'
import { createSteps } from './steps.ts'

function rig() {
  const data = { entryId: 'e1', command: 'createBox', item: '0001.png', byClient: 'batch:7:1', byCommand: 'boxesToMasks', byWho: 'Ann' }
  const host = { refuses: new AppError('journal/changed-since', 'changed', data) as AppError | null, skipped: [] as string[] }
  const step = async (): Promise<void> => {
    if (host.refuses) throw host.refuses
  }
  const said: string[] = []
  const skip = async (entryId: string): Promise<void> => {
    host.skipped.push(entryId)
    host.refuses = null
  }
  return { host, said, data, steps: createSteps({ undo: step, redo: step, skip }, (text) => said.push(text)) }
}

it('a refused undo names the job that was quicker, and its toast leaves the step out; the next one goes on', async () => {
  const { host, said, steps } = rig()
  await steps.undo()
  await steps.undo()
  const told = toasts.filter(({ text }) => text.includes('“Box” on 0001.png') || text.includes('0001.png cannot be undone'))
  expect(told).toHaveLength(1)
  expect(told[0]!.text).toContain('the job “Boxes to masks”')
  told[0]!.action!.run()
  await vi.waitFor(() => expect(said).toHaveLength(1))
  expect(host.skipped).toEqual(['e1'])
  expect([steps.stuck.value, toasts.includes(told[0]!)]).toEqual([null, false])
  await steps.undo()
  expect(steps.stuck.value).toBeNull()
})

it('the same by command, for redo too; nothing is offered where the refusal is already out of the way', async () => {
  const { host, steps, data } = rig()
  host.refuses = new AppError('journal/changed-since', 'changed', { ...data, byClient: 'page-2', byCommand: 'move' })
  await steps.redo()
  expect(toasts.at(-1)!.text).toMatch(/cannot be done again: “.+” by Ann changed/)
  expect(steps.stuck.value).toMatchObject({ entryId: 'e1' })
  await steps.skip()
  await steps.skip()
  expect(host.skipped).toEqual(['e1'])
  host.refuses = new AppError('journal/changed-since', 'changed', { command: 'item.status', item: 'b.png' })
  await steps.undo()
  expect([steps.stuck.value, toasts.at(-1)!.action]).toEqual([null, undefined])
})
