/** Instruction sets that decide how fast a network computes, by the names that systems give them. */
const known: readonly (readonly [shown: string, names: readonly string[]])[] = [
  ['SSE4.1', ['sse4_1', 'sse4.1']],
  ['SSE4.2', ['sse4_2', 'sse4.2']],
  ['AVX', ['avx', 'avx1.0']],
  ['AVX2', ['avx2']],
  ['FMA', ['fma', 'fma3']],
  ['F16C', ['f16c']],
  ['AVX-512', ['avx512f']],
  ['AVX-512 BW', ['avx512bw']],
  ['AVX-512 VNNI', ['avx512_vnni', 'avx512vnni']],
  ['AVX-512 BF16', ['avx512_bf16', 'avx512bf16']],
  ['AVX-512 FP16', ['avx512_fp16', 'avx512fp16']],
  ['AVX-VNNI', ['avx_vnni', 'avxvnni']],
  ['AMX', ['amx_tile', 'amx-tile']],
  ['AMX INT8', ['amx_int8', 'amx-int8']],
  ['AMX BF16', ['amx_bf16', 'amx-bf16']],
  ['NEON', ['asimd', 'neon']],
  ['FP16', ['asimdhp', 'feat_fp16']],
  ['DotProd', ['asimddp', 'feat_dotprod']],
  ['I8MM', ['i8mm', 'feat_i8mm']],
  ['BF16', ['bf16', 'feat_bf16']],
  ['SVE', ['sve', 'feat_sve']],
  ['SVE2', ['sve2', 'feat_sve2']],
  ['SME', ['sme', 'feat_sme']],
]

const shownOf = (flags: ReadonlySet<string>): string[] =>
  known.filter(([, names]) => names.some((name) => flags.has(name))).map(([shown]) => shown)

export interface CpuFacts {
  readonly features: string[] | null
  readonly physicalCores: number | null
}

/** Linux: /proc/cpuinfo of x86 ('flags', physical and core ids) and Arm ('Features'); null for what it does not say. */
export function parseCpuinfo(text: string): CpuFacts {
  const blocks = text.split(/\n\s*\n/).map(fieldsOf)
  const flags = blocks.map((block) => block.get('flags') ?? block.get('features')).find((line) => line !== undefined)
  const cores = new Set(
    blocks.flatMap((block) => {
      const core = block.get('core id')
      return core === undefined ? [] : [`${block.get('physical id') ?? '0'}/${core}`]
    }),
  )
  return {
    features: flags === undefined ? null : shownOf(new Set(flags.toLowerCase().split(/\s+/))),
    physicalCores: cores.size > 0 ? cores.size : null,
  }
}

/** macOS: `sysctl -a` of Intel (machdep.cpu.features) and Apple chips (hw.optional.arm.FEAT_*: 1). */
export function parseSysctl(text: string): CpuFacts {
  const fields = fieldsOf(text)
  const flags = new Set(
    ['machdep.cpu.features', 'machdep.cpu.leaf7_features'].flatMap((key) =>
      (fields.get(key) ?? '').toLowerCase().split(/\s+/).filter(Boolean),
    ),
  )
  for (const [key, value] of fields) {
    const name = /^hw\.optional\.(?:arm\.)?(\w+)$/.exec(key)?.[1]
    if (name && value === '1') flags.add(name)
  }
  const cores = Number(fields.get('hw.physicalcpu'))
  return { features: flags.size > 0 ? shownOf(flags) : null, physicalCores: Number.isInteger(cores) && cores > 0 ? cores : null }
}

function fieldsOf(text: string): Map<string, string> {
  const fields = new Map<string, string>()
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':')
    if (colon > 0) fields.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim())
  }
  return fields
}
