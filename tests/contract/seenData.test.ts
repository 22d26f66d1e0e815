import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { compareData } from '../../src/main/services/runs/compare/seenData.ts'
import { newStore, temporaryFolder } from './projectFixture.ts'

const classes = ['a', 'b'].map((id) => ({ id, name: `class ${id}`, color: '#102030' }))
const items = Array.from({ length: 3 }, (_, i) => ({
  id: `i${i}`,
  name: `n${i}`,
  imagePath: `/x/${i}.jpg`,
  labelPath: `/y/${i}.png`,
  width: 4,
  height: 3,
  split: ['val'],
  imageSha256: 's',
  digest: 'd',
}))
const snapshot = { datasetId: 'd', hash: 'h', classes, ignoreIndex: 255, items }

it('data of the same hash are the same but for their colours; others are read whole, however they are written', async () => {
  const folder = temporaryFolder()
  const store = await newStore(folder)
  const written = (runId: string, text: string): string => {
    mkdirSync(path.join(folder, 'runs', runId), { recursive: true })
    writeFileSync(path.join(folder, 'runs', runId, 'snapshot.json'), text)
    return runId
  }
  const recoloured = { ...snapshot, classes: classes.map((entry) => ({ ...entry, color: '#000000' })) }
  const moved = { ...snapshot, hash: 'other', items: items.map((item, i) => (i === 0 ? { ...item, split: ['train'] } : item)) }
  const text = JSON.stringify(snapshot)
  const ids = [
    written('one', text),
    written('two', JSON.stringify(recoloured)),
    written('three', JSON.stringify(moved, null, 1)),
    written('torn', text.slice(0, -20)),
  ]
  const [one, two, three, torn] = await compareData(store, ids, 'one', 10)
  expect(one).toMatchObject({ seen: { items: 3, splits: [{ name: 'val', items: 3 }] }, diff: { same: true } })
  expect(two).toMatchObject({ seen: { items: 3, classes: recoloured.classes }, diff: { same: true, classes: { recoloured: [{}, {}] } } })
  expect(three).toMatchObject({
    diff: { same: false, moved: { count: 1 } },
    seen: { splits: [{ name: 'train' }, { name: 'val', items: 2 }] },
  })
  expect(torn).toMatchObject({ seen: null, diff: null })
  await store.close()
})
