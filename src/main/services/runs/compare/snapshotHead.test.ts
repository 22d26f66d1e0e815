import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Snapshot } from '../../../../shared/model/snapshot.ts'
import { readRunSnapshot } from './seenData.ts'
import { readSnapshotHead } from './snapshotHead.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'maskwright-heads-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const snapshot: Snapshot = {
  datasetId: 'd',
  hash: 'h',
  classes: [
    { id: 'a', name: 'tricky ","items":[', color: '#102030' },
    { id: 'b', name: '路面', color: '#405060' },
  ],
  ignoreIndex: 255,
  items: Array.from({ length: 3 }, (_, i) => ({
    id: `i${i}`,
    name: `n${i}`,
    imagePath: `/x/${i}.jpg`,
    labelPath: `/y/${i}.png`,
    width: 4,
    height: 3,
    split: ['val'],
    imageSha256: 's',
    digest: 'd',
  })),
}
function written(runId: string, text: string): string {
  mkdirSync(path.join(folder, 'runs', runId), { recursive: true })
  writeFileSync(path.join(folder, 'runs', runId, 'snapshot.json'), text)
  return runId
}
const text = JSON.stringify(snapshot)

it('says what stands before the items, whatever classes are called; a torn or foreign file says nothing', async () => {
  expect(await readSnapshotHead(folder, written('whole', text))).toEqual({ ...snapshot, items: [] })
  expect(await readRunSnapshot(folder, 'whole')).toEqual(snapshot)
  for (const [runId, other] of [
    ['torn', text.slice(0, -30)],
    ['pretty', JSON.stringify(snapshot, null, 2)],
    ['other', '{"items":[]}'],
    ['empty', ''],
  ] as const)
    expect(await readSnapshotHead(folder, written(runId, other))).toBeNull()
  expect(await readSnapshotHead(folder, 'missing')).toBeNull()
})
