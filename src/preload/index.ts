import { contextBridge, ipcRenderer } from 'electron'

// Hands the page one port and two facts; holds no logic.
contextBridge.exposeInMainWorld('maskwright', {
  shell: 'electron',
  pickFolder: () => ipcRenderer.invoke('maskwright:pick-folder'),
})

// A port cannot cross the bridge: it is posted to the window that asked for it.
window.addEventListener('message', (event) => {
  if (event.source === window && event.data === 'maskwright:ask-port') ipcRenderer.send('maskwright:ask-port')
})
ipcRenderer.on('maskwright:port', (event) => window.postMessage('maskwright:port', location.origin, event.ports))
