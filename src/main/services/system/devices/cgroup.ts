import path from 'node:path/posix'

export interface ContainerLimits {
  /** Whole processors that the quota amounts to, 1.5 for instance. */
  readonly cpus: number | null
  readonly memoryBytes: number | null
}

type Read = (file: string) => string | null

const root = '/sys/fs/cgroup'
/** Version 1 writes 'no limit' as a number near 2^63. */
const unlimited = 2 ** 60

/** The limits of the control groups this process is in, version 1 or 2; the tightest of a group and those above it. */
export function containerLimits(read: Read): ContainerLimits {
  const groups = parseGroups(read('/proc/self/cgroup') ?? '')
  const cpus = [
    ...above(groups.get('') ?? '/').map((folder) => cpuMax(read(path.join(root, folder, 'cpu.max')))),
    ...above(groups.get('cpu') ?? '/').map((folder) => cpuQuota(read, folder)),
  ]
  const memory = [
    ...above(groups.get('') ?? '/').map((folder) => memoryLimit(read(path.join(root, folder, 'memory.max')))),
    ...above(groups.get('memory') ?? '/').map((folder) => memoryLimit(read(path.join(root, 'memory', folder, 'memory.limit_in_bytes')))),
  ]
  return { cpus: least(cpus), memoryBytes: least(memory) }
}

/** /proc/self/cgroup: controller to path; '' is version 2. */
export function parseGroups(text: string): Map<string, string> {
  const groups = new Map<string, string>()
  for (const line of text.split('\n')) {
    const match = /^\d+:([^:]*):(\/.*)$/.exec(line)
    if (match) for (const controller of match[1]!.split(',')) groups.set(controller, path.normalize(match[2]!))
  }
  return groups
}

/** '200000 100000' -> 2; 'max 100000' and anything else -> null. */
export function cpuMax(text: string | null): number | null {
  const match = /^(\d+) (\d+)\s*$/.exec(text ?? '')
  return match && Number(match[2]) > 0 ? Number(match[1]) / Number(match[2]) : null
}

function cpuQuota(read: Read, folder: string): number | null {
  const value = (name: string) => Number(read(path.join(root, 'cpu', folder, name)) ?? NaN)
  const [quota, period] = [value('cpu.cfs_quota_us'), value('cpu.cfs_period_us')]
  return quota > 0 && period > 0 ? quota / period : null
}

/** Bytes; 'max', the huge numbers of version 1 and garbage -> null. */
export function memoryLimit(text: string | null): number | null {
  const digits = /^\s*(\d+)\s*$/.exec(text ?? '')?.[1]
  const bytes = digits === undefined ? NaN : Number(digits)
  return bytes > 0 && bytes < unlimited ? bytes : null
}

/** A folder and those above it, at most a hundred. */
function above(folder: string): string[] {
  const folders = ['/']
  let at = ''
  for (const part of folder
    .split('/')
    .filter((name) => name !== '' && name !== '..')
    .slice(0, 100))
    folders.push((at = `${at}/${part}`))
  return folders
}

function least(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length > 0 ? Math.min(...known) : null
}
