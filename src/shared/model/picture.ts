import { z } from 'zod'
import { idSchema } from './ids.ts'

/** One gigapixel: larger pictures are refused from their header, before anything is decoded. */
export const mostPixels = 1_000_000_000

/** Side of a tile in pixels of its level. */
export const tileSize = 512

/** Pictures of more pixels are shown by tiles; below, the browser holds them whole. */
export const wholeUpTo = 24_000_000
/** A canvas, and therefore a bitmap that is drawn into one, has at most so many pixels a side in every browser. */
const wholeSide = 16_384

export const pictureFormatSchema = z.enum(['jpeg', 'png', 'webp', 'tiff', 'gif', 'bmp'])
export type PictureFormat = z.infer<typeof pictureFormatSchema>

/** What the header of a picture file says; nothing was decoded for it. */
export const pictureHeaderSchema = z.object({
  format: pictureFormatSchema,
  /** As stored, before the EXIF orientation. */
  width: z.int().positive(),
  height: z.int().positive(),
  orientation: z.int().min(1).max(8),
  /** With alpha. */
  channels: z.int().min(1),
  hasAlpha: z.boolean(),
  /** Bits per channel; 16 and more are kept as 16 where they are looked at. */
  bits: z.int().positive(),
  float: z.boolean(),
  /** Its numbers do not fit into 16 bits without a sign (a sign, a fraction, or more bits): they are spread over them from the lowest to the highest. */
  spread: z.boolean(),
  colors: z.enum(['rgb', 'grey', 'cmyk', 'other']),
  palette: z.boolean(),
  /** Pictures in the file; only the first is used. */
  frames: z.int().min(1),
  /** The file itself lies in tiles (a TIFF can): any part of it can be read without the rest. */
  inTiles: z.boolean(),
})
export type PictureHeader = z.infer<typeof pictureHeaderSchema>

/** Deep pictures: more than a byte per channel, to be looked at through a window of their values. */
export const isDeep = (header: Pick<PictureHeader, 'bits'>): boolean => header.bits > 8

/** Every browser shows it, upright, in the same colours as the studio reads it, and nothing moves. Chromium leaves the orientation of a WebP alone, and mixes what has alpha with what lies behind it. */
export const isShownByBrowsers = ({ format, colors, frames, bits, orientation, hasAlpha }: PictureHeader): boolean =>
  !hasAlpha &&
  format !== 'tiff' &&
  format !== 'gif' &&
  format !== 'bmp' &&
  colors !== 'cmyk' &&
  frames === 1 &&
  bits <= 8 &&
  !(format === 'webp' && orientation !== 1)

/** How a picture is shown: from its file by the browser, or by tiles that the host cuts. */
export const isTiled = (header: PictureHeader): boolean =>
  isDeep(header) || header.width * header.height > wholeUpTo || Math.max(header.width, header.height) > wholeSide

/** Mip levels of a picture: level 0 is the picture itself, each next one half of it, the last fits one tile. */
export function levelsOf({ width, height }: { readonly width: number; readonly height: number }): number {
  let levels = 1
  for (let side = Math.max(width, height); side > tileSize; side = Math.ceil(side / 2)) levels++
  return levels
}

/** Pixels a side that the first view has at most. */
const coarseSide = 4_096

/** A JPEG reduced 8 times is decoded at a quarter of its sides, one reduced 16 times at an eighth: half the time, and still more pixels than a screen. */
const slowJpegLevel = 3

/** The finest level of the first view, which is there long before the whole pyramid. */
export function coarseLevelOf({ format, width, height }: Pick<PictureHeader, 'format' | 'width' | 'height'>): number {
  let level = 0
  for (let side = Math.max(width, height); side > coarseSide; side = Math.ceil(side / 2)) level++
  return format === 'jpeg' && level === slowJpegLevel ? level + 1 : level
}

/** A picture as the Label page needs to know it before it is shown. */
export const pictureInfoSchema = z.object({
  itemId: idSchema,
  relPath: z.string(),
  header: pictureHeaderSchema,
  tiled: z.boolean(),
  /** Changes with the content; part of the address of every tile. */
  version: z.string(),
})
export type PictureInfo = z.infer<typeof pictureInfoSchema>

/** How far the pyramid of a tiled picture has come; stopped: the user cancelled it. */
export const sharpeningSchema = z.object({
  state: z.enum(['ready', 'building', 'stopped', 'failed']),
  /** 0..1 while it is built. */
  share: z.number(),
})
export type Sharpening = z.infer<typeof sharpeningSchema>
