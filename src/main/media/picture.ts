import { open, readFile, stat } from 'node:fs/promises'
import sharp, { type Sharp } from 'sharp'
import { AppError } from '../../shared/errors.ts'
import { hashFile, insideRoot } from './safeFiles.ts'
import { readPngHeader } from './indexPng.ts'

sharp.cache(false)

/** Names a picture of ours may have; what it is, its bytes say. */
export const pictureExtensions = /\.(jpe?g|jpe|jfif|png|webp|tiff?|bmp)$/i
/** Names of pictures in formats that are not read: they are listed, not passed over. */
export const foreignExtensions = /\.(gif|heic|heif|avif|jp2|j2k|jxl|svgz?|psd|tga|ppm|pgm|pbm|pnm|ico|exr|hdr|dng|cr2|nef|arw|raw)$/i

/** One gigapixel: more is refused from the header. */
export const maxPixels = 1_000_000_000
const maxPictureBytes = 8 * 2 ** 30

export interface PictureFacts {
  /** After EXIF rotation. */
  width: number
  height: number
  orientation: number
  bytes: number
  sha256: string
}

export type PictureType = 'jpeg' | 'png' | 'webp' | 'tiff'

/** What a file is, by its first bytes; its name is not asked, and neither is anything that looks like SVG or another language. */
export async function sniffPicture(file: string): Promise<PictureType | null> {
  const handle = await open(file, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(12), 0, 12, 0)
    const head = buffer.subarray(0, bytesRead)
    if (head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff) return 'jpeg'
    if (head.subarray(0, 8).toString('latin1') === '\x89PNG\r\n\x1a\n') return 'png'
    if (head.subarray(0, 4).toString('latin1') === 'RIFF' && head.subarray(8, 12).toString('latin1') === 'WEBP') return 'webp'
    return ['II*\0', 'MM\0*'].includes(head.subarray(0, 4).toString('latin1')) ? 'tiff' : null
  } finally {
    await handle.close()
  }
}

/** What the first bytes of a file that is no picture of ours look like; null: nothing known. */
async function foreignKind(file: string): Promise<string | null> {
  const handle = await open(file, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(256), 0, 256, 0)
    const head = buffer.toString('latin1', 0, bytesRead)
    if (head.startsWith('BM')) return 'a BMP picture'
    if (head.startsWith('GIF8')) return 'a GIF picture'
    if (/^....ftyp(avif|avis)/s.test(head)) return 'an AVIF picture'
    if (/^....ftyp(hei|mif1|msf1)/s.test(head)) return 'a HEIC picture'
    if (/^(....jP {2}|\xff\x4f\xff\x51)/s.test(head)) return 'a JPEG 2000 picture'
    if (head.startsWith('8BPS')) return 'a Photoshop file'
    if (/^P[1-7]\s/.test(head)) return 'a PNM picture'
    return /<svg[\s>]/i.test(head) ? 'an SVG drawing' : null
  } finally {
    await handle.close()
  }
}

/** A sharp reader of a picture that was sniffed, with our limits. */
export function pictureReader(file: string): Sharp {
  return sharp(file, { failOn: 'truncated', limitInputPixels: maxPixels, sequentialRead: true })
}

/** Verifies a picture by decoding all of it, and hashes it. Errors: file/not-found, file/path-escape, file/too-large, file/unsupported, file/truncated. */
export async function inspectPicture(root: string, relPath: string): Promise<PictureFacts> {
  const file = await insideRoot(root, relPath)
  const facts = await stat(file)
  const data = { file: relPath }
  if (!facts.isFile()) throw new AppError('file/unreadable', `${relPath} is no file`, data)
  if (facts.size === 0) throw new AppError('file/truncated', `${relPath} is empty`, data)
  if (facts.size > maxPictureBytes)
    throw new AppError('file/too-large', `${relPath} has ${facts.size} bytes`, { ...data, bytes: facts.size })
  const type = await sniffPicture(file)
  if (type === null) {
    const kind = await foreignKind(file)
    const is = kind === null ? 'is no JPEG, PNG, WebP or TIFF picture' : `is ${kind}; JPEG, PNG, WebP and TIFF can be read: convert it`
    throw new AppError('file/unsupported', `${relPath} ${is}`, data)
  }
  if (type === 'png') {
    const size = await pngSize(file)
    if (size.width * size.height > maxPixels) throw tooLarge(relPath, size)
  }
  const header = await sharp(file, { limitInputPixels: false })
    .metadata()
    .catch((error: unknown) => {
      throw unreadable(relPath, error)
    })
  const { width, height } = header
  if (width * height > maxPixels) throw tooLarge(relPath, { width, height })
  if (type === 'png' && facts.size < 2 ** 31) readPngHeader(await readFile(file), relPath)
  try {
    // Every row is read on the way down to 16 pixels; what a file lacks shows.
    await pictureReader(file).resize(16, 16, { fit: 'fill' }).raw().toBuffer()
  } catch (error) {
    throw unreadable(relPath, error)
  }
  const orientation = header.orientation !== undefined && header.orientation >= 1 && header.orientation <= 8 ? header.orientation : 1
  const turned = orientation >= 5
  return { width: turned ? height : width, height: turned ? width : height, orientation, bytes: facts.size, sha256: await hashFile(file) }
}

interface Size {
  width: number
  height: number
}

/** From the header itself: libpng does not say what it finds too large. */
async function pngSize(file: string): Promise<Size> {
  const handle = await open(file, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(24), 0, 24, 0)
    return bytesRead < 24 ? { width: 0, height: 0 } : { width: buffer.readUInt32BE(16), height: buffer.readUInt32BE(20) }
  } finally {
    await handle.close()
  }
}

const tooLarge = (relPath: string, { width, height }: Size) =>
  new AppError('file/too-large', `${relPath} has ${width} x ${height} pixels, more than a gigapixel`, { file: relPath, width, height })

function unreadable(relPath: string, error: unknown): AppError {
  const lines = (error instanceof Error ? error.message : String(error)).split('\n').map((line) => line.trim())
  const reason = lines
    .filter((line) => line !== '')
    .slice(0, 2)
    .join(' ')
  if (/maximum supported image dimension|exceeds pixel limit/i.test(reason))
    return new AppError('file/too-large', `${relPath} is too large: ${reason.slice(0, 200)}`, { file: relPath }, { cause: error })
  const early = /premature end|truncated|unexpected end|read error|corrupt|unable to parse|out of order|not enough/i.test(reason)
  const code = early ? 'file/truncated' : 'file/unreadable'
  return new AppError(code, `${relPath} cannot be decoded: ${reason.slice(0, 200)}`, { file: relPath }, { cause: error })
}
