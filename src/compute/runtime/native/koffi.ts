import { createRequire } from 'node:module'

/** What is used of the package; its own types are not there where it was left out. */
interface Native {
  address(bytes: Uint8Array): bigint
  load(file: string): { func(declaration: string): unknown }
}

// Through require: the package is optional, and a bundler must leave it alone.
const load = createRequire(import.meta.url)

/** The part of a dynamic library that is called here. */
export interface NativeLibrary {
  readonly file: string
  /** Declares a function in C, `int f(void *out)`; null where the library has none of that name. */
  find<F extends (...args: never[]) => unknown>(declaration: string): F | null
}

/** The address of a buffer's bytes, for structures that point at others. The buffer must outlive the call. */
export function addressOf(bytes: Uint8Array): bigint {
  return (load('koffi') as Native).address(bytes)
}

/** Why native libraries cannot be called at all; null when they can. */
export function nativeCallsProblem(): string | null {
  try {
    load('koffi')
    return null
  } catch (error) {
    return `the optional package koffi cannot be loaded (${firstLine(error)})`
  }
}

/** Opens the first of these libraries that the dynamic loader finds. Throws their names and the loader's own words for the last. */
export function openLibrary(files: readonly string[]): NativeLibrary {
  const koffi = load('koffi') as Native
  let last: unknown = new Error('no library was named')
  for (const file of files)
    try {
      const library = koffi.load(file)
      return {
        file,
        find<F extends (...args: never[]) => unknown>(declaration: string): F | null {
          try {
            return library.func(declaration) as F
          } catch {
            return null
          }
        },
      }
    } catch (error) {
      last = error
    }
  throw new Error(`${files.join(', ')}: ${firstLine(last)}`)
}

const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''
