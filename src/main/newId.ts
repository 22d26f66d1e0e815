import { randomBytes } from 'node:crypto'
import { uuidv7, type Id } from '../shared/model/ids.ts'

const last = { ms: 0, bytes: new Uint8Array(10) }

/** A new public id. Ids of one host grow even within a millisecond (RFC 9562 section 6.2), so 'ORDER BY id' is the order they were made in. */
export function newId(): Id {
  const now = Date.now()
  if (now > last.ms) {
    last.ms = now
    last.bytes = new Uint8Array(randomBytes(10))
    // Room to count up.
    last.bytes[3]! &= 0x7f
  } else {
    for (let at = 9; at >= 3; at--) {
      last.bytes[at] = (last.bytes[at]! + 1) & 0xff
      if (last.bytes[at] !== 0) break
    }
  }
  return uuidv7(last.ms, last.bytes)
}
