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
  message: 'the file has 2 pictures (it is animated, or has pages); only the first is used',
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
  expect(reasonOf(animated)).toEqual(['文件含多张图片，只使用第一张', animated.message])
})

it('a remark is told in the language of the page alone, filled with its facts', () => {
  onTestFinished(() => setLocale('en'))
  const cut: FileProblem = { ...animated, code: 'annotation/invalid', remark: 'attributeNames', facts: { names: "'a b'", more: 3 } }
  setLocale('en')
  expect(reasonOf(cut)).toEqual(["attributes whose names cannot stand in this file were left out: 'a b' and 3 more"])
  setLocale('zh-CN')
  expect(reasonOf(cut)).toEqual(["名称无法写入此文件的属性已略去：'a b'，另有 3 个"])
  // One of a studio that knows more than this one.
  expect(reasonOf({ ...cut, remark: 'unknown', facts: undefined })).toEqual(['标注内容无法完整保存', cut.message])
})

it('a refused file is told by the sentence of its code and its facts, and what the decoder said', () => {
  onTestFinished(() => setLocale('en'))
  setLocale('zh-CN')
  const refused = { ...animated, severity: 'refused' as const }
  expect(reasonOf({ ...refused, code: 'file/unsupported', facts: { file: 'film.png', found: 'PSD' } })).toEqual([
    '不支持这种文件：film.png（PSD；可读取 JPEG、PNG、WebP、TIFF、GIF 和未压缩的 BMP）。',
  ])
  expect(reasonOf({ ...refused, code: 'file/truncated', facts: { reason: 'premature end' } })[1]).toBe('premature end')
  expect(reasonOf({ ...refused, code: 'file/empty', facts: {} })).toEqual(['文件是空的，大小为 0 字节：film.png。请从源头重新拷贝。'])
})
