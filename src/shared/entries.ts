/**
 * Every file that starts a process or a worker thread, by name: the source it is built from.
 * Run from source, Node 24 executes that file; built, it is out/main/<name>.js. The build reads the same table.
 */
export const processEntries = {
  electron: 'src/main/entry.electron.ts',
  cli: 'src/main/entry.cli.ts',
  database: 'src/main/entry.database.ts',
  media: 'src/main/entry.media.ts',
  import: 'src/main/entry.import.ts',
  tfjsProbe: 'src/main/entry.tfjsProbe.ts',
  compute: 'src/compute/entry.compute.ts',
  memory: 'src/compute/entry.memory.ts',
  dataWorker: 'src/compute/data/entry.dataWorker.ts',
  sceneWorker: 'src/compute/data/entry.sceneWorker.ts',
  tuneWorker: 'src/compute/data/entry.tuneWorker.ts',
} as const
export type ProcessEntry = keyof typeof processEntries

/** The href of an entry, from the `import.meta.url` of any of our modules. */
export function entryHref(name: ProcessEntry, callerHref: string): string {
  const source = callerHref.lastIndexOf('/src/')
  if (callerHref.endsWith('.ts') && source >= 0) return `${callerHref.slice(0, source + 1)}${processEntries[name]}`
  const built = callerHref.lastIndexOf('/out/main/')
  if (built >= 0) return `${callerHref.slice(0, built)}/out/main/${name}.js`
  throw new Error(`cannot tell where the studio lies from ${callerHref}`)
}

/** The href of the installation: the folder that holds resources/ and out/ (or src/). Ends with '/'. */
export function installHref(callerHref: string): string {
  const source = callerHref.lastIndexOf('/src/')
  if (callerHref.endsWith('.ts') && source >= 0) return callerHref.slice(0, source + 1)
  const built = callerHref.lastIndexOf('/out/main/')
  if (built >= 0) return callerHref.slice(0, built + 1)
  throw new Error(`cannot tell where the studio lies from ${callerHref}`)
}

/** Where native code finds a file of the installation: what electron-builder packs cannot be opened by path, what it unpacks lies beside. */
export const unpackedPath = (file: string): string => file.replace(/([\\/]app\.asar)(?=[\\/]|$)/, '$1.unpacked')
