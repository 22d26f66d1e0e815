import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript'
import { expect, it } from 'vitest'

const source = path.join(import.meta.dirname, '..')
/** Makers of errors; the objects that they are given are facts. */
const makers = /^(AppError|ProcessGoneError|badWeights|bad|badFile|brokenModel|notThere)$/
const twoWords = /[a-z]{2,} [a-z]{2,}/i
/** Said by somebody else, or by a schema: `reason` is in no sentence, `message` in one. */
const spoken = new Set(['reason', 'message'])

function* spokenFacts(node: ts.Node): Generator<string> {
  if ((ts.isNewExpression(node) || ts.isCallExpression(node)) && ts.isIdentifier(node.expression) && makers.test(node.expression.text))
    for (const given of node.arguments ?? []) if (ts.isObjectLiteralExpression(given)) yield* sentencesIn(given)
  const inner: ts.Node[] = []
  ts.forEachChild(node, (child) => void inner.push(child))
  for (const child of inner) yield* spokenFacts(child)
}

function* sentencesIn({ properties }: ts.ObjectLiteralExpression): Generator<string> {
  for (const property of properties) {
    if (!ts.isPropertyAssignment(property) || spoken.has(property.name.getText())) continue
    const { initializer } = property
    if ((ts.isStringLiteralLike(initializer) || ts.isTemplateExpression(initializer)) && twoWords.test(initializer.getText()))
      yield property.getText()
  }
}

const factsOf = (text: string): string[] => [...spokenFacts(ts.createSourceFile('x.ts', text, ts.ScriptTarget.Latest, true))]

it('errors carry facts, not sentences of one language: those are filled into sentences of another', () => {
  expect(
    factsOf("throw new AppError('weights/bad-file', `${file} is cut off`, { file, reason: 'it is cut off', what: `of ${n} the first` })"),
  ).toEqual(['what: `of ${n} the first`'])
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
  )
  const texts = files.map((name) => readFileSync(path.join(source, name), 'utf8')).filter((text) => text.includes('AppError('))
  expect(texts.length).toBeGreaterThan(50)
  expect(texts.flatMap(factsOf)).toEqual([])
})
