import { modelFileName, tensorFileName } from '../../../../shared/assist/modelUpload.ts'

/** Those of the dropped files that belong to a model: one that is, and what may lie beside it. */
export function modelFilesOf(files: readonly File[]): readonly File[] {
  const hasGraph = files.some(({ name }) => /\.onnx$/i.test(name))
  const possible = files.filter(({ name }) => modelFileName.test(name) || (hasGraph && tensorFileName.test(name)))
  return possible.some(({ name }) => modelFile.test(name)) ? possible : []
}

const modelFile = /\.(onnx|pth|pt|safetensors)$/i

/** Listens for model files that are dropped on an element; other files are left to whom they concern. Answers with how to stop. */
export function listenToModelDrops(element: HTMLElement, take: (files: readonly File[]) => void): () => void {
  const listening = new AbortController()
  const { signal } = listening
  element.addEventListener(
    'dragover',
    (event) => {
      if (event.dataTransfer?.types.includes('Files')) event.preventDefault()
    },
    { signal },
  )
  element.addEventListener(
    'drop',
    (event) => {
      event.preventDefault()
      const files = modelFilesOf([...(event.dataTransfer?.files ?? [])])
      if (files.length > 0) take(files)
    },
    { signal },
  )
  return () => listening.abort()
}
