import { mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { TooltipProvider } from 'reka-ui'
import { expect, it, onTestFinished } from 'vitest'
import { defineComponent, h, nextTick } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { setLocale } from '../../i18n/i18n.ts'
import { declareCommands } from '../../ui/commands.ts'
import { helpOpen } from './frameState.ts'
import HelpDialog from './HelpDialog.vue'

it('two keys of one command are not read as one key with two caps', async () => {
  setLocale('en')
  declareCommands([{ id: 'test.two', labelKey: 'label.commands.polygon', groupKey: 'keys.groups.tools', shortcuts: ['Mod+N', 'P'] }])
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: HelpDialog }] })
  const page = mount(
    defineComponent(() => () => h(TooltipProvider, () => h(HelpDialog))),
    { global: { plugins: [createPinia(), router] } },
  )
  onTestFinished(() => {
    helpOpen.value = false
    page.unmount()
  })
  helpOpen.value = true
  await nextTick()
  const row = [...document.querySelectorAll('dl > div')].find((each) => each.textContent.includes('Draw polygons'))
  expect(row?.querySelector('dd')?.textContent?.replace(/\s+/g, ' ').trim()).toBe('CtrlNorP')
})
