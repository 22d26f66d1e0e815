// The Node the studio runs on: this one if it is new enough, else the one that came with `npm ci`.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'

export const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..')

const newEnough = () => {
  const [major, minor] = process.versions.node.split('.').map(Number)
  return major > 24 || (major === 24 && minor >= 0)
}

/** The path of a Node 24. */
export function node24() {
  if (newEnough()) return process.execPath
  const own = path.join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (existsSync(own)) return own
  console.error(`The studio needs Node 24; this is ${process.versions.node} and node_modules/node is missing. Run npm ci first.`)
  process.exit(1)
}

/** Runs a program and ends as it ends. A terminal sends Ctrl+C to both; sent to this process alone it is handed on. */
export function become(command, args, env = process.env) {
  const child = spawn(command, args, { stdio: 'inherit', env })
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  child.on('error', (error) => {
    console.error(error.message)
    process.exit(1)
  })
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)))
}

/** True when this process may go on; otherwise the same script runs again on Node 24 and this process only waits for it. */
export function onNode24(script) {
  if (newEnough()) return true
  become(node24(), [script, ...process.argv.slice(2)])
  return false
}
