import { z } from 'zod'
import type { SamEmbedding } from './samSession.ts'

// magic, length of the header (u32, little endian), header (JSON, padded to 8 bytes), the tensors as float16 one after the other.

const magic = 'MWEMBED1'
const side = z.int().min(1).max(65_536)
const count = z
  .number()
  .int()
  .min(0)
  .max(2 ** 28)

const headerSchema = z.object({
  tensors: z
    .array(z.object({ name: z.string().max(200), dims: z.array(count).max(8) }))
    .min(1)
    .max(64),
  window: z.object({ width: side, height: side }),
  frame: z.object({ size: side, content: z.tuple([z.number().positive(), z.number().positive()]) }),
})

/** Largest number of float16: what lies beyond would come back as infinity. */
const largest = 65_504

/** An embedding as the bytes of a cache file, float16. */
export function encodeEmbedding({ tensors, window, frame }: SamEmbedding): Uint8Array {
  const header = JSON.stringify({ tensors: tensors.map(({ name, dims }) => ({ name, dims })), window, frame })
  const text = new TextEncoder().encode(header)
  const start = magic.length + 4 + text.length + ((8 - ((magic.length + 4 + text.length) % 8)) % 8)
  const bytes = new Uint8Array(start + 2 * tensors.reduce((sum, { data }) => sum + data.length, 0))
  bytes.set(new TextEncoder().encode(magic))
  new DataView(bytes.buffer).setUint32(magic.length, text.length, true)
  bytes.set(text, magic.length + 4)
  let at = start
  for (const { data } of tensors) {
    const half = new Float16Array(bytes.buffer, at, data.length)
    half.set(data)
    for (let i = 0; i < half.length; i++) if (Math.abs(half[i]!) > largest) half[i] = Math.sign(half[i]!) * largest
    at += 2 * data.length
  }
  return bytes
}

/** The way back; null for what is not whole, or no such file: it is made again. */
export function decodeEmbedding(bytes: Uint8Array): SamEmbedding | null {
  const text = new TextDecoder()
  if (bytes.length < magic.length + 4 || text.decode(bytes.subarray(0, magic.length)) !== magic) return null
  const end = magic.length + 4 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(magic.length, true)
  const header = headerOf(end > bytes.length ? '' : text.decode(bytes.subarray(magic.length + 4, end)))
  if (!header) return null
  const sizes = header.tensors.map(({ dims }) => dims.reduce((product, dim) => product * dim, 1))
  const start = end + ((8 - (end % 8)) % 8)
  if (start + 2 * sizes.reduce((sum, size) => sum + size, 0) !== bytes.length) return null
  // Of its own, so that the numbers are aligned whatever the bytes came in.
  const own = new Uint8Array(bytes.subarray(start)).buffer
  let at = 0
  const tensors = header.tensors.map(({ name, dims }, i) => {
    const data = new Float32Array(new Float16Array(own, at, sizes[i]))
    at += 2 * sizes[i]!
    return { name, dims, data }
  })
  return { tensors, window: header.window, frame: header.frame }
}

function headerOf(text: string): z.infer<typeof headerSchema> | null {
  try {
    return headerSchema.parse(JSON.parse(text))
  } catch {
    return null
  }
}
