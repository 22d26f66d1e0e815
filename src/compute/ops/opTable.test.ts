import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { casesOf, checkCases, type CheckCase, type CheckResult } from '../autodiff/gradCheck.ts'
import { sessionRunner } from '../runtime/sessionRunner.ts'
import type { VjpRule } from '../graph/builder.ts'
import type { AnyOp } from './op.ts'
import { rawScale } from './raw.ts'
import { opTable } from './table.ts'

const tolerance = 1e-2
const runner = sessionRunner({ provider: 'cpu', threads: 1 })

function isRecord(value: unknown): value is AnyOp {
  return typeof value === 'object' && value !== null && 'vjp' in value && 'shapeRule' in value
}

async function recordsInFolder(): Promise<AnyOp[]> {
  const files = readdirSync(import.meta.dirname).filter((f) => f.endsWith('.ts') && !f.endsWith('.test.ts') && f !== 'table.ts')
  const modules = await Promise.all(files.map((f) => import(/* @vite-ignore */ `./${f}`) as Promise<Record<string, unknown>>))
  return modules.flatMap((m) => Object.values(m).filter(isRecord))
}

const failing = (result: CheckResult): number[] => result.gradientErrors.filter((e) => !(e.error <= tolerance)).map((e) => e.input)

describe('the table of ops', () => {
  it('lists every record of the folder, once, with a unique name', async () => {
    const records = await recordsInFolder()
    expect(records.length).toBeGreaterThan(50)
    expect(new Set(opTable)).toEqual(new Set(records))
    expect(new Set(opTable.map((op) => op.name)).size).toBe(records.length)
  })

  it('has a probe, an opset up to 17 and the CPU for every op, and a reason for every missing gradient', () => {
    for (const op of opTable) {
      expect(op.probes.length, op.name).toBeGreaterThan(0)
      expect(op.since, op.name).toBeLessThanOrEqual(17)
      expect(op.providers, op.name).toContain('cpu')
      if ('noGrad' in op.vjp) expect(op.vjp.noGrad.length, op.name).toBeGreaterThan(5)
    }
  })

  it('names attributes that its probes use', () => {
    for (const op of opTable)
      for (const { attrs } of op.probes)
        expect(Object.keys(op.attributes), op.name).toEqual(expect.arrayContaining(Object.keys(attrs as object)))
  })
})

describe('every op', () => {
  const cases = casesOf(opTable)
  const checked = checkCases(cases, runner)

  it('has the shapes its rule says, bound and symbolic', async () => {
    for (const { label, shapeErrors } of await checked) expect(shapeErrors, label).toEqual([])
  })

  it('has the gradient its outputs have', async () => {
    const results = await checked
    for (const result of results) expect(failing(result), result.label).toEqual([])
    // An op with a rule whose gradient no probe looks at would pass unseen.
    for (const op of opTable) {
      const seen = results.some((r, i) => cases[i]!.op === op && r.gradientErrors.length > 0)
      expect(seen, op.name).toBe(!('noGrad' in op.vjp))
    }
  })
})

/** The op with one of its gradients 5 % too large. */
function damaged(op: AnyOp, input: number): AnyOp {
  const rule = op.vjp as VjpRule<unknown>
  return { ...op, vjp: (context) => rule(context).map((g, i) => (g && i === input ? rawScale(context.b, g, 1.05) : g)) }
}

describe('the check itself', () => {
  it('fails for every gradient of every op that is scaled by 1.05, and only there', async () => {
    const cases = opTable.filter((op) => !('noGrad' in op.vjp)).map((op): CheckCase => ({ label: op.name, op, probe: op.probes[0]! }))
    const sound = await checkCases(cases, runner)
    const wrong = cases.flatMap((c, i) =>
      sound[i]!.gradientErrors.map(({ input }) => ({ case: { ...c, op: damaged(c.op, input) }, input })),
    )
    expect(new Set(wrong.map((w) => w.case.label)).size).toBe(cases.length)
    const results = await checkCases(
      wrong.map((w) => w.case),
      runner,
    )
    results.forEach((result, i) => expect(failing(result), result.label).toEqual([wrong[i]!.input]))
  })
})
