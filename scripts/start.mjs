// npm start: the studio in Electron where its runtime is installed, else in the browser.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { ensureBuilt } from './build.mjs'
import { become, node24, onNode24, root } from './nodeRuntime.mjs'

/** The runtime's executable, never fetching it: requiring the electron package would. */
function electronExecutable() {
  const folder = path.join(root, 'node_modules', 'electron')
  const names = { win32: 'electron.exe', darwin: 'Electron.app/Contents/MacOS/Electron' }
  const name = existsSync(path.join(folder, 'path.txt'))
    ? readFileSync(path.join(folder, 'path.txt'), 'utf8').trim()
    : (names[process.platform] ?? 'electron')
  const file = path.join(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? path.join(folder, 'dist'), name)
  return existsSync(file) ? file : null
}

if (onNode24(path.join(root, 'scripts', 'start.mjs'))) {
  const electron = electronExecutable()
  if (!electron) {
    console.error("Electron's runtime is not installed here, so the studio opens in your browser instead.")
    become(node24(), [path.join(root, 'scripts', 'maskwright.mjs'), 'serve', ...process.argv.slice(2)])
  } else if (await ensureBuilt()) become(electron, [root, ...process.argv.slice(2)])
  else process.exitCode = 1
}
