/** Hands a file to the browser's (or Electron's) download. */
export function saveBlob(blob: Blob, fileName: string): void {
  const url = URL.createObjectURL(blob)
  saveUrl(url, fileName)
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

export function saveUrl(url: string, fileName: string): void {
  const link = document.createElement('a')
  link.href = url
  link.download = fileName
  document.body.append(link)
  link.click()
  link.remove()
}

/** A name that every file system takes. */
export const fileNameOf = (text: string): string => text.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^-+|-+$/g, '') || 'maskwright'
