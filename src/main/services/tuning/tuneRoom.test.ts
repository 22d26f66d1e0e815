import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { freeBytesOf, missingRoom, requireRoom } from '../../media/freeSpace.ts'
import { trainingBytes } from './tuneRoom.ts'

it('a training takes its missing embeddings and its checkpoints, and some room stays', () => {
  const embeddings = { needed: 10, cached: 4, bytes: 10e9, seconds: null }
  expect(trainingBytes(embeddings, 0, 2)).toBe(6e9)
  expect(trainingBytes(null, 1e6, 2)).toBe(4 * 16e6)
  expect(trainingBytes({ ...embeddings, needed: 0, cached: 0, bytes: 0 }, 0, 2)).toBe(0)
  expect([missingRoom(6e9, 7e9), missingRoom(6e9, null)]).toEqual([null, null])
  // What is spare is asked for too.
  expect(missingRoom(6e9, 6.1e9)).toEqual({ neededGb: '6.3', freeGb: '6.1' })
})

it('the disk of a folder is asked, and refused before anything is written', async () => {
  expect(await freeBytesOf(tmpdir())).toBeGreaterThan(0)
  expect(await freeBytesOf(path.join(tmpdir(), 'nothing', 'here'))).toBeNull()
  await requireRoom(tmpdir(), -(2 ** 40))
  await expect(requireRoom(tmpdir(), 1e18)).rejects.toMatchObject({ code: 'disk/full', data: { neededGb: '1000000000.3' } })
})
