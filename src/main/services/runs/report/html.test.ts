import { expect, it } from 'vitest'
import { escapeHtml, joined, markup } from './html.ts'

it('escapes every text that is put in, in elements and attributes', () => {
  const name = `<script>alert("1")</script>' onload=x \``
  const { text } = markup`<p title="${name}">${name}</p>`
  expect(text).toBe(`<p title="${escapeHtml(name)}">${escapeHtml(name)}</p>`)
  expect(text).not.toMatch(/<script|" onload|' onload|`/)
})

it('puts markup into markup, lists one after the other, and nothing for nothing', () => {
  expect(markup`<ul>${[markup`<li>${1}</li>`, markup`<li>${'<'}</li>`]}${null}${false}</ul>`.text).toBe('<ul><li>1</li><li>&#60;</li></ul>')
  expect(joined(['&', markup`<br />`]).text).toBe('&#38;<br />')
})

it('shows control characters and changes of direction as a mark', () => {
  expect(escapeHtml('a\u0000b\u202ec\ud800d\te')).toBe('a\ufffdb\ufffdc\ufffdd\te')
})
