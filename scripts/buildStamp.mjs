// Tells whether out/ was built from the sources as they are: names, sizes and times of all that goes in. The root is a parameter, because the
// build's configuration is bundled before it runs and would find another one.
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const inputs = ['src', 'electron.vite.config.ts', 'package.json', 'package-lock.json']
const stampFile = (root) => path.join(root, 'out', '.stamp')

/** A hash over what the build reads; tests are no part of it. */
export function sourceStamp(root) {
  const hash = createHash('sha256')
  const visit = (file) => {
    const facts = statSync(file, { throwIfNoEntry: false })
    if (!facts) return
    if (facts.isDirectory()) {
      for (const name of readdirSync(file).sort()) visit(path.join(file, name))
      return
    }
    if (/\.test\.ts$/.test(file)) return
    hash.update(`${path.relative(root, file)}\0${facts.size}\0${Math.round(facts.mtimeMs)}\n`)
  }
  for (const name of inputs) visit(path.join(root, name))
  return hash.digest('hex')
}

export function writeStamp(root, stamp) {
  mkdirSync(path.dirname(stampFile(root)), { recursive: true })
  writeFileSync(stampFile(root), stamp)
}

export function isFresh(root) {
  try {
    return readFileSync(stampFile(root), 'utf8') === sourceStamp(root)
  } catch {
    return false
  }
}
