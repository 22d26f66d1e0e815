import { expect, it } from 'vitest'
import { sameStamps } from './fileStamps.ts'

const stamp = { file: '/models/encoder.onnx', bytes: 10, modifiedMs: 1, changedMs: 2, inode: 3 }

it('a hard link more, or another number for the same file, is no other file', () => {
  expect(sameStamps([stamp], [{ ...stamp, changedMs: 9 }])).toBe(true)
  expect(sameStamps([stamp], [{ ...stamp, inode: 9 }])).toBe(true)
})

it('another size, time or place is, and so is one that was put in its place with the same time', () => {
  const others = [{ bytes: 9 }, { bytes: null }, { modifiedMs: 9 }, { file: '/models/other.onnx' }, { changedMs: 9, inode: 9 }]
  for (const other of others) expect(sameStamps([stamp], [{ ...stamp, ...other }])).toBe(false)
  expect(sameStamps([stamp], [stamp, stamp])).toBe(false)
})
