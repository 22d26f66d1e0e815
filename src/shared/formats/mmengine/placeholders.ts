import type { Origin } from '../../model/config/origin.ts'
import { Unknown } from './arithmetic.ts'

/** What `{{ fileDirname }}` and its kin stand for: an absolute folder with "/", 'cfg.py', 'cfg', '.py'. */
export interface FileFacts {
  readonly dirname: string
  readonly basename: string
  readonly stem: string
  readonly extension: string
}

const form = /\{\{\s*(?:(file\w+)\s*|\$\s*(\w+)\s*:([^{}\r\n]*)|(_base_[^{}\r\n]*))\}\}/g

/** A text with mmengine's predefined variables put in; the environment is never read, its defaults are taken. Throws Unknown. */
export function substituted(text: string, facts: FileFacts, at: Origin): string {
  if (!text.includes('{{')) return text
  const words: Readonly<Record<string, string>> = {
    fileDirname: facts.dirname,
    fileBasename: facts.basename,
    fileBasenameNoExtension: facts.stem,
    fileExtname: facts.extension,
  }
  return text.replace(
    form,
    (whole, file: string | undefined, variable: string | undefined, fallback: string | undefined, base: string | undefined) => {
      if (base !== undefined) throw new Unknown(at, `${whole} stands for a value of its own, not for a part of a text`)
      if (file !== undefined) return Object.hasOwn(words, file) ? words[file]! : whole
      const value = (fallback ?? '').trim()
      if (value === '') throw new Unknown(at, `the environment is not read, and ${variable} has no default`)
      return value
    },
  )
}
