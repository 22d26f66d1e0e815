import { expect, test } from 'vitest'
import { entryHref, installHref, unpackedPath } from './entries.ts'

test('from source an entry is the .ts file itself', () => {
  expect(entryHref('compute', 'file:///home/me/studio/src/main/jobs/supervisor.ts')).toBe(
    'file:///home/me/studio/src/compute/entry.compute.ts',
  )
  expect(installHref('file:///home/me/studio/src/main/jobs/supervisor.ts')).toBe('file:///home/me/studio/')
})

test('built, an entry lies in out/main, wherever its caller was put', () => {
  expect(entryHref('compute', 'file:///opt/src/studio/out/main/chunks/core-1a2b.js')).toBe('file:///opt/src/studio/out/main/compute.js')
  expect(installHref('file:///opt/app.asar/out/main/cli.js')).toBe('file:///opt/app.asar/')
})

test('a caller from elsewhere is refused', () => {
  expect(() => entryHref('compute', 'file:///tmp/x.js')).toThrow('cannot tell where')
})

test('files that native code opens lie beside the package, not in it', () => {
  expect(unpackedPath('/opt/studio/resources/app.asar/resources/sam')).toBe('/opt/studio/resources/app.asar.unpacked/resources/sam')
  expect(unpackedPath('C:\\Studio\\resources\\app.asar\\resources\\sam')).toBe('C:\\Studio\\resources\\app.asar.unpacked\\resources\\sam')
  expect(unpackedPath('/home/me/maskwright/resources/sam')).toBe('/home/me/maskwright/resources/sam')
})
