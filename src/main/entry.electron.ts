import { readFileSync } from 'node:fs'
import path from 'node:path'
import { homedir } from 'node:os'
import { app, dialog, Menu, protocol } from 'electron'
import { installHref } from '../shared/entries.ts'
import { runCli } from './cli/program.ts'
import { createCore } from './core.ts'
import { appScheme, createAppProtocol } from './electron/appProtocol.ts'
import { bridgePages } from './electron/pageBridge.ts'
import { lockDown, openStudioWindow } from './electron/studioWindow.ts'
import { spawnUtility } from './electron/utilityChild.ts'
import { createLogger } from './log.ts'

// The desktop shell: the same core as `maskwright serve`, in a window instead of a browser; with arguments it is the command line, without a window.
const install = new URL(installHref(import.meta.url))
const { version } = JSON.parse(readFileSync(new URL('package.json', install), 'utf8')) as { version: string }
const inInstall = (...parts: string[]) => path.join(path.resolve(app.getAppPath()), ...parts)
// What follows the program (and, unpackaged, the folder it runs); switches of Chromium alone do not make a command line.
const words = process.argv.slice(app.isPackaged ? 1 : 2)
const headless = words.some((word) => !word.startsWith('-') && word !== '.')
const log = createLogger('host')

protocol.registerSchemesAsPrivileged([
  { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
])

async function runHeadless(): Promise<void> {
  const interrupted = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort())
  const makeCore = ({ roots = [homedir()] }: { roots?: readonly string[] } = {}) =>
    createCore({ shell: 'cli', version, spawnChild: spawnUtility, roots, log })
  app.exit(await runCli(words, { version, makeCore }, interrupted.signal))
}

async function runStudio(): Promise<void> {
  const core = await createCore({ shell: 'electron', version, spawnChild: spawnUtility, roots: [homedir()], log })
  protocol.handle(appScheme, createAppProtocol(core))
  bridgePages({
    serve: (port, gone) => core.rpc.servePort(port, core.connect('electron', gone)),
    folderIdForPath: (folder) => core.host.folders.idForPath(folder),
  })
  const open = () => openStudioWindow(inInstall('out', 'preload', 'index.cjs'))
  let ended = false
  app.on('before-quit', (event) => {
    if (ended) return
    // Trainings finish their step and write a checkpoint before the studio goes.
    event.preventDefault()
    void core.close().finally(() => {
      ended = true
      app.quit()
    })
  })
  app.on('window-all-closed', () => app.quit())
  app.on('activate', () => void open())
  await open()
}

async function start(): Promise<void> {
  if (headless) return runHeadless()
  if (process.platform !== 'darwin') Menu.setApplicationMenu(null)
  lockDown()
  await runStudio()
}

// Not awaited at the top level: 'ready' comes only after this module was evaluated.
app
  .whenReady()
  .then(start)
  .catch((error: unknown) => {
    log.error({ err: error }, 'the studio could not start')
    if (!headless) dialog.showErrorBox('Maskwright', error instanceof Error ? error.message : String(error))
    app.exit(1)
  })
