import { readFileSync } from 'node:fs'
import path from 'node:path'
import { homedir } from 'node:os'
import { app, BrowserWindow, dialog, Menu, protocol } from 'electron'
import { installHref } from '../shared/entries.ts'
import { runCli } from './cli/program.ts'
import { createCore } from './core.ts'
import { appScheme, createAppProtocol } from './electron/appProtocol.ts'
import { bridgePages } from './electron/pageBridge.ts'
import { closingShell, lockDown, openStudioWindow, showWindow } from './electron/studioWindow.ts'
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
  // Held only by a studio that trains without a window; it hears of this start and shows itself.
  if (!app.requestSingleInstanceLock()) return app.exit(0)
  const core = await createCore({ shell: 'electron', version, spawnChild: spawnUtility, roots: [homedir()], log })
  protocol.handle(appScheme, createAppProtocol(core))
  bridgePages({
    serve: (port, gone) => core.rpc.servePort(port, core.connect('electron', gone)),
    folderIdForPath: (folder) => core.host.folders.idForPath(folder),
  })
  const open = () => {
    app.releaseSingleInstanceLock()
    core.closing.returned()
    return openStudioWindow(inInstall('out', 'preload', 'index.cjs'), (answers) => core.closing.mayLeave(answers))
  }
  core.closing.attach(closingShell(() => core.host.events.emit({ type: 'closing' })))
  let ended = false
  app.on('before-quit', (event) => {
    if (ended) return
    event.preventDefault()
    const windows = BrowserWindow.getAllWindows()
    if (!core.closing.mayLeave(windows.length > 0)) return
    // The pages first: where one of them has something unsaved, it asks, and everything stays. The last one that goes leads here again.
    if (windows.length > 0) return windows.forEach((window) => window.close())
    // Trainings finish their step and write a checkpoint before the studio goes.
    void core.close().finally(() => {
      ended = true
      app.quit()
    })
  })
  app.on('window-all-closed', () => {
    if (core.closing.windowless()) app.quit()
    else app.requestSingleInstanceLock()
  })
  const comeBack = () => {
    if (!showWindow()) void open()
  }
  app.on('activate', comeBack)
  app.on('second-instance', comeBack)
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
