const modelFile = /\.(onnx|pth|pt|safetensors)$/i

/** Listens for model files that are dropped on an element; other files are left to whom they concern. Answers with how to stop. */
export function listenToModelDrops(element: HTMLElement, take: (names: readonly string[]) => void): () => void {
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
      const names = [...(event.dataTransfer?.files ?? [])].map(({ name }) => name).filter((name) => modelFile.test(name))
      if (names.length > 0) take(names)
    },
    { signal },
  )
  return () => listening.abort()
}
