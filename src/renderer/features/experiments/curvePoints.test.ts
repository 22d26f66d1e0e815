import { expect, it } from 'vitest'
import { csvCell } from './curvePoints.ts'

it('quotes what a table of commas needs quoted, and leaves a spreadsheet nothing to compute', () => {
  expect(['#3 night', 'a,b', 'say "no"', 'two\rlines', 'train/loss'].map(csvCell)).toEqual([
    '#3 night',
    '"a,b"',
    '"say ""no"""',
    '"two\rlines"',
    'train/loss',
  ])
  expect(['=HYPERLINK("x")/loss', '+1', '-1', '@sum'].map(csvCell)).toEqual([`"'=HYPERLINK(""x"")/loss"`, "'+1", "'-1", "'@sum"])
})
