import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import type { FileStamp } from '../../../shared/api/compute/assist.ts'
import { AppError } from '../../../shared/errors.ts'
import type { SamFacts } from '../../../shared/model/samModel.ts'
import type { StoredModel } from './modelRegistry.ts'

type ModelFiles = Pick<StoredModel, 'encoderFile' | 'decoderFile' | 'partner' | 'known'>

/** How the files are now on which a model depends: its halves, the weights beside them, what configures them; bytes null: it is not there. Errors: file/not-found, assist/partner-gone. */
export async function stampsOf(model: ModelFiles): Promise<FileStamp[]> {
  const { encoderFile, decoderFile, partner, known } = model
  const own = [encoderFile, ...(decoderFile === null ? [] : [decoderFile])]
  // In the order of what is known, which they are compared with.
  const stamps = await stampsOfFiles([...new Set([...(known?.stamps.map(({ file }) => file) ?? []), ...own])])
  const gone = stamps.find(({ file, bytes }) => bytes === null && own.includes(file))
  if (!gone) return stamps
  const data = { file: path.basename(encoderFile), partner: path.basename(gone.file) }
  throw partner && gone.file === decoderFile
    ? new AppError('assist/partner-gone', `${data.partner}, the other half of ${data.file}, is no longer beside it`, data)
    : new AppError('file/not-found', `${gone.file} is gone`, { file: data.partner })
}

export function stampsOfFiles(files: readonly string[]): Promise<FileStamp[]> {
  return Promise.all(
    files.map(async (file) => {
      const found = await stat(file).catch(() => null)
      // A pipe would never end.
      const info = found?.isFile() ? found : null
      return { file, bytes: info?.size ?? null, modifiedMs: info?.mtimeMs ?? 0, changedMs: info?.ctimeMs ?? 0, inode: info?.ino ?? 0 }
    }),
  )
}

/**
 * The half that was found beside the only file that was given, by its path and content, so that it is never another one: what was recognised then, of
 * what is in the folder now. Errors: assist/partner-changed (it is another file now).
 */
export function pinned(model: ModelFiles, { encoder, decoder }: SamFacts): Pick<StoredModel, 'decoderFile' | 'partner'> {
  const { encoderFile, decoderFile, partner } = model
  if (decoder === null || (decoderFile !== null && !partner)) return { decoderFile, partner }
  const given = path.basename(encoderFile)
  const other = encoder.name === given ? decoder : encoder
  if (partner && partner.sha256 !== null && partner.sha256 !== other.sha256)
    throw new AppError('assist/partner-changed', `${other.name}, the other half of ${given}, is another file than it was`, {
      file: given,
      partner: other.name,
    })
  return { decoderFile: path.join(path.dirname(encoderFile), other.name), partner: { sha256: other.sha256 } }
}

/** The encoder and the decoder in a folder, told by their names; null where there is no model. */
export async function shippedFiles(folder: string): Promise<{ encoderFile: string; decoderFile: string | null } | null> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.onnx')).sort()
  const encoder = names.find((name) => /encoder/i.test(name)) ?? names[0]
  if (encoder === undefined) return null
  const decoder = names.find((name) => name !== encoder && /decoder/i.test(name))
  return { encoderFile: path.join(folder, encoder), decoderFile: decoder === undefined ? null : path.join(folder, decoder) }
}
