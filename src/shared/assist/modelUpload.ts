/** Files of models that a page may send: the models, and weights that lie beside them. */
export const modelFileName =
  /^[^\\/:*?"<>|\0-\x1f.][^\\/:*?"<>|\0-\x1f]{0,199}\.(onnx|pth|pt|safetensors|bin|data|onnx_data(_\d{1,4})?|json)$/i
export const mostModelBytes = 4 * 2 ** 30

const type = 'application/x-maskwright-model'

/** The media type under which a model file is posted: it carries the name, because models name the files beside them. */
export const modelUploadType = (name: string): string => `${type};name=${encodeURIComponent(name)}`

/** The name in such a type; null: it is another type, or no name that a model file may have. */
export function modelUploadName(declared: string): string | null {
  const [kind, rest] = declared.split(';name=')
  if (kind !== type || rest === undefined) return null
  try {
    const name = decodeURIComponent(rest)
    return modelFileName.test(name) ? name : null
  } catch {
    return null
  }
}
