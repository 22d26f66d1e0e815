/** Files of models that a page may send: the models, and weights that lie beside them. */
export const modelFileName =
  /^[^\\/:*?"<>|\0-\x1f.][^\\/:*?"<>|\0-\x1f]{0,199}\.(onnx|pth|pt|safetensors|bin|data|onnx_data(_\d{1,4})?|json)$/i
/** Weights of a large export of PyTorch: a file for each tensor, under the tensor's name, without an extension ('onnx__MatMul_7155', 'image_encoder.pos_embed'). */
export const tensorFileName = /^[A-Za-z_](?:\w{0,199}|[\w.]{0,180}\.(?:weight|bias|gamma|beta|\d+|[A-Za-z]*_\w*))$/
/** Such a model has a file for every tensor. */
export const mostModelFiles = 2_048
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
    return modelFileName.test(name) || tensorFileName.test(name) ? name : null
  } catch {
    return null
  }
}
