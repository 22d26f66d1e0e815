import { BrowserWindow, dialog, ipcMain, MessageChannelMain, type IpcMainEvent, type IpcMainInvokeEvent } from 'electron'
import { appOrigin } from './appProtocol.ts'
import { adaptPort } from './portAdapter.ts'
import type { PortFacade } from '../services/rpcServer.ts'

export interface PageBridgeOptions {
  /** Serves the page contract over the port of a window. */
  readonly serve: (port: PortFacade, gone: AbortSignal) => void
  /** A folder the user chose becomes an id; pages never see the path. */
  readonly folderIdForPath: (folder: string) => Promise<string>
}

/** Only the studio's own page, in its top frame, is listened to. */
const isOurs = ({ senderFrame }: IpcMainEvent | IpcMainInvokeEvent): boolean =>
  senderFrame !== null && senderFrame.parent === null && senderFrame.origin === appOrigin

/** The two things a page can ask of Electron itself: its port and a folder dialog. */
export function bridgePages({ serve, folderIdForPath }: PageBridgeOptions): void {
  ipcMain.on('maskwright:ask-port', (event) => {
    if (!isOurs(event)) return
    const { port1, port2 } = new MessageChannelMain()
    const { facade, gone } = adaptPort(port1)
    serve(facade, gone)
    event.senderFrame?.postMessage('maskwright:port', null, [port2])
  })
  ipcMain.handle('maskwright:pick-folder', async (event): Promise<string | null> => {
    const window = isOurs(event) ? BrowserWindow.fromWebContents(event.sender) : null
    if (!window) return null
    const { canceled, filePaths } = await dialog.showOpenDialog(window, { properties: ['openDirectory', 'createDirectory'] })
    return canceled || !filePaths[0] ? null : folderIdForPath(filePaths[0])
  })
}
