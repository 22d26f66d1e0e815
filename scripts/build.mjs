// Builds out/ when it is stale. Stale: the names, sizes and times of what it is made from differ from the stamp of the last build.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { isFresh } from './buildStamp.mjs'
import { root } from './nodeRuntime.mjs'

const lockFile = path.join(root, 'node_modules', '.cache', 'build.lock')

/** One build at a time: a second start waits for the first one's. */
async function withLock(work) {
  mkdirSync(path.dirname(lockFile), { recursive: true })
  for (;;) {
    try {
      writeFileSync(lockFile, String(process.pid), { flag: 'wx' })
      break
    } catch {
      if (!holderLives()) rmSync(lockFile, { force: true })
      else await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
  try {
    return work()
  } finally {
    rmSync(lockFile, { force: true })
  }
}

function holderLives() {
  try {
    process.kill(Number(readFileSync(lockFile, 'utf8')), 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** Builds if needed; false when the build failed (it has said why). */
export async function ensureBuilt({ quiet = false } = {}) {
  // An installation brings out/ and no sources.
  if (!existsSync(path.join(root, 'src')) || isFresh(root)) return true
  return withLock(() => {
    if (isFresh(root)) return true
    if (!quiet) console.error('Building the studio…')
    const vite = path.join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js')
    const result = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'warn'], { cwd: root, stdio: ['ignore', 2, 2] })
    if (result.status !== 0) console.error('The build failed.')
    return result.status === 0
  })
}
