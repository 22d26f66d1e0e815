import { shallowReactive } from 'vue'

/** Names of the files that were chosen on this page, by their opaque ids. */
const names = shallowReactive(new Map<string, string>())

export function rememberFile(id: string, name: string): void {
  names.set(id, name)
}

/** What to call a file that a config names: by its id, or by the end of a path that came from elsewhere. */
export const fileName = (file: string): string => names.get(file) ?? file.split(/[\\/]/).at(-1) ?? file
