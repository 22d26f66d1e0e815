// npm run dev [project]: the browser shell with hot reload. electron-vite insists on an executable; ours is the Node shell.
import path from 'node:path'
import { become, onNode24, node24, root } from './nodeRuntime.mjs'

if (onNode24(path.join(root, 'scripts', 'dev.mjs'))) {
  const [project] = process.argv.slice(2)
  const env = {
    ...process.env,
    ELECTRON_EXEC_PATH: path.join(root, 'scripts', process.platform === 'win32' ? 'node-shell.cmd' : 'node-shell'),
  }
  if (project) env.MASKWRIGHT_DEV_PROJECT = path.resolve(project)
  process.chdir(root)
  become(node24(), [path.join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js'), 'dev', '--watch'], env)
}
