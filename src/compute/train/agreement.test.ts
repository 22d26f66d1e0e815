import { randomBytes } from 'node:crypto'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { joinLocal } from '../collective/local.ts'
import { aloneInTheWorld, type World } from '../world.ts'
import { commonPrecision, requireSameProvider } from './agreement.ts'

let worlds: World[]
beforeEach(async () => {
  const endpoint = join(await mkdtemp(join(tmpdir(), 'mw-agree-')), 's')
  const token = randomBytes(20).toString('hex')
  const { signal } = new AbortController()
  worlds = await Promise.all([0, 1, 2].map((rank) => joinLocal({ rank, size: 3, endpoint, token }, signal, () => undefined)))
})
afterEach(() => worlds.forEach(({ collective }) => collective.close()))

it('processes on different providers do not begin, and all say what each of them got', async () => {
  const got = ['webgpu', 'cpu', 'webgpu'] as const
  const ends = await Promise.allSettled(worlds.map((world, rank) => requireSameProvider(got[rank]!, world)))
  for (const end of ends)
    expect(end).toMatchObject({
      status: 'rejected',
      reason: { code: 'device/not-available', message: expect.stringContaining('1: webgpu, 2: cpu, 3: webgpu') as string },
    })
})

it('processes on one provider begin, and one alone', async () => {
  await Promise.all(worlds.map((world) => requireSameProvider('cpu', world)))
  await requireSameProvider('webgpu', aloneInTheWorld)
})

it('float16 is for all or for none', async () => {
  const half = { precision: 'fp16', because: 'float16' } as const
  const full = { precision: 'fp32', because: 'this card has none' } as const
  const mixed = await Promise.all(worlds.map((world, rank) => commonPrecision(rank === 1 ? full : half, world)))
  expect(mixed.map(({ precision }) => precision)).toEqual(['fp32', 'fp32', 'fp32'])
  expect(mixed[0]!.because).toContain('process 2 of 3')
  expect(mixed[1]).toEqual(full)
  expect(await Promise.all(worlds.map((world) => commonPrecision(half, world)))).toEqual([half, half, half])
  expect(await commonPrecision(half, aloneInTheWorld)).toEqual(half)
})
