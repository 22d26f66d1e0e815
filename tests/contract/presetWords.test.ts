import { readdirSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { en, zhCN } from '../../src/renderer/i18n/messages.ts'

it('has a name and a sentence for every preset, in both languages', () => {
  const files = readdirSync(path.resolve(import.meta.dirname, '../../resources/presets')).filter((file) => file.endsWith('.json'))
  const wanted = files.map((file) => file.slice(0, -'.json'.length)).sort()
  for (const { experiments } of [en, zhCN]) expect(Object.keys(experiments.launch.presets).sort()).toEqual(wanted)
})
