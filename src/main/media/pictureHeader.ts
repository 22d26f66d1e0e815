import { open, stat } from 'node:fs/promises'
import sharp, { type Metadata } from 'sharp'
import { AppError } from '../../shared/errors.ts'
import { mostPixels, type PictureFormat, type PictureHeader } from '../../shared/model/picture.ts'
import { isBmp, readBmpHeader } from '../../shared/picture/bmp.ts'
import { insideRoot } from './safeFiles.ts'
import { readTiffFacts } from './tiffTiles.ts'
import { fromDiskError } from './wholeFile.ts'

/** Names a picture of ours may have; what it is, its bytes say. */
export const pictureExtensions = /\.(jpe?g|jpe|jfif|png|webp|tiff?|bmp|gif)$/i
/** Names of pictures in formats that are not read: they are listed, not passed over. */
export const foreignExtensions = /\.(heic|heif|avif|jp2|j2k|jxl|svgz?|psd|tga|ppm|pgm|pbm|pnm|ico|exr|hdr|dng|cr2|nef|arw|raw)$/i

const mostBytes = 8 * 2 ** 30

/** The first bytes of a file, fewer where it is shorter. */
async function headOf(file: string, length: number): Promise<Buffer> {
  const handle = await open(file, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

/** What a file is, by its first bytes; its name is not asked, and neither is anything that looks like SVG or another language. */
function sniff(head: Buffer): PictureFormat | null {
  const text = (from: number, to: number) => head.subarray(from, to).toString('latin1')
  if (head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff) return 'jpeg'
  if (text(0, 8) === '\x89PNG\r\n\x1a\n') return 'png'
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WEBP') return 'webp'
  if (/^GIF8[79]a/.test(text(0, 6))) return 'gif'
  if (isBmp(head)) return 'bmp'
  return ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].includes(text(0, 4)) ? 'tiff' : null
}

/** Whether a picture can have more than a byte per channel, by its first bytes; of a TIFF they do not say it. */
export async function mayBeDeep(file: string): Promise<boolean> {
  const head = await headOf(file, 32)
  const format = sniff(head)
  return format === 'tiff' || (format === 'png' && head[24] === 16)
}

/** What kind of file one that is no picture of ours is, by its first bytes, under the name that it has in every language; null: nothing known. */
function foreignKind(bytes: Buffer): string | null {
  const head = bytes.toString('latin1')
  if (/^....ftyp(avif|avis)/s.test(head)) return 'AVIF'
  if (/^....ftyp(hei|mif1|msf1)/s.test(head)) return 'HEIC'
  if (/^(....jP {2}|\xff\x4f\xff\x51)/s.test(head)) return 'JPEG 2000'
  if (head.startsWith('8BPS')) return 'PSD'
  if (/^P[1-7]\s/.test(head)) return 'PNM'
  if (/<svg[\s>]/i.test(head)) return 'SVG'
  if (/^\s*(<!doctype html|<html)/i.test(head)) return 'HTML'
  if (head.startsWith('%PDF')) return 'PDF'
  return !/[^\x09\x0a\x0d\x20-\x7e\x80-\xff]/.test(head) ? 'TXT' : null
}

/** A picture file of ours that can be opened, with what its header says. */
export interface PictureFile {
  file: string
  bytes: number
  header: PictureHeader
}

/** Reads a picture's header, and refuses what must not be decoded. Errors: file/not-found, file/path-escape, file/too-large, file/unsupported, file/empty, file/truncated, file/unreadable. */
export async function readPictureHeader(root: string, relPath: string): Promise<PictureFile> {
  const file = await insideRoot(root, relPath)
  const facts = await stat(file)
  const data = { file: relPath }
  if (!facts.isFile()) throw new AppError('file/unreadable', `${relPath} is no file`, { ...data, why: 'noFile' })
  if (facts.size === 0) throw new AppError('file/empty', `${relPath} is empty`, data)
  if (facts.size > mostBytes) throw new AppError('file/too-large', `${relPath} has ${facts.size} bytes`, { ...data, bytes: facts.size })
  const head = await headOf(file, 256)
  const format = sniff(head)
  if (format === null) throw foreign(relPath, foreignKind(head))
  if (format === 'bmp') return { file, bytes: facts.size, header: bmpHeader(head, facts.size, relPath) }
  // From the header itself: libpng does not say what it finds too large.
  if (format === 'png' && head.length >= 24) refuseHuge(relPath, head.readUInt32BE(16), head.readUInt32BE(20))
  const metadata = await sharp(file, { limitInputPixels: false })
    .metadata()
    .catch((error: unknown) => {
      throw pictureFault(relPath, error)
    })
  refuseHuge(relPath, metadata.width, metadata.height)
  const tiff = format === 'tiff' ? await readTiffFacts(file) : null
  const frames = tiff ? tiff.pages : format === 'png' ? await pngFrames(file) : format === 'jpeg' ? 1 : (metadata.pages ?? 1)
  return { file, bytes: facts.size, header: headerOf(format, metadata, frames, tiff?.inTiles === true) }
}

/** More chunks than these before its pixels no encoder writes. */
const mostChunks = 200

/** Frames of a PNG: those that `acTL` promises, which stands before the pixels of an animated one (PNG, third edition, 11.3.4). */
async function pngFrames(file: string): Promise<number> {
  const handle = await open(file, 'r')
  try {
    const chunk = Buffer.alloc(12)
    for (let at = 8, n = 0; n < mostChunks; n++) {
      const { bytesRead } = await handle.read(chunk, 0, 12, at)
      const type = chunk.toString('latin1', 4, 8)
      if (bytesRead < 12 || type === 'IDAT') return 1
      if (type === 'acTL') return chunk.readUInt32BE(8)
      at += 12 + chunk.readUInt32BE(0)
    }
    return 1
  } finally {
    await handle.close()
  }
}

function bmpHeader(head: Buffer, bytes: number, relPath: string): PictureHeader {
  const { width, height, bits } = readBmpHeader(head, bytes, relPath)
  const plain = { orientation: 1, channels: 3, hasAlpha: false, bits: 8, float: false, spread: false, frames: 1, inTiles: false }
  return { format: 'bmp', width, height, colors: 'rgb', palette: bits === 8, ...plain }
}

function headerOf(format: PictureFormat, metadata: Metadata, frames: number, inTiles: boolean): PictureHeader {
  const { width, height, channels, depth, space, orientation = 1, hasAlpha = false } = metadata
  const float = depth === 'float' || depth === 'double'
  const spread = float || depth === 'short' || depth === 'uint' || depth === 'int'
  return {
    format,
    width,
    height,
    orientation: orientation >= 1 && orientation <= 8 ? orientation : 1,
    channels,
    hasAlpha,
    bits: float ? 32 : depth === 'ushort' || depth === 'short' ? 16 : depth === 'uint' || depth === 'int' ? 32 : 8,
    float,
    spread,
    colors: /^(srgb|rgb|rgb16|scrgb)$/.test(space) ? 'rgb' : /^(b-w|grey16)$/.test(space) ? 'grey' : space === 'cmyk' ? 'cmyk' : 'other',
    palette: metadata.isPalette ?? false,
    frames: Math.max(1, frames),
    // Values that are spread are spread over the range of all of them.
    inTiles: inTiles && !spread,
  }
}

function foreign(relPath: string, kind: string | null): AppError {
  const is =
    kind === null ? 'is no JPEG, PNG, WebP, TIFF, GIF or BMP picture' : `is ${kind}; JPEG, PNG, WebP, TIFF, GIF and BMP can be read`
  return new AppError('file/unsupported', `${relPath} ${is}`, { file: relPath, ...(kind === null ? {} : { found: kind }) })
}

function refuseHuge(relPath: string, width: number, height: number): void {
  if (width * height <= mostPixels) return
  const message = `${relPath} has ${width} x ${height} pixels, more than a gigapixel`
  throw new AppError('file/too-large', message, { file: relPath, width, height, mostMegapixels: mostPixels / 1e6 })
}

/** One file that cannot be read: missing, forbidden, a folder, or on a bad sector. */
const ofOneFile: ReadonlySet<unknown> = new Set(['ENOENT', 'EACCES', 'EPERM', 'EISDIR', 'EIO'])

/** Whether the disk itself is at fault: what refuses to be written is, what refuses to be read may be one file. */
const isOfDisk = (fault: AppError): boolean => !ofOneFile.has(fault.data['errno']) || /write|mkdir/i.test(fault.message)

/** What a decoder said, as an error of ours: cut off, too large, or otherwise unreadable; a fault of the disk is not blamed on the picture. */
export function pictureFault(relPath: string, error: unknown): AppError {
  const known = fromDiskError(error)
  const isErrno = known instanceof AppError && known !== error
  if (known instanceof AppError && (!isErrno || isOfDisk(known))) return known
  const lines = (error instanceof Error ? error.message : String(error)).split('\n').map((line) => line.trim())
  const reason = lines
    .filter((line) => line !== '')
    .slice(0, 2)
    .join(' ')
    .slice(0, 200)
  if (/maximum supported image dimension|exceeds pixel limit/i.test(reason))
    return new AppError('file/too-large', `${relPath} is too large: ${reason}`, { file: relPath, reason }, { cause: error })
  const early = /premature end|truncated|unexpected end|read error|corrupt|unable to parse|out of order|not enough/i.test(reason)
  const code = early && !isErrno ? 'file/truncated' : 'file/unreadable'
  return new AppError(code, `${relPath} cannot be decoded: ${reason}`, { file: relPath, reason }, { cause: error })
}
