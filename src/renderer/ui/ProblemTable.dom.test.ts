import { mount } from '@vue/test-utils'
import { TooltipProvider } from 'reka-ui'
import { expect, it, onTestFinished } from 'vitest'
import { defineComponent, h } from 'vue'
import type { FileProblem } from '../../shared/model/dataset.ts'
import { setLocale } from '../i18n/i18n.ts'
import ProblemTable from './ProblemTable.vue'

const animated: FileProblem = {
  file: 'film.png',
  line: null,
  code: 'file/first-frame',
  message: 'it is animated (2 pictures); only the first is used',
  severity: 'note',
}

function reasonOf(problem: FileProblem): string[] {
  const page = mount(defineComponent(() => () => h(TooltipProvider, () => h(ProblemTable, { problems: [problem], caption: 'Files' }))))
  onTestFinished(() => page.unmount())
  const cell = page.findAll('tbody td')[3]!
  return [cell.element.firstChild!.textContent!.trim(), ...cell.findAll('span').map((span) => span.text())]
}

it('a warning is told in the language of the page, its own words below', () => {
  onTestFinished(() => setLocale('en'))
  setLocale('en')
  expect(reasonOf(animated)).toEqual([animated.message])
  setLocale('zh-CN')
  expect(reasonOf(animated)).toEqual(['动图，只使用第一帧', animated.message])
})
