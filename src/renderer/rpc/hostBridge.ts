import { modelUploadType } from '../../shared/assist/modelUpload.ts'
import { assetPath, type AssetKind } from '../../shared/api/page/assets.ts'
import { AppError, errorFromWire, wireErrorSchema } from '../../shared/errors.ts'

/** What differs between the two shells, besides the transport. Pages know assets and uploads by id only. */
interface Facts {
  readonly shell: 'electron'
  /** Native folder dialog; answers with a folder id of the host, or null. */
  readonly pickFolder: () => Promise<string | null>
}
const facts = (): Facts | undefined => (globalThis as { maskwright?: Facts }).maskwright

/** The same address in both shells: the page and its assets share one origin. */
export const assetUrl = (kind: AssetKind, id: string, query: Readonly<Record<string, string | number>> = {}): string =>
  assetPath(kind, id, query)

/** Electron's own folder dialog; null where there is none (then the page lists folders itself) or where the user left it. */
export const nativeFolderPicker = (): (() => Promise<string | null>) | null => facts()?.pickFolder ?? null

/** Posts a picture; answers with the id for `models.predict`. Errors: file/too-large, file/unsupported, rpc/unavailable. */
export const uploadPicture = (file: Blob, signal?: AbortSignal): Promise<string> =>
  post(file, file.type || 'application/octet-stream', signal)

/** Posts a file of a model; answers with the id for `assist.addModel`. Errors: file/too-large, file/unsupported, disk/*, rpc/unavailable. */
export const uploadModel = (file: File, signal?: AbortSignal): Promise<string> => post(file, modelUploadType(file.name), signal)

async function post(body: Blob, type: string, signal: AbortSignal | undefined): Promise<string> {
  const response = await fetch('/upload', {
    method: 'POST',
    body,
    headers: { 'content-type': type },
    signal: signal ?? null,
  }).catch((cause: unknown) => {
    throw new AppError('rpc/unavailable', 'the file could not be sent', {}, { cause })
  })
  const answer: unknown = await response.json().catch(() => null)
  if (response.ok) return (answer as { uploadId: string }).uploadId
  const wire = wireErrorSchema.safeParse(answer)
  throw wire.success ? errorFromWire(wire.data) : new AppError('rpc/unavailable', `the host answered ${response.status}`)
}
