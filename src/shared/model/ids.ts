import { z } from 'zod'

/** Public identifiers are UUIDv7 (RFC 9562 section 5.7): sortable by creation time. */
export const idSchema = z.uuid()
export type Id = z.infer<typeof idSchema>

/** UUIDv7 from a clock in ms and 10 random bytes; both come from the caller, because this folder has neither clock nor dice. */
export function uuidv7(nowMs: number, random: Uint8Array): Id {
  const time = nowMs.toString(16).padStart(12, '0')
  const bytes = Uint8Array.from(random)
  bytes[0] = (bytes[0]! & 0x0f) | 0x70
  bytes[2] = (bytes[2]! & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return `${time.slice(0, 8)}-${time.slice(8)}-${hex.slice(0, 4)}-${hex.slice(4, 8)}-${hex.slice(8)}`
}
