import { describe, expect, it } from 'vitest'
import { memoryLink } from '../testing/memoryLink.ts'
import { followStream } from './watch.ts'

describe('followStream', () => {
  it('opens a broken stream again, says so each time, and ends with its signal', async () => {
    const leaving = new AbortController()
    const seen: number[] = []
    let opened = 0
    await followStream(
      memoryLink({}),
      async () =>
        (async function* () {
          yield opened
          if (opened < 2) throw new Error('broken')
        })(),
      (event) => {
        seen.push(event)
        if (event === 2) leaving.abort()
      },
      leaving.signal,
      () => opened++,
    )
    expect(seen).toEqual([1, 2])
  })

  it('does not knock on a door that refused', async () => {
    const link = memoryLink({})
    link.become('refused')
    let tries = 0
    await followStream(
      link,
      async () => {
        tries++
        throw new Error('401')
      },
      () => undefined,
      new AbortController().signal,
    )
    expect(tries).toBe(1)
  })
})
