import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { onTestFinished } from 'vitest'
import type { ProjectStore } from '../../src/main/db/store.ts'
import type { JobContext } from '../../src/main/jobs/jobQueue.ts'
import { encodeIndexPng } from '../../src/main/media/indexPng.ts'
import { createMedia, type Media } from '../../src/main/media/pools.ts'
import { exportDataset } from '../../src/main/services/datasets/exportDataset.ts'
import { importDataset } from '../../src/main/services/datasets/importDataset.ts'
import type { ExportReport, ImportReport } from '../../src/shared/model/dataset.ts'
import { newId } from '../../src/main/newId.ts'
import { forkEntry } from '../support/entries.ts'

/** Media processes that end with the test. */
export function newMedia(): Media {
  const media = createMedia(forkEntry)
  onTestFinished(() => media.close())
  return media
}

export const quietContext = (signal = new AbortController().signal): JobContext => ({ signal, report: () => undefined })

export const importFolder = (store: ProjectStore, media: Media, folder: string, context = quietContext()): Promise<ImportReport> =>
  importDataset({ store, pool: media.imports, folder, name: undefined, newId, context })

export const exportTo = (
  store: ProjectStore,
  media: Media,
  datasetId: string,
  folder: string,
  context = quietContext(),
): Promise<ExportReport> => exportDataset({ store, pool: media.imports, datasetId, folder, context })

export function put(root: string, relPath: string, content: string | Uint8Array): void {
  const file = path.join(root, relPath)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, content)
}

/** A small JPEG with a little texture. */
export function jpeg(width: number, height: number): Promise<Buffer> {
  const data = Buffer.from(Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 37) & 255))
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg()
    .toBuffer()
}

export const mask = (
  width: number,
  height: number,
  at: (x: number, y: number) => number,
  kind: 'palette' | 'grayscale' = 'palette',
  bitDepth: 1 | 2 | 4 | 8 = 8,
): Buffer =>
  encodeIndexPng({
    width,
    height,
    kind,
    bitDepth,
    palette: null,
    indices: Uint8Array.from({ length: width * height }, (_, i) => at(i % width, Math.floor(i / width))),
  })

export const voc = (objects: string, size = '<size><width>40</width><height>30</height><depth>3</depth></size>') =>
  `<annotation>\n\t<filename>x.jpg</filename>\n\t${size}\n${objects}</annotation>\n`
export const object = (name: string, [xmin, ymin, xmax, ymax]: (number | string)[], more = '') =>
  `\t<object>\n\t\t<name>${name}</name>\n${more}\t\t<bndbox>\n\t\t\t<xmin>${xmin}</xmin>\n\t\t\t<ymin>${ymin}</ymin>\n\t\t\t<xmax>${xmax}</xmax>\n\t\t\t<ymax>${ymax}</ymax>\n\t\t</bndbox>\n\t</object>\n`

/** Relative path -> bytes of every file below a folder. */
export function readTree(folder: string): Map<string, Buffer> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return new Map(
    files
      .map((entry): [string, Buffer] => {
        const file = path.join(entry.parentPath, entry.name)
        return [path.relative(folder, file), readFileSync(file)]
      })
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

/** Files that differ between two trees, missing ones included. */
export function differences(a: Map<string, Buffer>, b: Map<string, Buffer>): string[] {
  return [...new Set([...a.keys(), ...b.keys()])].filter((file) => {
    const [left, right] = [a.get(file), b.get(file)]
    return !left || !right || !left.equals(right)
  })
}

export const everyItem = { split: null, classId: null, status: null, text: '' } as const

/** All items of a dataset by name. */
export async function itemsByName(store: ProjectStore, datasetId: string) {
  const { items } = await store.call('items.window', { datasetId, filter: everyItem, offset: 0, limit: 500 })
  return new Map(items.map((item) => [item.name, item]))
}
