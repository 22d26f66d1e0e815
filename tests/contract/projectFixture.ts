import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { onTestFinished } from 'vitest'
import { openProjectStore, type OpenStoreOptions } from '../../src/main/db/openStore.ts'
import type { ImportedAnnotation, ImportedItem } from '../../src/main/db/records.ts'
import type { ProjectStore } from '../../src/main/db/store.ts'
import type { NewAnnotation } from '../../src/shared/model/annotation.ts'
import { newId } from '../../src/main/newId.ts'
import { entryFile } from '../support/entries.ts'

const databaseEntry = pathToFileURL(entryFile('database'))

/** A folder that goes away after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'maskwright-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export async function openStore(folder: string, options: Partial<OpenStoreOptions> = {}): Promise<ProjectStore> {
  const store = await openProjectStore({ folder, entry: databaseEntry, host: { socket: null }, ...options })
  onTestFinished(() => store.close())
  return store
}

export const newStore = (folder = temporaryFolder()) => openStore(folder, { create: { name: 'Test' } })

export const classIds = ['sky', 'car', 'tree'].map(() => newId())

export function importedAnnotation(change: Partial<ImportedAnnotation> = {}): ImportedAnnotation {
  return {
    id: newId(),
    classId: classIds[1]!,
    region: 'object',
    shape: { kind: 'box', x: 1, y: 2, w: 3, h: 4 },
    attributes: { pose: 'Left' },
    z: 0,
    source: { kind: 'xml', index: 0 },
    ...change,
  }
}

export function importedItem(position: number, annotations: ImportedAnnotation[] = [], change: Partial<ImportedItem> = {}): ImportedItem {
  const name = `p${String(position).padStart(4, '0')}`
  return {
    id: newId(),
    name,
    relPath: `JPEGImages/${name}.jpg`,
    position,
    width: 20,
    height: 10,
    orientation: 1,
    bytes: 100,
    sources: [{ kind: 'image', relPath: `JPEGImages/${name}.jpg`, sha256: `hash-${position}`, bytes: 100 }],
    annotations,
    ...change,
  }
}

/** A finished dataset of `items`; its classes are `classIds`, its splits train (even positions) and val (odd ones). */
export async function addDataset(store: ProjectStore, items: ImportedItem[], ids = classIds): Promise<string> {
  const datasetId = newId()
  await store.call('datasets.begin', { id: datasetId, name: 'Streets', rootPath: '/nowhere', batchId: newId() })
  const classes = ids.map((id, order) => ({ id, name: ['sky', 'car', 'tree'][order]!, maskIndex: order, color: '#102030', order }))
  await store.call('datasets.addItems', { datasetId, classes, items })
  await store.call('datasets.finish', {
    datasetId,
    dialect: { format: 'voc', vocOrigin: 1, classNamesFrom: 'labels.txt', voidIndex: 255, maskKind: 'none' },
    classes,
    splits: ['train', 'val'].map((name, parity) => ({
      name,
      itemIds: items.filter((item) => item.position % 2 === parity).map((item) => item.id),
    })),
    problems: [{ file: 'JPEGImages/bad.jpg', line: null, code: 'file/truncated', message: 'it ends early', severity: 'refused' }],
  })
  return datasetId
}

export function newBox(change: Partial<NewAnnotation> = {}): NewAnnotation {
  return {
    id: newId(),
    classId: classIds[0]!,
    region: 'object',
    shape: { kind: 'box', x: 0, y: 0, w: 5, h: 5 },
    attributes: {},
    provenance: { kind: 'human' },
    z: 1,
    ...change,
  }
}
