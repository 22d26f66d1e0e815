import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { scanDataset } from './datasetScan.ts'
import { writtenPicture } from './exportRecords.ts'

function folderOf(...files: string[]): string {
  const root = mkdtempSync(path.join(tmpdir(), 'mw-scan-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  for (const file of files) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
    writeFileSync(path.join(root, file), '')
  }
  return root
}

it('takes all pictures of a plain folder, also those that differ by their extension alone, under names of their own', async () => {
  const files = ['b/one.jpg', 'b/one.png', 'same.gif', 'same.jpg', 'same.png', 'same.png.jpg', 'same.png.webp']
  const { entries, problems } = await scanDataset(folderOf(...files))
  expect(entries.map(({ image }) => image).sort()).toEqual(files)
  const names = new Map(entries.map(({ image, name }) => [image, name]))
  expect(new Set(names.values()).size).toBe(files.length)
  expect([names.get('b/one.jpg'), names.get('b/one.png'), names.get('same.gif'), names.get('same.jpg')]).toEqual([
    'b/one',
    'b/one.png',
    'same',
    'same.jpg',
  ])
  expect(problems.map(({ remark, severity }) => `${remark} ${severity}`)).toEqual(Array.from({ length: 5 }, () => 'namedWhole note'))
  // Written as VOC they have names without extension of their own, by which their labels find them.
  const written = entries.map(({ name, image }) => writtenPicture({ name, relPath: image }))
  expect(written.map((file) => file.replace(/\.[^.]+$/, ''))).toEqual(entries.map(({ name }) => name))
  expect(writtenPicture({ name: 'same', relPath: 'same.gif' })).toBe('same.gif')
  expect(writtenPicture({ name: 'b/one.png', relPath: 'b/one.png' })).toBe('b/one.png.png')
})

it('refuses the second of them in a VOC folder, where a label could be of either', async () => {
  const { entries, problems } = await scanDataset(folderOf('JPEGImages/same.jpg', 'JPEGImages/same.png', 'Annotations/same.xml'))
  expect(entries.map(({ image }) => image)).toEqual(['JPEGImages/same.jpg'])
  expect(problems).toMatchObject([{ file: 'JPEGImages/same.png', remark: 'sameName', severity: 'refused' }])
})
