import { expect, it } from 'vitest'
import { parseClassNames, parseLabelmap, parseSplitFile, patchClassFile } from './vocText.ts'

it('numbers class names by line, and shifts after __ignore__', () => {
  expect(parseClassNames('sky\nbuilding\n').map((c) => [c.index, c.name, c.color])).toEqual([
    [0, 'sky', '#4477aa'],
    [1, 'building', '#ee7733'],
  ])
  expect(parseClassNames('\uFEFF__ignore__\r\n_background_\r\n\r\ntv/monitor').map((c) => [c.index, c.name])).toEqual([
    [0, '_background_'],
    [2, 'tv/monitor'],
  ])
})

it('reads the colours of a labelmap', () => {
  const text = '# label:color_rgb:parts:actions\nbackground:0,0,0::\ncar:1,2,255:wheel:\nodd:a,b::\n'
  expect(parseLabelmap(text)).toEqual([
    { index: 0, name: 'background', color: '#000000' },
    { index: 1, name: 'car', color: '#0102ff' },
    { index: 2, name: 'odd', color: '#228833' },
  ])
})

it('tells splits from lists for one class', () => {
  expect(parseSplitFile('a\r\n\r\n b c \n')).toEqual([
    { id: 'a', line: 1 },
    { id: 'b c', line: 3 },
  ])
  expect(parseSplitFile('000001 -1\n000002  1\n000003  0\n')).toBeNull()
  expect(parseSplitFile('')).toEqual([])
  // Pictures called 'frame 0' and 'frame 1' are no verdicts on a picture 'frame'.
  const isPicture = (id: string) => id.startsWith('frame ')
  expect(parseSplitFile('frame 0\nframe 1\n', isPicture)?.map(({ id }) => id)).toEqual(['frame 0', 'frame 1'])
  expect(parseSplitFile('000001 1\n000002 -1\n', isPicture)).toBeNull()
})

it('patches only the lines of a class file that changed', () => {
  expect(
    patchClassFile('\uFEFFsky\r\ncar \r\ntree', new Map([['car', 'auto$&']]), [{ name: 'bus', index: 3, color: '#010203' }], false),
  ).toBe('\uFEFFsky\r\nauto$& \r\ntree\r\nbus\r\n')
  expect(patchClassFile('# car\ncar:1,2,3:car:\n', new Map([['car', 'auto']]), [{ name: 'bus', index: 1, color: '#010203' }], true)).toBe(
    '# car\nauto:1,2,3:car:\nbus:1,2,3::\n',
  )
})
