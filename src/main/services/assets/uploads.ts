import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../../shared/errors.ts'

export const maxUploadBytes = 64 << 20
/** Older ones are removed. */
const keepUploads = 32

const kinds = [
  { type: 'image/jpeg', fits: (b: Buffer) => b[0] === 0xff && b[1] === 0xd8 && b[2] === 0xff },
  { type: 'image/png', fits: (b: Buffer) => b.subarray(0, 8).toString('latin1') === '\x89PNG\r\n\x1a\n' },
  {
    type: 'image/webp',
    fits: (b: Buffer) => b.subarray(0, 4).toString('latin1') === 'RIFF' && b.subarray(8, 12).toString('latin1') === 'WEBP',
  },
  { type: 'image/tiff', fits: (b: Buffer) => ['II*\0', 'MM\0*'].includes(b.subarray(0, 4).toString('latin1')) },
]

export interface Uploads {
  take(body: AsyncIterable<Uint8Array>, declaredType: string): Promise<string>
  /** Errors: file/not-found. */
  find(uploadId: string): { file: string; type: string }
  clear(): Promise<void>
}

/** Posted pictures of this session, in a folder that belongs to the host alone. What a file is, its first bytes say, not its sender. */
export function createUploads(folder: string): Uploads {
  const known = new Map<string, { file: string; type: string }>()
  return {
    async take(body, declaredType) {
      if (!kinds.some((kind) => kind.type === declaredType.split(';')[0]?.trim().toLowerCase())) throw unsupported()
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const id = randomUUID()
      const partial = path.join(folder, `${id}.part`)
      try {
        const type = await write(partial, body)
        const file = path.join(folder, id)
        await rename(partial, file)
        known.set(id, { file, type })
      } catch (error) {
        await rm(partial, { force: true })
        throw error
      }
      for (const [old, { file }] of [...known].slice(0, Math.max(0, known.size - keepUploads))) {
        known.delete(old)
        await rm(file, { force: true })
      }
      return id
    },
    find(uploadId) {
      const upload = known.get(uploadId)
      if (!upload) throw new AppError('file/not-found', 'this picture was not uploaded, or is no longer kept', { id: uploadId })
      return upload
    },
    clear: () => rm(folder, { recursive: true, force: true }),
  }
}

const unsupported = () => new AppError('file/unsupported', 'only JPEG, PNG, WebP and TIFF pictures can be sent')

/** Writes the body, stopping at the limit; answers with the type its first bytes show. */
async function write(file: string, body: AsyncIterable<Uint8Array>): Promise<string> {
  const handle = await open(file, 'wx', 0o600)
  try {
    let bytes = 0
    let head = Buffer.alloc(0)
    for await (const chunk of body) {
      bytes += chunk.byteLength
      if (bytes > maxUploadBytes) throw new AppError('file/too-large', 'a picture may have at most 64 MiB', { limitBytes: maxUploadBytes })
      if (head.length < 16) head = Buffer.concat([head, chunk.subarray(0, 16)])
      if (head.length >= 16 && !kinds.some((kind) => kind.fits(head))) throw unsupported()
      await handle.writeFile(chunk)
    }
    const kind = kinds.find((candidate) => candidate.fits(head))
    if (!kind) throw unsupported()
    return kind.type
  } finally {
    await handle.close()
  }
}
