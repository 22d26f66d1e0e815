import { describe, expect, it } from 'vitest'
import { parseCpuinfo, parseSysctl } from './cpuInfo.ts'

const core = (processor: number, physical: number, id: number, flags: string) =>
  `processor\t: ${processor}\nvendor_id\t: GenuineIntel\nphysical id\t: ${physical}\ncore id\t\t: ${id}\nflags\t\t: ${flags}\n`

describe('facts of the processor', () => {
  it('counts cores, not threads, over all sockets of /proc/cpuinfo', () => {
    const flags = 'fpu sse4_1 sse4_2 avx fma f16c avx2 avx512f avx512bw avx512_vnni amx_tile amx_int8'
    const text = [core(0, 0, 0, flags), core(1, 0, 0, flags), core(2, 1, 0, flags), core(3, 1, 0, flags)].join('\n')
    expect(parseCpuinfo(text)).toEqual({
      physicalCores: 2,
      features: ['SSE4.1', 'SSE4.2', 'AVX', 'AVX2', 'FMA', 'F16C', 'AVX-512', 'AVX-512 BW', 'AVX-512 VNNI', 'AMX', 'AMX INT8'],
    })
  })
  it('reads Arm, where cores are not told', () => {
    const text =
      'processor\t: 0\nBogoMIPS\t: 243.75\nFeatures\t: fp asimd evtstrm aes asimdhp asimddp sve i8mm bf16\nCPU implementer\t: 0x41\n'
    expect(parseCpuinfo(text)).toEqual({ physicalCores: null, features: ['NEON', 'FP16', 'DotProd', 'I8MM', 'BF16', 'SVE'] })
  })
  it('says unknown for garbage and for nothing', () => {
    for (const text of ['', '\0\0\0', 'flags', ':::\n:', 'x'.repeat(100_000)])
      expect(parseCpuinfo(text)).toEqual({ physicalCores: null, features: null })
  })
  it('reads sysctl of Apple chips and of Intel', () => {
    const apple = 'hw.physicalcpu: 10\nhw.optional.neon: 1\nhw.optional.arm.FEAT_DotProd: 1\nhw.optional.arm.FEAT_BF16: 0\n'
    expect(parseSysctl(apple)).toEqual({ physicalCores: 10, features: ['NEON', 'DotProd'] })
    const intel = 'machdep.cpu.features: FPU SSE4.1 SSE4.2 AVX1.0 FMA F16C\nmachdep.cpu.leaf7_features: AVX2\nhw.physicalcpu: 4\n'
    expect(parseSysctl(intel).features).toEqual(['SSE4.1', 'SSE4.2', 'AVX', 'AVX2', 'FMA', 'F16C'])
    expect(parseSysctl('no such thing')).toEqual({ physicalCores: null, features: null })
  })
})
