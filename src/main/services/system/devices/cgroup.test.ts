import { describe, expect, it } from 'vitest'
import { containerLimits, cpuMax, memoryLimit, parseGroups } from './cgroup.ts'

const files = (table: Record<string, string>) => (file: string) => table[file] ?? null

describe('limits of a container', () => {
  it('reads version 2, the tightest of a group and those above it', () => {
    const read = files({
      '/proc/self/cgroup': '0::/kubepods/pod1/main\n',
      '/sys/fs/cgroup/kubepods/pod1/main/cpu.max': 'max 100000\n',
      '/sys/fs/cgroup/kubepods/pod1/cpu.max': '150000 100000\n',
      '/sys/fs/cgroup/kubepods/pod1/main/memory.max': '8589934592\n',
      '/sys/fs/cgroup/kubepods/memory.max': 'max\n',
      '/sys/fs/cgroup/memory.max': '17179869184\n',
    })
    expect(containerLimits(read)).toEqual({ cpus: 1.5, memoryBytes: 8589934592 })
  })
  it('reads a version 2 container that sees itself as the root', () => {
    const read = files({
      '/proc/self/cgroup': '0::/\n',
      '/sys/fs/cgroup/cpu.max': '50000 100000\n',
      '/sys/fs/cgroup/memory.max': '536870912\n',
    })
    expect(containerLimits(read)).toEqual({ cpus: 0.5, memoryBytes: 536870912 })
  })
  it('reads version 1, where no limit is a huge number or -1', () => {
    const group = '4:memory:/docker/abc\n1:cpu,cpuacct:/docker/abc\n'
    const limited = files({
      '/proc/self/cgroup': group,
      '/sys/fs/cgroup/cpu/docker/abc/cpu.cfs_quota_us': '400000\n',
      '/sys/fs/cgroup/cpu/docker/abc/cpu.cfs_period_us': '100000\n',
      '/sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes': '2147483648\n',
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
    })
    expect(containerLimits(limited)).toEqual({ cpus: 4, memoryBytes: 2147483648 })
    const free = files({
      '/proc/self/cgroup': group,
      '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
    })
    expect(containerLimits(free)).toEqual({ cpus: null, memoryBytes: null })
  })
  it('finds nothing where nothing is, and takes garbage for nothing', () => {
    expect(containerLimits(() => null)).toEqual({ cpus: null, memoryBytes: null })
    expect(containerLimits(() => '\0 not a number')).toEqual({ cpus: null, memoryBytes: null })
    for (const text of ['', 'max', '1 0', '-5 100', '1e3 5', null]) expect(cpuMax(text)).toBeNull()
    for (const text of ['', 'max', '0', '-1', '0x10', '99999999999999999999999', null]) expect(memoryLimit(text)).toBeNull()
    expect([...parseGroups('0::relative\nx:y\n1:cpu:/a/../../b\n')]).toEqual([['cpu', '/b']])
  })
})
