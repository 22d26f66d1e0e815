import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decideOrigin, noOriginFacts, originFactsOf, shapeFromVocBox, vocBoxFromShape } from './vocBox.ts'
import { parseVocXml } from './vocXml.ts'
import { newVocXml, patchVocXml } from './vocXmlPatch.ts'
import { XmlFault } from './xmlTree.ts'

const sample = `<?xml version="1.0"?>
<!-- made by hand -->
<annotation verified="yes">
\t<filename>a.jpg</filename>
\t<size><width>100</width><height>50</height><depth>3</depth></size>
\t<object id="7">
\t\t<name>potted &amp; plant</name>
\t\t<pose/>
\t\t<difficult>0</difficult>
\t\t<actions><jumping>1</jumping></actions>
\t\t<part><name>head</name><bndbox><xmin>3</xmin><ymin>4</ymin><xmax>5</xmax><ymax>6</ymax></bndbox></part>
\t\t<part><name>hand</name></part>
\t\t<weird unit="px"><![CDATA[a < b]]></weird>
\t\t<bndbox><xmax>20</xmax><xmin>10</xmin><ymin>11</ymin><ymax>21.50</ymax></bndbox>
\t</object>

\t<object>
\t\t<name>car</name>
\t\t<bndbox>
\t\t\t<xmin>1</xmin>
\t\t\t<ymin>nan</ymin>
\t\t\t<xmax>4</xmax>
\t\t\t<ymax>4</ymax>
\t\t</bndbox>
\t</object>
\t<object><name>car</name><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>4</xmax><ymax>4</ymax></bndbox></object>
</annotation>
`

const fault = (text: string) => {
  try {
    parseVocXml(text)
  } catch (error) {
    if (error instanceof XmlFault) return { code: error.code, line: error.line }
    throw error
  }
  return null
}

describe('parseVocXml', () => {
  it('keeps every field', () => {
    const file = parseVocXml(sample)
    expect(file).toMatchObject({ filename: 'a.jpg', size: { width: 100, height: 50 } })
    expect(file.objects[0]).toMatchObject({ name: 'potted & plant', line: 6, box: { xmin: 10, ymin: 11, xmax: 20, ymax: 21.5 } })
    expect(file.objects[0]!.attributes).toEqual({
      pose: '',
      difficult: '0',
      'actions.jumping': '1',
      'part.name': 'head',
      'part.bndbox.xmin': '3',
      'part.bndbox.ymin': '4',
      'part.bndbox.xmax': '5',
      'part.bndbox.ymax': '6',
      'part#2.name': 'hand',
      weird: 'a < b',
      'weird@unit': 'px',
    })
    expect(file.objects[1]!.box).toBeNull()
    expect(file.problems).toEqual([{ line: 21, remark: 'edgeNoNumber', facts: { key: 'ymin', value: 'nan' }, refused: true }])
  })

  it('takes no number that ends in infinity, and says what a second box or another root means', () => {
    const box = (xmin: string, xmax: string) => `<bndbox><xmin>${xmin}</xmin><ymin>1</ymin><xmax>${xmax}</xmax><ymax>9</ymax></bndbox>`
    const file = (inner: string) => parseVocXml(`<annotation>\n<object><name>car</name>\n${inner}</object></annotation>`)
    for (const [low, high] of [
      ['-1e308', '1e308'],
      ['1', '1e10'],
      ['-Infinity', '3'],
    ] as const) {
      const { objects, problems } = file(box(low, high))
      expect(objects[0]!.box).toBeNull()
      expect(problems).toMatchObject([{ line: 3, refused: true }])
    }
    const twice = file(`${box('1', '4')}\n${box('5', '9')}`)
    expect(twice.objects).toMatchObject([{ box: { xmin: 1, xmax: 4 } }])
    expect(twice.problems).toEqual([{ line: 4, remark: 'secondBox', refused: false }])
    expect(fault('\n<annotations><image/></annotations>')).toEqual({ code: 'voc/bad-xml', line: 2 })
    expect(fault('<html/>')).toMatchObject({ code: 'voc/bad-xml' })
  })

  it('refuses control characters, and walks hostile texts once', () => {
    for (const control of ['\0', '\x1b', '\b'])
      expect(fault(`<annotation>\n<folder>${control}</folder></annotation>`)).toEqual({ code: 'voc/bad-xml', line: 2 })
    expect(fault('<annotation><folder>a&#1;b&#10;c</folder></annotation>')).toBeNull()
    expect(originFactsOf(`<xmin>${' '.repeat(100_000)}`)).toEqual(noOriginFacts)
    expect(originFactsOf('<xmin> 0 </xmin><xmin>\n2.5\t</xmin>')).toEqual({ boxes: 0, belowOne: true, fractional: true })
    expect(fault(`<annotation>${'<!--'.repeat(50_000)}<!DOCTYPE x></annotation>`)).toMatchObject({ code: 'voc/bad-xml' })
    expect(fault('<!-- <!DOCTYPE x> -->\n<!-- -->\n<!doctype x><annotation/>')).toEqual({ code: 'voc/doctype', line: 3 })
  })

  it('says what is wrong and in which line', () => {
    expect(fault('<a>\n<!DOCTYPE a>\n</a>')).toEqual({ code: 'voc/doctype', line: 2 })
    expect(fault('<?xml version="1.0"?>\n<!doctype lolz [<!ENTITY lol "lol">]><a/>')).toEqual({ code: 'voc/doctype', line: 2 })
    expect(fault('<a>\n<b>\n1</a>')).toMatchObject({ code: 'voc/bad-xml', line: 3 })
    expect(fault('')).toMatchObject({ code: 'voc/bad-xml' })
    expect(fault('no xml at all')).toMatchObject({ code: 'voc/bad-xml' })
    expect(fault('<a/><b/>')).toMatchObject({ code: 'voc/bad-xml' })
    expect(fault(sample.slice(0, 300))).toMatchObject({ code: 'voc/bad-xml' })
    expect(fault('<a>'.repeat(20_000) + '</a>'.repeat(20_000))).toMatchObject({ code: 'voc/bad-xml' })
    expect(fault('<annotation><!-- <!DOCTYPE x> --></annotation>')).toBeNull()
  })

  it('reads past a byte order mark and carriage returns', () => {
    const file = parseVocXml('\uFEFF' + sample.replaceAll('\n', '\r\n'))
    expect(file.objects.map((object) => object.name)).toEqual(['potted & plant', 'car', 'car'])
    expect(file.objects[0]!.line).toBe(6)
  })

  it('is not fooled by names of JavaScript', () => {
    const file = parseVocXml(
      '<annotation><object><name>__proto__</name><__proto__>1</__proto__><constructor>2</constructor></object></annotation>',
    )
    expect(file.objects[0]).toMatchObject({ name: '__proto__' })
    expect(Object.keys(file.objects[0]!.attributes)).toEqual(['constructor'])
    expect(file.problems.filter(({ refused }) => !refused)).toEqual([
      { line: 1, remark: 'reservedName', facts: { name: '__proto__' }, refused: false },
    ])
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('ends with an answer, whatever the text', () => {
    const at = fc.integer({ min: 0, max: sample.length })
    fc.assert(
      fc.property(at, at, fc.string({ unit: fc.constantFrom('<', '>', '/', '"', '&', '\0', 'a', ']]>', '<!--') }), (a, b, junk) => {
        const text = sample.slice(0, Math.min(a, b)) + junk + sample.slice(Math.max(a, b))
        try {
          parseVocXml(text)
        } catch (error) {
          expect(error).toBeInstanceOf(XmlFault)
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('patchVocXml', () => {
  const file = parseVocXml(sample)
  const lines = (text: string) => text.split('\n')
  const changedLines = (after: string) => lines(after).filter((line, i) => line !== lines(sample)[i])

  it('changes nothing when nothing changes', () => {
    expect(patchVocXml(sample, file, new Map(), [])).toBe(sample)
  })

  it('touches only the characters of what changed', () => {
    const box = { xmin: 10, ymin: 11, xmax: 22, ymax: 23 }
    const attributes = { ...file.objects[0]!.attributes, pose: 'Left', difficult: true }
    const after = patchVocXml(sample, file, new Map([[0, { name: 'a<b', box, attributes }]]), [])
    expect(changedLines(after)).toEqual([
      '\t\t<name>a&lt;b</name>',
      '\t\t<pose>Left</pose>',
      '\t\t<difficult>1</difficult>',
      '\t\t<bndbox><xmax>22</xmax><xmin>10</xmin><ymin>11</ymin><ymax>23.0</ymax></bndbox>',
    ])
    expect(parseVocXml(after).objects[0]).toMatchObject({
      name: 'a<b',
      box,
      attributes: { pose: 'Left', difficult: '1', 'actions.jumping': '1' },
    })
  })

  it('removes an object with its line, and a field with its line', () => {
    const attributes = { ...file.objects[0]!.attributes }
    delete attributes['difficult']
    const after = patchVocXml(
      sample,
      file,
      new Map<number, null | { attributes: typeof attributes }>([
        [1, null],
        [2, null],
        [0, { attributes }],
      ]),
      [],
    )
    expect(after).toBe(
      lines(sample)
        .filter((_, i) => i !== 8 && !(i >= 16 && i <= 25))
        .join('\n'),
    )
  })

  it('adds objects behind the last, indented like it', () => {
    const after = patchVocXml(sample, file, new Map(), [
      { name: 'bus', box: { xmin: 1, ymin: 2, xmax: 3, ymax: 4 }, attributes: { difficult: false, 'a.b': 1 } },
    ])
    expect(after.startsWith(sample.slice(0, sample.lastIndexOf('\n</annotation>')))).toBe(true)
    expect(parseVocXml(after).objects.at(-1)).toMatchObject({
      name: 'bus',
      box: { xmin: 1, ymax: 4 },
      attributes: { pose: 'Unspecified', truncated: '0', difficult: '0' },
    })
    expect(after).toContain('\n\t<object>\n\t\t<name>bus</name>\n')
    const bare = '<annotation/>'
    expect(
      parseVocXml(
        patchVocXml(bare, parseVocXml(bare), new Map(), [{ name: 'x', box: { xmin: 1, ymin: 2, xmax: 3, ymax: 4 }, attributes: {} }]),
      ).objects,
    ).toHaveLength(1)
  })

  it('writes a new file that reads back', () => {
    const text = newVocXml({
      folder: 'JPEGImages',
      filename: 'a&b.jpg',
      width: 8,
      height: 9,
      depth: 3,
      segmented: false,
      objects: [{ name: 'car', box: { xmin: 1, ymin: 2, xmax: 3, ymax: 4 }, attributes: { pose: 'Left' } }],
    })
    expect(parseVocXml(text)).toMatchObject({
      filename: 'a&b.jpg',
      size: { width: 8, height: 9 },
      objects: [{ name: 'car', attributes: { pose: 'Left' } }],
    })
  })
})

describe('boxes', () => {
  it('come back as written for both origins', () => {
    const pixel = fc.integer({ min: 1, max: 5000 })
    fc.assert(
      fc.property(pixel, pixel, pixel, pixel, fc.constantFrom(0 as const, 1 as const), (xmin, ymin, w, h, origin) => {
        const box = { xmin, ymin, xmax: xmin + w, ymax: ymin + h }
        expect(vocBoxFromShape(shapeFromVocBox(box, origin)!, origin)).toEqual(box)
      }),
    )
  })

  it('of VOC count from 1 and include their last pixel', () => {
    expect(shapeFromVocBox({ xmin: 1, ymin: 1, xmax: 500, ymax: 375 }, 1)).toEqual({ kind: 'box', x: 0, y: 0, w: 500, h: 375 })
    expect(shapeFromVocBox({ xmin: 181, ymin: 329, xmax: 181, ymax: 329 }, 1)).toEqual({ kind: 'box', x: 180, y: 328, w: 1, h: 1 })
    expect(shapeFromVocBox({ xmin: 181, ymin: 329, xmax: 181, ymax: 329 }, 0)).toBeNull()
  })

  it('tell their origin', () => {
    const of = (x: string) => decideOrigin(originFactsOf(`<xmin>${x}</xmin><ymin>5</ymin>`))
    expect([of('0'), of('1'), of('2.5'), of('x'), decideOrigin(noOriginFacts)]).toEqual([0, 1, 0, 1, 1])
  })
})
