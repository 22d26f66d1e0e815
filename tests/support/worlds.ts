import { randomBytes } from 'node:crypto'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { joinLocal } from '../../src/compute/collective/local.ts'
import type { World } from '../../src/compute/world.ts'

/** The worlds of so many replicas that share this process. */
export async function joinWorlds(count: number): Promise<World[]> {
  const endpoint = join(await mkdtemp(join(tmpdir(), 'mw-step-')), 's')
  const token = randomBytes(20).toString('hex')
  const { signal } = new AbortController()
  return Promise.all(Array.from({ length: count }, (_, rank) => joinLocal({ rank, size: count, endpoint, token }, signal, () => undefined)))
}
