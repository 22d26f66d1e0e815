import { expect, it } from 'vitest'
import { paceOf, type PaceEvent } from './pace.ts'

const minute = 60_000
const shapes = (at: number, n = 1): PaceEvent => ({ at: at * minute, shapes: n, states: [] })
const done = (at: number, id: string): PaceEvent => ({ at: at * minute, shapes: 0, states: [{ id, from: 'inProgress', to: 'done' }] })

it('counts work, not pauses', () => {
  // 0-8 worked, then lunch, then 60-64 worked.
  const events = [shapes(0), shapes(4), done(8, 'a'), shapes(60), shapes(62, 2), done(64, 'b')]
  const pace = paceOf(events, 0, 65 * minute, 10)
  expect(pace.today).toEqual({ finished: 2, shapes: 5, activeMs: 12 * minute })
  // 52 minutes of nothing begin another session.
  expect(pace.session).toEqual({ finished: 1, shapes: 3, activeMs: 4 * minute })
  expect(pace.picturesPerHour).toBe(15)
  expect(pace.shapesPerHour).toBe(45)
  expect(pace.leftSeconds).toBe((10 / 15) * 3600)
})

it('goes by the last hour at work', () => {
  const slow = Array.from({ length: 30 }, (_, i) => done(i * 4, `slow${i}`))
  const fast = Array.from({ length: 70 }, (_, i) => done(120 + i, `fast${i}`))
  const pace = paceOf([...slow, ...fast], 0, 190 * minute, 1)
  expect(pace.picturesPerHour).toBe(60)
  expect(pace.today.finished).toBe(100)
})

it('takes back what was finished by mistake, and counts a picture once', () => {
  const back = (at: number, id: string): PaceEvent => ({ at: at * minute, shapes: 0, states: [{ id, from: 'done', to: 'todo' }] })
  const review = (at: number, id: string): PaceEvent => ({ at: at * minute, shapes: 0, states: [{ id, from: 'done', to: 'reviewed' }] })
  const pace = paceOf([done(0, 'a'), done(1, 'b'), back(2, 'a'), review(3, 'b'), done(4, 'b')], 0, 5 * minute, 3)
  expect(pace.today.finished).toBe(1)
})

it('says nothing about the pace after a moment, or of days before', () => {
  expect(paceOf([], 0, minute, 7)).toMatchObject({ picturesPerHour: null, leftSeconds: null, remaining: 7, session: { activeMs: 0 } })
  expect(paceOf([shapes(0), done(1, 'a')], 0, 2 * minute, 7)).toMatchObject({ picturesPerHour: null, today: { finished: 1 } })
  expect(paceOf([done(0, 'a'), done(3, 'b')], 10 * minute, 11 * minute, 7).today).toEqual({ finished: 0, shapes: 0, activeMs: 0 })
})
