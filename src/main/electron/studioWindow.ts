import { app, BrowserWindow, session, shell } from 'electron'
import type { ClosingShell } from '../services/system/closing.ts'
import { appOrigin } from './appProtocol.ts'

/** The only address that may leave the studio, in the user's own browser. */
const mayOpenOutside = (url: string) => URL.parse(url)?.protocol === 'https:'

/** No page of any window may navigate, open windows, embed views, or be granted a permission. */
export function lockDown(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => event.preventDefault())
    contents.on('will-redirect', (event) => event.preventDefault())
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.setWindowOpenHandler(({ url }) => {
      if (mayOpenOutside(url)) void shell.openExternal(url)
      return { action: 'deny' }
    })
  })
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.defaultSession.setPermissionCheckHandler(() => false)
}

/** `mayClose` is asked whenever the user closes it, with whether its page can still show a question. */
export async function openStudioWindow(preload: string, mayClose: (answers: boolean) => boolean): Promise<BrowserWindow> {
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 1100,
    minHeight: 640,
    show: false,
    backgroundColor: '#16181b',
    webPreferences: { preload, sandbox: true, contextIsolation: true, nodeIntegration: false, webSecurity: true, spellcheck: false },
  })
  window.once('ready-to-show', () => window.show())
  window.on('close', (event) => {
    if (!mayClose(!window.webContents.isCrashed())) event.preventDefault()
  })
  // Its page has something that is not saved and asks what shall become of it; the window stays until that is answered.
  window.webContents.on('will-prevent-unload', () => showWindow())
  await window.loadURL(`${appOrigin}/`)
  return window
}

/** Brings a window to the front where there is one. */
export function showWindow(): boolean {
  const [window] = BrowserWindow.getAllWindows()
  if (!window) return false
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
  return true
}

/** `ask` tells the pages; the window that answers is in front. */
export const closingShell = (ask: () => void): ClosingShell => ({
  ask() {
    showWindow()
    ask()
  },
  closeWindows: () => BrowserWindow.getAllWindows().forEach((window) => window.close()),
  quit: () => app.quit(),
})
