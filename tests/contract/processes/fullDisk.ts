import { closeSync, existsSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { openProjectStore } from '../../../src/main/db/openStore.ts'
import { newId } from '../../../src/main/newId.ts'

// Runs in a file system of its own and fills it, to say what a project does then. Prints one object.
const [root] = process.argv.slice(2) as [string]
const folder = join(root, 'project')
const ballast = join(folder, 'project.ballast')
const entry = new URL('../../../src/main/entry.database.ts', import.meta.url)
const code = (error: unknown) => (error as { code?: string }).code ?? String(error)

function fill(): void {
  const handle = openSync(join(root, 'fill'), 'a')
  try {
    for (let chunk = 1 << 20; chunk >= 1;) {
      try {
        writeSync(handle, Buffer.alloc(chunk))
      } catch {
        chunk >>= 4
      }
    }
  } finally {
    closeSync(handle)
  }
}

mkdirSync(folder)
const open = (create?: { name: string }) => openProjectStore({ folder, entry, host: { socket: null }, ...(create ? { create } : {}) })
let store = await open({ name: 'Full' })
const hadBallast = existsSync(ballast)
const importing = { id: newId(), name: 'half', rootPath: '/nowhere', batchId: newId() }
await store.call('datasets.begin', importing)
fill()
const item = (position: number) => ({
  id: newId(),
  name: 'x'.repeat(100_000),
  relPath: 'a.jpg',
  position,
  width: 1,
  height: 1,
  orientation: 1,
  bytes: 1,
  sources: [],
  annotations: [],
})
/** Writes until something gives in; answers with the code. */
async function until(work: (i: number) => Promise<unknown>, limit: number): Promise<string | null> {
  for (let i = 0; i < limit; i++) {
    const failed = await work(i).then(() => null, code)
    if (failed !== null) return failed
  }
  return null
}
const importAnswer = await until((i) => store.call('datasets.addItems', { datasetId: importing.id, classes: [], items: [item(i)] }), 500)
const ballastAfterImport = existsSync(ballast)
fill()
const value = 'v'.repeat(50_000)
const editAnswer = await until((i) => store.call('settings.set', { key: `k${i}`, value }), 50)
const ballastAfterEdit = existsSync(ballast)
fill()
let kept = 0
const lastAnswer = await until(async (i) => {
  await store.call('settings.set', { key: `more${i}`, value })
  kept = i + 1
}, 2_000)
const read = async (key: string) => ((await store.call('settings.get', { key })).value as string | null)?.length ?? 0
const readWhileFull = [await read('k49'), await read(`more${kept}`)]
const closed = await store.close().then(() => 'closed', code)
const openedFull = await open().then(async (full) => (await full.close(), 'opened'), code)
rmSync(join(root, 'fill'))
store = await open()
const later = [await read('k49'), kept === 0 ? value.length : await read(`more${kept - 1}`)]
const datasets = (await store.call('datasets.list', {})).length
await store.close()
console.log(
  JSON.stringify({
    hadBallast,
    importAnswer,
    ballastAfterImport,
    editAnswer,
    ballastAfterEdit,
    lastAnswer,
    readWhileFull,
    closed,
    openedFull,
    later,
    datasets,
    ballastBack: existsSync(ballast),
  }),
)
