import { execFile } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { entryHref } from '../../../shared/entries.ts'
import type { TfjsChoice } from '../../../shared/model/device.ts'
import { loadNative, nativePackage } from './library.ts'

const probeTimeoutMs = 60_000
let chosen: Promise<TfjsChoice> | undefined

/** The backend this process computes with: TensorFlow where its library is there and starts, otherwise plain JavaScript. Looked for once. */
export function chooseTfjsBackend(): Promise<TfjsChoice> {
  // Inside Electron only the main process starts children: there this process itself is risked.
  chosen ??= findBackend(packageFolder(nativePackage), process.versions['electron'] ? loadHere : () => probeIn(probeEntry()))
  return chosen
}

/** The rule itself: what the folder of the native package holds, and what a process that loads it says. */
export async function findBackend(folder: string | null, probe: () => Promise<string | null>): Promise<TfjsChoice> {
  if (folder === null) return { backend: 'cpu', reason: 'noPackage', detail: '' }
  if (globSync('lib/napi-v*/tfjs_binding.node', { cwd: folder }).length === 0) return { backend: 'cpu', reason: 'noLibrary', detail: '' }
  const problem = await probe()
  return problem === null ? { backend: 'tensorflow', reason: 'starts', detail: '' } : { backend: 'cpu', reason: 'broken', detail: problem }
}

const sentences: Readonly<Record<TfjsChoice['reason'], string>> = {
  starts: "TensorFlow's native library starts",
  noPackage: `the optional package ${nativePackage} is not installed`,
  noLibrary: `the native library of ${nativePackage} is not installed`,
  broken: `the native library of ${nativePackage} does not start`,
}

/** What a log says of a choice. */
export function explainTfjs({ reason, detail }: TfjsChoice): string {
  return detail === '' ? sentences[reason] : `${sentences[reason]}: ${detail}`
}

const probeEntry = (): string => fileURLToPath(entryHref('tfjsProbe', import.meta.url))

/** Loads the native library in a process of its own, because it may end that; null when it starts, otherwise why not. */
export function probeIn(entry: string): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(process.execPath, [entry], { timeout: probeTimeoutMs }, (error, _stdout, stderr) => {
      const answer = probeAnswer(stderr)
      resolve(
        answer === undefined
          ? error
            ? `its process ended (${error.signal ?? error.code ?? 'unknown'})`
            : 'its process did not answer'
          : answer,
      )
    })
  })
}

function loadHere(): Promise<string | null> {
  try {
    loadNative()
    return Promise.resolve(null)
  } catch (error) {
    return Promise.resolve(error instanceof Error ? error.message : String(error))
  }
}

/** What the probe said on its last line that is an answer; undefined where there is none. */
export function probeAnswer(stderr: string): string | null | undefined {
  const line = stderr.split('\n').findLast((text) => text.startsWith('{"loads"'))
  if (line === undefined) return undefined
  const { loads, state } = JSON.parse(line) as { loads: boolean; state: string }
  return loads ? null : state
}

function packageFolder(name: string): string | null {
  const bases = createRequire(import.meta.url).resolve.paths(name) ?? []
  return bases.map((base) => path.join(base, name)).find((folder) => existsSync(path.join(folder, 'package.json'))) ?? null
}
