import { expect, it } from 'vitest'
import { decodeText, encodeText } from './safeFiles.ts'

const round = (bytes: Buffer) => {
  const { text, encoding } = decodeText(bytes)
  return { text, encoding, same: encodeText(text, encoding).equals(bytes) }
}

it('reads text so that it can be written as the same bytes', () => {
  expect(round(Buffer.from('\uFEFF汽车\r\n'))).toEqual({ text: '\uFEFF汽车\r\n', encoding: 'utf8', same: true })
  expect(round(Buffer.from('\uFEFF汽车', 'utf16le'))).toEqual({ text: '\uFEFF汽车', encoding: 'utf16le', same: true })
  expect(round(Buffer.from([0x63, 0xe9, 0x0a]))).toEqual({ text: 'cé\n', encoding: 'latin1', same: true })
  const western = Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>', 'latin1')
  expect(round(western)).toMatchObject({ encoding: 'latin1', same: true })
})

it('believes the encoding of an XML declaration where the bytes are no UTF-8, and writes UTF-8 that says so', () => {
  const gbk = (label: string) =>
    Buffer.concat([
      Buffer.from(`<?xml version="1.0" encoding="${label}"?>\n<name>`),
      Buffer.from([0xc6, 0xfb, 0xb3, 0xb5]),
      Buffer.from('</name>'),
    ])
  for (const label of ['GBK', 'gb2312']) {
    const { text, encoding } = decodeText(gbk(label))
    expect([text.slice(-15), encoding]).toEqual(['<name>汽车</name>', 'declared'])
    const written = decodeText(encodeText(text, encoding))
    expect(written).toEqual({ text: text.replace(label, 'UTF-8'), encoding: 'utf8' })
  }
  expect(round(gbk('no-such-thing'))).toMatchObject({ encoding: 'latin1', same: true })
})
