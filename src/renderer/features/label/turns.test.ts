import { describe, expect, it } from 'vitest'
import { createTurns } from './turns.ts'

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1))

describe('turns', () => {
  it('are taken one after the other, in the order they were asked for', async () => {
    const turn = createTurns(10)
    const seen: string[] = []
    const work = (name: string) => async () => {
      seen.push(`${name} begins`)
      await settle()
      seen.push(`${name} ends`)
    }
    await Promise.all([turn(work('a')), turn(work('b'))])
    expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends'])
  })

  it('that wait behind a failure are let go, and it is told once; later ones are taken', async () => {
    const turn = createTurns(10)
    let done = 0
    const fails = turn(() => Promise.reject(new Error('no')))
    const behind = turn(async () => void done++)
    await expect(fails).rejects.toThrow('no')
    await behind
    expect(done).toBe(0)
    await turn(async () => void done++)
    expect(done).toBe(1)
  })

  it('are not asked for while too many wait', async () => {
    const turn = createTurns(2)
    let done = 0
    await Promise.all(Array.from({ length: 5 }, () => turn(async () => void done++)))
    expect(done).toBe(2)
  })
})
