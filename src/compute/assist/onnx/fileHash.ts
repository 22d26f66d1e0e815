import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { AppError } from '../../../shared/errors.ts'
import type { ModelHeader } from './modelHeader.ts'

/** SHA-256 over the bytes of files, one after the other, without blocking. Errors: file/unreadable. */
async function sha256Of(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const file of files) {
    try {
      for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Uint8Array)
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new AppError(
        'file/unreadable',
        `${file}: ${reason}`,
        { file, reason, errno: (cause as NodeJS.ErrnoException).code ?? null },
        { cause },
      )
    }
  }
  return hash.digest('hex')
}

/** SHA-256 of a model with the weights beside it. Errors: file/*, assist/*. */
export const sha256OfModel = ({ file, dataFiles }: Pick<ModelHeader, 'file' | 'dataFiles'>): Promise<string> =>
  sha256Of([file, ...dataFiles.map((data) => data.file)])

/** One name for several facts. */
export function samHash(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex')
}
