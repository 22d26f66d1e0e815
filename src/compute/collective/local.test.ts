import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import type { World } from '../world.ts'
import { joinLocal } from './local.ts'

async function meet(size: number, onLost: (rank: number) => void = () => undefined): Promise<{ worlds: World[]; endpoint: string }> {
  const endpoint = join(await mkdtemp(join(tmpdir(), 'mw-star-')), 's')
  const token = randomBytes(20).toString('hex')
  const signal = new AbortController().signal
  const ranks = Array.from({ length: size }, (_, rank) => rank)
  const worlds = await Promise.all(ranks.map((rank) => joinLocal({ rank, size, endpoint, token }, signal, () => onLost(rank))))
  return { worlds, endpoint }
}
const closeAll = (worlds: readonly World[]) => worlds.forEach(({ collective }) => collective.close())

it.each([
  [2, 3],
  [3, 700_001],
])('%i processes add %i numbers rank by rank, to the same bits everywhere', async (size, length) => {
  const { worlds, endpoint } = await meet(size)
  expect(existsSync(dirname(endpoint))).toBe(false)
  const given = worlds.map(({ rank }) => Float32Array.from({ length }, (_, i) => Math.sin(i * (rank + 1)) * 10 ** (rank * 3)))
  const expected = given[0]!.slice()
  for (const values of given.slice(1)) values.forEach((value, i) => (expected[i] = expected[i]! + value))
  // Twice, so that a second sum finds the wires empty; views in the middle of a buffer, as gradients are.
  for (let round = 0; round < 2; round++) {
    const views = given.map((values) => {
      const around = new Float32Array(length + 32)
      around.set(values, 16)
      return around
    })
    await Promise.all(worlds.map(({ collective }, rank) => collective.allReduce(views[rank]!.subarray(16, 16 + length))))
    for (const view of views) {
      expect(Buffer.compare(Buffer.from(view.buffer, 64, 4 * length), Buffer.from(expected.buffer))).toBe(0)
      expect([view[15], view[16 + length]]).toEqual([0, 0])
    }
  }
  const sums = worlds.map(({ rank }) => Float64Array.of(rank, 1 / 3))
  await Promise.all(worlds.map(({ collective }, rank) => collective.allReduce(sums[rank]!)))
  expect(sums[0]![0]).toBe((size * (size - 1)) / 2)
  for (const sum of sums) expect(sum).toEqual(sums[0])
  closeAll(worlds)
})

it('fails at once, everywhere, when one leaves', async () => {
  const lost: number[] = []
  const { worlds } = await meet(3, (rank) => lost.push(rank))
  const waiting = [0, 2].map((rank) => worlds[rank]!.collective.barrier())
  worlds[1]!.collective.close()
  await expect(waiting[0]).rejects.toMatchObject({ code: 'process/gone', data: { peer: 2 } })
  // The middle of the star leaves when its call failed: the others then hear of it from there.
  worlds[0]!.collective.close()
  await expect(waiting[1]).rejects.toMatchObject({ code: 'process/gone', data: { peer: 1 } })
  await expect(worlds[0]!.collective.barrier()).rejects.toMatchObject({ code: 'process/gone' })
  expect(lost).toEqual(expect.arrayContaining([0, 2]))
})

it('a call that others do not make is a defect, not a wrong sum', async () => {
  const { worlds } = await meet(2)
  const [root, leaf] = worlds.map(({ collective }) => collective)
  const answer = leaf!.allReduce(new Float32Array(3)).catch((error: unknown) => error)
  await expect(root!.allReduce(new Float32Array(2))).rejects.toThrow(/call 2 of 8 bytes met 2 of 12 bytes/)
  closeAll(worlds)
  expect(await answer).toMatchObject({ code: 'process/gone' })
})

it('lets nobody in who does not know the secret', async () => {
  const endpoint = join(await mkdtemp(join(tmpdir(), 'mw-star-')), 's')
  const token = randomBytes(20).toString('hex')
  const { signal } = new AbortController()
  const first = joinLocal({ rank: 0, size: 2, endpoint, token }, signal, () => undefined)
  const intruder = joinLocal({ rank: 1, size: 2, endpoint, token: token.replace(/^./, 'x') }, signal, () => undefined)
  await expect(intruder).rejects.toMatchObject({ code: 'process/gone' })
  const silent = connect(endpoint)
  const second = await joinLocal({ rank: 1, size: 2, endpoint, token }, signal, () => undefined)
  const worlds = [await first, second]
  await Promise.all(worlds.map(({ collective }) => collective.barrier()))
  silent.destroy()
  closeAll(worlds)
})

it('stops waiting for the others when it is told to', async () => {
  const endpoint = join(await mkdtemp(join(tmpdir(), 'mw-star-')), 's')
  const stop = new AbortController()
  const token = randomBytes(20).toString('hex')
  const alone = [0, 1].map((rank) => joinLocal({ rank, size: 3, endpoint, token }, stop.signal, () => undefined))
  setTimeout(() => stop.abort(), 100)
  for (const end of await Promise.allSettled(alone)) expect(end).toMatchObject({ status: 'rejected', reason: { name: 'CancelledError' } })
  expect(existsSync(dirname(endpoint))).toBe(false)
})
