import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, readdir, readFile, realpath } from 'node:fs/promises'
import path from 'node:path'
import { append } from '../../shared/append.ts'
import { AppError } from '../../shared/errors.ts'

/** Larger text files are no label files. */
const maxTextBytes = 64 << 20

/** 'a/b.png' relative to the root -> real path; a symbolic link may point anywhere inside the root. Errors: file/path-escape, file/not-found. */
export async function insideRoot(root: string, relPath: string): Promise<string> {
  if (isEscape(relPath)) throw escapes(relPath)
  const joined = path.join(root, relPath)
  const real = await realpath(joined).catch(() => null)
  if (real === null) throw new AppError('file/not-found', `${relPath} is not there`, { file: relPath })
  if (real !== joined && !isWithin(await realpath(root), real)) throw escapes(relPath)
  return real
}

const escapes = (relPath: string) => new AppError('file/path-escape', `${relPath} leads out of the dataset's folder`, { file: relPath })

export function isWithin(root: string, file: string): boolean {
  const relative = path.relative(root, file)
  return relative === '' || (relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative))
}

/** Absolute (of either system), with '..' in it, or with a NUL. */
export function isEscape(name: string): boolean {
  return hasParentStep(name) || isAbsoluteAnywhere(name)
}
export const hasParentStep = (name: string) => name.includes('\0') || name.split(/[/\\]/).includes('..')
export const isAbsoluteAnywhere = (name: string) => /^([/\\]|[A-Za-z]:)/.test(name)

export interface FoundFile {
  /** From the root, with forward slashes. */
  relPath: string
  link: boolean
}

/** Regular files (and links, which are looked at when opened) below a folder, sorted by path; nothing when it is not there. */
export async function listFiles(root: string, folder: string, depth: number): Promise<FoundFile[]> {
  const found: FoundFile[] = []
  const entries = await readdir(path.join(root, folder), { withFileTypes: true }).catch(() => [])
  for (const entry of entries) {
    const relPath = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (entry.isFile() || entry.isSymbolicLink()) found.push({ relPath, link: entry.isSymbolicLink() })
    else if (entry.isDirectory() && depth > 0) append(found, await listFiles(root, relPath, depth - 1))
  }
  return found.sort((a, b) => (a.relPath < b.relPath ? -1 : 1))
}

/** Is there a real folder of that name? Links to folders are not followed. */
export async function isFolder(folder: string): Promise<boolean> {
  return (await lstat(folder).catch(() => null))?.isDirectory() ?? false
}

export async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

export const hashBytes = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

export type TextEncoding = 'utf8' | 'latin1' | 'utf16le' | 'declared'

/** Of an XML declaration; what it names is only believed where the bytes are no UTF-8. */
const declaration = /^(<\?xml\b[^>]*?\bencoding\s*=\s*["'])([\w.:-]{2,40})(["'])/

/**
 * Bytes -> text that `encodeText` turns into the same bytes again; a byte order mark stays as the first character. XML that declares another encoding
 * (GBK, Shift_JIS…) is read by it ('declared') and, once changed, written as UTF-8 that says so.
 */
export function decodeText(bytes: Uint8Array): { text: string; encoding: TextEncoding } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { text: buffer.toString('utf16le'), encoding: 'utf16le' }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes), encoding: 'utf8' }
  } catch {
    // Not UTF-8: an old Windows or Latin-1 file; every byte is a character, so nothing is lost on the way back.
    const label = declaration.exec(buffer.toString('latin1', 0, 200))?.[2]
    const text = label === undefined || /^(iso-?8859-?1|latin-?1|us-ascii|utf-?8)$/i.test(label) ? null : decodeAs(label, bytes)
    return text === null ? { text: buffer.toString('latin1'), encoding: 'latin1' } : { text, encoding: 'declared' }
  }
}

/** Null: the label is unknown, or the bytes are not what it says. */
function decodeAs(label: string, bytes: Uint8Array): string | null {
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}

export const encodeText = (text: string, encoding: TextEncoding) =>
  encoding === 'declared' ? Buffer.from(text.replace(declaration, '$1UTF-8$3'), 'utf8') : Buffer.from(text, encoding)

/** Errors: file/not-found, file/path-escape, file/too-large, file/unreadable. */
export async function readTextFile(root: string, relPath: string): Promise<{ text: string; encoding: TextEncoding; bytes: Buffer }> {
  const bytes = await readSmallFile(root, relPath, maxTextBytes)
  return { ...decodeText(bytes), bytes }
}

/** Errors: file/not-found, file/path-escape, file/too-large, file/unreadable. */
export async function readSmallFile(root: string, relPath: string, maxBytes: number): Promise<Buffer> {
  const file = await insideRoot(root, relPath)
  const facts = await lstat(file)
  if (!facts.isFile()) throw new AppError('file/unreadable', `${relPath} is no file`, { file: relPath })
  if (facts.size > maxBytes)
    throw new AppError('file/too-large', `${relPath} has ${facts.size} bytes, more than ${maxBytes}`, { file: relPath, bytes: facts.size })
  try {
    return await readFile(file)
  } catch (error) {
    throw new AppError('file/unreadable', `${relPath} cannot be read`, { file: relPath }, { cause: error })
  }
}
