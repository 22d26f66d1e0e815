import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { resizeAntialias } from './resizeAntialias.ts'

interface Case {
  height: number
  width: number
  image: string
  toHeight: number
  toWidth: number
  resized: string
}

// Stored results of PIL, made by tests/oracles/pil.py.
const file = new URL('../../../tests/fixtures/pil/resize.json', import.meta.url)
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] }
const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'))

describe('bilinear with antialiasing', () => {
  it.each(cases.map((c) => [`${c.width}x${c.height} -> ${c.toWidth}x${c.toHeight}`, c] as const))('%s has the bytes of PIL', (_, c) => {
    expect(resizeAntialias(bytes(c.image), c.width, c.height, c.toWidth, c.toHeight)).toEqual(bytes(c.resized))
  })
})
