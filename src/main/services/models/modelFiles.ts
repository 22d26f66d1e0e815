import path from 'node:path'

export const modelFileOf = (projectFolder: string, modelId: string): string => path.join(projectFolder, 'models', `${modelId}.onnx`)
