import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { crc32c, maskedCrc32c } from './crc32c.ts'
import { EventFile } from './eventFile.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'maskwright-events-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('crc32c', () => {
  // RFC 3720, appendix B.4.
  it.each([
    [new Uint8Array(32), 0x8a9136aa],
    [new Uint8Array(32).fill(0xff), 0x62a8ab43],
    [Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
    [new TextEncoder().encode('123456789'), 0xe3069283],
  ])('of a known text', (bytes, crc) => expect(crc32c(bytes)).toBe(crc))
})

describe('event file', () => {
  it('frames every record with its length and both checksums', () => {
    const file = path.join(folder, 'one.tfevents')
    const events = new EventFile(file, 0)
    events.scalar('train/loss', 3, 0.25, 1_700_000_000_123)
    events.close()
    const bytes = readFileSync(file)
    const records: Buffer[] = []
    for (let at = 0; at < bytes.length;) {
      const length = Number(bytes.readBigUInt64LE(at))
      expect(bytes.readUInt32LE(at + 8)).toBe(maskedCrc32c(bytes.subarray(at, at + 8)))
      const data = bytes.subarray(at + 12, at + 12 + length)
      expect(bytes.readUInt32LE(at + 12 + length)).toBe(maskedCrc32c(data))
      records.push(data)
      at += 16 + length
    }
    expect(records).toHaveLength(2)
    expect(records[0]!.toString('latin1')).toContain('brain.Event:2')
    expect(records[1]!.toString('latin1')).toContain('train/loss')
  })

  it('says where it goes on after a resume', () => {
    const file = path.join(folder, 'two.tfevents')
    new EventFile(file, 300).close()
    // Event { wall_time, step: 300, session_log { status: START } }
    expect(readFileSync(file).toString('hex')).toContain('10ac023a020801')
  })

  it('says when the disk does not take it', () => {
    expect(() => new EventFile(path.join(folder, 'missing', 'x.tfevents'), 0)).toThrow(expect.objectContaining({ code: 'disk/failed' }))
  })
})
