import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

export interface SmallDisk {
  readonly folder: string
  /** Takes up all the room there is. */
  fill(): void
  /** Gives that room back. */
  free(): void
  /** False when something on it is open for writing. */
  remount(how: 'ro' | 'rw'): boolean
  remove(): void
}

const mount = (...args: string[]): boolean => spawnSync('mount', args).status === 0

/** A file system of its own in memory; null where it cannot be mounted (that takes root on Linux). */
export function mountSmallDisk(megabytes: number): SmallDisk | null {
  const folder = mkdtempSync(path.join(tmpdir(), 'maskwright-disk-'))
  if (!mount('-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder)) {
    rmSync(folder, { recursive: true })
    return null
  }
  const filler = path.join(folder, 'filler')
  return {
    folder,
    fill() {
      const handle = openSync(filler, 'a')
      for (let chunk = 1 << 20; chunk >= 1;) {
        try {
          writeSync(handle, Buffer.alloc(chunk))
        } catch {
          chunk >>= 4
        }
      }
      closeSync(handle)
    },
    free: () => rmSync(filler, { force: true }),
    remount: (how) => mount('-o', `remount,${how}`, folder),
    remove() {
      spawnSync('umount', ['-l', folder])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Whether `mountSmallDisk` works here. */
export function canMount(): boolean {
  const disk = mountSmallDisk(1)
  disk?.remove()
  return disk !== null
}
