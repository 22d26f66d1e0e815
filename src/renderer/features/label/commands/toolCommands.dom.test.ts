import { createPinia, setActivePinia } from 'pinia'
import { expect, it } from 'vitest'
import { useLabel } from '../labelStore.ts'
import { regionCommands } from './regionCommands.ts'
import { toolCommands } from './toolCommands.ts'

it('after holes were cut, the key of a tool draws regions again', () => {
  setActivePinia(createPinia())
  const label = useLabel()
  const commands = [...toolCommands(label), ...regionCommands(label)]
  const press = (id: string): string => {
    void commands.find((command) => command.id === `label.${id}`)!.run()
    return `${label.tools.active} ${label.editor.settings.ring.becomes}`
  }
  expect(press('ringHole')).toBe('polygon hole')
  expect(press('lasso')).toBe('lasso hole')
  expect(press('lasso')).toBe('lasso region')
  expect(press('ringHole')).toBe('lasso hole')
  expect(press('select')).toBe('select hole')
  expect(press('repeat')).toBe('lasso hole')
  expect(press('ringHole')).toBe('lasso region')
  expect(press('ringPart')).toBe('lasso part')
  expect(press('select')).toBe('select part')
  expect(press('ringPart')).toBe('polygon part')
  expect(press('select')).toBe('select part')
  expect(press('polygon')).toBe('polygon region')
})
