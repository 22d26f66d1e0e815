/**
 * Bulk bytes go over asset URLs by id, never over RPC: '/asset/<kind>/<id>?v=<revision>' at the page's own origin (http://… or app://studio).
 * image: the picture as a browser can show it; thumb: 320 px; overlay: RGBA PNG at thumb size of the item's annotations (query boxes=0|1, masks=0|1);
 * model: the ONNX file; prediction: a PNG a prediction wrote; sample: a layer of a run's sample sheet; preview: a PNG of an augmentation preview; comparison: a layer of a compared picture; report: a report as HTML, to be saved; tile: 512 px of a tiled picture as it is stored (query level, x, y): JPEG or PNG, and of a deep one its values, 16 bits each, little endian; upload: a picture posted to '/upload' (answer: { uploadId }).
 */
export const assetKinds = [
  'image',
  'thumb',
  'overlay',
  'model',
  'prediction',
  'sample',
  'upload',
  'preview',
  'comparison',
  'report',
  'tile',
] as const
export type AssetKind = (typeof assetKinds)[number]

export function assetPath(kind: AssetKind, id: string, query: Readonly<Record<string, string | number>> = {}): string {
  const search = Object.entries(query)
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`)
    .join('&')
  return `/asset/${kind}/${encodeURIComponent(id)}${search ? `?${search}` : ''}`
}
