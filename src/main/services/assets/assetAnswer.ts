import type { AssetKind } from '../../../shared/api/page/assets.ts'

/** The bytes of an asset: a file of the host, or made on the fly. */
export interface AssetAnswer {
  readonly type: string
  readonly body: { readonly file: string } | { readonly bytes: Uint8Array }
  /** Name offered when it is saved; makes it an attachment. */
  readonly saveAs?: string
}

/** One per kind. Errors: a '…/not-found' code when the id is unknown, file/* when it cannot be read. */
export type AssetSource = (id: string, query: URLSearchParams) => Promise<AssetAnswer>
export type AssetSources = Readonly<Record<AssetKind, AssetSource>>

/** Takes a posted picture; answers with its id. Errors: file/too-large, file/unsupported. */
export type UploadSink = (body: AsyncIterable<Uint8Array>, declaredType: string) => Promise<string>
