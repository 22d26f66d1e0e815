import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { newId } from '../../newId.ts'
import { madeModelsFolder } from './assistModels.ts'
import { createModelRegistry } from './modelRegistry.ts'
import { removeUnlistedModels } from './unlistedModels.ts'

let state: string
beforeEach(() => (state = mkdtempSync(path.join(tmpdir(), 'maskwright-unlisted-'))))
afterEach(() => rmSync(state, { recursive: true, force: true }))

const root = () => madeModelsFolder(state)
const left = () => readdirSync(root()).sort()
function makeFolder(name: string = newId()): string {
  mkdirSync(path.join(root(), name), { recursive: true })
  writeFileSync(path.join(root(), name, 'encoder.onnx'), 'gigabytes')
  return name
}
async function list(folder: string): Promise<void> {
  const model = { name: 'm', origin: 'made', decoderFile: null, partner: null, overrides: {}, known: null, quarantine: null } as const
  const encoderFile = path.join(root(), folder, 'encoder.onnx')
  await createModelRegistry(path.join(state, 'assist.json')).change(folder, () => ({ ...model, id: newId(), encoderFile }))
}
const later = () => Date.now() + 2 * 60 * 60_000

it('what a killed host left goes, what is listed or new stays, and so does whatever else lies there', async () => {
  const [listed, unlisted] = [makeFolder(), makeFolder()]
  const others = ['.sent-1', `${newId()}.1.partial`, 'mine'].map(makeFolder)
  await list(listed)
  expect(await removeUnlistedModels(state)).toEqual([])
  expect(left()).toHaveLength(5)
  expect(await removeUnlistedModels(state, later())).toEqual([unlisted])
  expect(left()).toEqual([listed, ...others].sort())
})

it('nothing goes without a list, and nothing that an unread list or entry names', async () => {
  const [inEntry, inUnread] = [makeFolder(), makeFolder()]
  expect(await removeUnlistedModels(state, later())).toEqual([])
  writeFileSync(path.join(state, 'assist.json'), JSON.stringify({ models: [{ id: 3, encoderFile: `/x/${inEntry}/encoder.onnx` }] }))
  writeFileSync(path.join(state, 'assist.json.unread-7'), `{"models":[{"encoderFile":"/x/${inUnread}/enc`)
  expect(await removeUnlistedModels(state, later())).toEqual([])
  expect(left()).toEqual([inEntry, inUnread].sort())
})
