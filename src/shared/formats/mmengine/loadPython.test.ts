import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../errors.ts'
import { originText } from '../../model/config/origin.ts'
import { loadPython, type LoadedPython, type PythonSource } from './loadPython.ts'
import type { PythonValue } from './pythonValue.ts'

const sourceOf = (name: string, text: string): PythonSource => ({
  from: 'file',
  name,
  id: name,
  text,
  facts: { dirname: '/configs', basename: name, stem: name.replace(/\.py$/, ''), extension: '.py' },
})

/** Loads the first of several files by name; the others are what `_base_` may mean. */
async function load(files: Record<string, string> | string): Promise<LoadedPython> {
  const all = typeof files === 'string' ? { 'cfg.py': files } : files
  const [first] = Object.keys(all)
  return loadPython(sourceOf(first!, all[first!]!), async (name) => {
    const text = all[name]
    if (text === undefined) throw new AppError('file/not-found', name, { file: name })
    return sourceOf(name, text)
  })
}

function plain(value: PythonValue): unknown {
  if (value.kind === 'scalar') return value.value
  if (value.kind !== 'dict') return value.items.map(plain)
  return Object.fromEntries([...value.entries].map(([key, { value: inner }]) => [key, plain(inner)]))
}
const read = async (files: Parameters<typeof load>[0]) => plain((await load(files)).config)
/** 'place: subject: what' of everything that was left out. */
const left = async (files: Parameters<typeof load>[0]) =>
  (await load(files)).leftOut.map(({ at, subject, what }) => `${originText(at)}: ${subject ?? ''}: ${what}`)
const failure = (files: Parameters<typeof load>[0]) =>
  load(files).then(
    () => 'no error',
    (error: unknown) => (error instanceof AppError ? `${error.code} ${error.message}` : `not an AppError: ${String(error)}`),
  )

describe('values', () => {
  it('are read as Python has them', async () => {
    const text = `
# a comment
'''A text on its own
means nothing.'''
a = 1_000; b = 0x1F
floats = [1e-4, .5, 6., 1E+2, -0.25, +3]
words = ['a\\n\\x41\\u00e9', r'\\d', "it's" ' joined', u'u', """two
lines""", 'kept \\d', 'on \\
one line']
nothing = None
flags = (True, False)
empty = [(), [], {}, dict(), (1), (1,)]
`
    expect(await read(text)).toEqual({
      a: 1000,
      b: 31,
      floats: [0.0001, 0.5, 6, 100, -0.25, 3],
      words: ['a\nAé', '\\d', "it's joined", 'u', 'two\nlines', 'kept \\d', 'on one line'],
      nothing: null,
      flags: [true, false],
      empty: [[], [], {}, {}, 1, [1]],
    })
    expect(await left(text)).toEqual([])
  })

  it('know line continuation, chains, += and everything between brackets', async () => {
    const text =
      "a = b = 1 + \\\n  2\na += 4\nl = [1]\nl += [2, 3]\nd = dict(x=[\n1, # one\n\n2,\n],\n)\nsize = 512, 256\ns = 'x' + 'y'\ns += 'z'\r\nlast = 1"
    expect(await read(text)).toEqual({ a: 7, b: 3, l: [1, 2, 3], d: { x: [1, 2] }, size: [512, 256], s: 'xyz', last: 1 })
  })

  it('calculate as Python does', async () => {
    expect(
      await read(
        "r = [7 // 2, -7 // 2, 7 % 3, -7 % 3, 2 ** 3 ** 2, -2 ** 2, 7 / 2, (1 + 2) * 3, 2 * 'ab', [0] * 3, (1,) + (2,), 10 - 2 - 3, 2 ** -1, 1 // 1e-3, 1 % 1e-3, 7 % -3, -7 // -2, -0.5 % 2]",
      ),
    ).toEqual({
      r: [3, -4, 1, 2, 512, -4, 3.5, 9, 'abab', [0, 0, 0], [1, 2], 5, 0.5, 999, 0.0009999999999999792, -2, 3, 1.5],
    })
  })

  it('are reached by name, key, index and attribute, shared as in Python, and spread', async () => {
    const text = `
norm = dict(type='BN', eps=1e-5)
model = dict(norm=norm, stages=[dict(norm=norm), 2])
first = model['stages'][0]['norm'].type
last = model['stages'][-1]
norm['eps'] = 1e-3
steps = [1]
shared = steps
steps += (2, 3)
model.stages[1] = 3
spread = dict(a=1, **norm)
over = {**norm, 'type': 'D'}
scales = [[dict(scale=s, flip=f) for s in [1, 2]] for f in (True, False)]
`
    expect(await read(text)).toMatchObject({
      model: { norm: { eps: 0.001 }, stages: [{ norm: { type: 'BN', eps: 0.001 } }, 3] },
      first: 'BN',
      shared: [1, 2, 3],
      last: 2,
      spread: { a: 1, type: 'BN', eps: 0.001 },
      over: { type: 'D', eps: 0.001 },
      scales: [
        [
          { scale: 1, flip: true },
          { scale: 2, flip: true },
        ],
        [
          { scale: 1, flip: false },
          { scale: 2, flip: false },
        ],
      ],
    })
  })
})

describe('what is no value', () => {
  it.each([
    ['import os', 'cfg.py:1:1: : "import" is not run'],
    ["a = os.path.join('a', 'b')", 'cfg.py:1:5: a: a call of os.path.join is not run'],
    ["a = __import__('os').system('rm -rf /')", 'cfg.py:1:5: a: a call of __import__ is not run'],
    ['a = lambda x, y: x', 'cfg.py:1:5: a: "lambda" is not evaluated'],
    ['a = 1 if b else 2', 'cfg.py:1:7: a: "if" is not evaluated'],
    ['a = [x for x in [1] if x]', 'cfg.py:1:21: a: "if" is not evaluated'],
    ['a = {1, 2}', 'cfg.py:1:6: a: a set'],
    ['a = b[1:2]', 'cfg.py:1:6: a: a slice is not evaluated'],
    ["a = f'{b}'", 'cfg.py:1:5: a: only plain texts are read: no bytes, no {…} of an f-string, no \\N{…}'],
    ['a = b', 'cfg.py:1:5: a: nothing is known of "b"'],
    ['a = 1 / 0', 'cfg.py:1:7: a: 1 / 0 is no number'],
    ["a = 'x' - 1", 'cfg.py:1:9: a: the string "x" - the number 1 has no value'],
    ['a = dict(x=1)\nb = a.y', 'cfg.py:2:7: b: there is no "y"; did you mean "x"?'],
    ['a = [1]\na[3] = 2', 'cfg.py:2:2: a[…]: a list of 1 has no entry 3'],
    ['a = []\na.append(1)', 'cfg.py:2:1: : a call of a.append is not run'],
    ['a: int = 3', 'cfg.py:1:1: : an annotation; write name = value'],
    ['a, b = 1, 2', 'cfg.py:1:1: : only name = value, name.key = value and name[...] = value are read'],
    ['for i in x:\n  a = 1\n\n  b = 2', 'cfg.py:1:1: : "for" is not run'],
    ['x == 1', 'cfg.py:1:3: : "==" is not evaluated'],
    ['a = 1j', 'cfg.py:1:5: a: a complex number'],
  ])('%s', async (text, sentence) => {
    expect(await left(text)).toEqual([sentence])
    // What comes after it is read as if it were not there.
    expect(await read(`${text}\nafter = dict(z=1)`)).toMatchObject({ after: { z: 1 } })
  })

  it('costs no more than the key it stands under', async () => {
    const text =
      "m = dict(a=1, b=f(1, dict(c=2)), d=[1, g()], e=dict(h=lambda a, b: 1, i=2), j={'k': x < 1, 'l': 3})\nn = 5; o = q(); p = 6"
    expect(await read(text)).toEqual({ m: { a: 1, e: { i: 2 }, j: { l: 3 } }, n: 5, p: 6 })
    expect((await load(text)).leftOut.map(({ subject, at }) => [subject, at.column])).toEqual([
      ['b', 17],
      ['d', 40],
      ['h', 55],
      ['k', 87],
      ['o', 12],
    ])
  })

  it('names the way out of the new style', async () => {
    expect(await left('with read_base():\n    from .base import *\nmodel = 1')).toEqual([
      expect.stringMatching(/^cfg\.py:1:1: : "with read_base\(\)" .* Config\.fromfile\(\.\.\.\)\.dump/),
    ])
  })

  it.each([
    ['a = ', 'cfg.py:1:5: a value is expected, not the end of the line'],
    ['a = (1', 'cfg.py:1:5: "(" is never closed'],
    ['a = 1)', 'cfg.py:1:6: ")" closes nothing'],
    ['a = (1]', 'cfg.py:1:7: "]" closes nothing'],
    ["a = 'x", "cfg.py:1:5: a text in ' that does not end"],
    ['a = 1 2', 'cfg.py:1:7: the end of the line is expected, not "2"'],
    ['a = [1 2]', 'cfg.py:1:8: "," or "]" is expected, not "2"'],
    ['a = 12abc', 'cfg.py:1:5: "12abc" is no number'],
    ['a = 012', 'cfg.py:1:5: "012" is no number'],
    ['a = $', 'cfg.py:1:5: "$" is no Python'],
    ['a = 1\n  b = 2', 'cfg.py:2:3: a line that is indented without a reason'],
  ])('%j is no Python at all', async (text, sentence) => {
    expect(await failure(text)).toBe(`config/invalid ${sentence}`)
  })
})

describe('bases', () => {
  it('merge as in mmengine: dicts deeply, lists replaced, _delete_ starts anew', async () => {
    const files = {
      'cfg.py': `_base_ = ['model.py', 'data.py']
model = dict(backbone=dict(depth=50), neck=dict(_delete_=True, type='N'), heads=[1], fresh=dict(_delete_=True, a=1))
steps = _base_.steps * 2
size = {{_base_.data.size}}
quoted = '{{ _base_.data.size }}'
where = '{{ fileDirname }}/{{fileBasenameNoExtension}}{{ fileExtname }} of {{ fileBasename }}'
there = {{ fileDirname }}
port = {{$PORT:29500}}
host = '{{$HOST:local}}'
_base_.data.size[0] = 7
`,
      'model.py': "model = dict(type='M', backbone=dict(type='R', depth=18), neck=dict(type='O', old=1), heads=[1, 2, 3])\nsteps = 10",
      'data.py': '_base_ = "deep.py"\ndata = dict(size=[4, 5], more=1)',
      'deep.py': 'data = dict(kept=True)\ndeep = 1',
    }
    expect(await read(files)).toEqual({
      model: { type: 'M', backbone: { type: 'R', depth: 50 }, neck: { type: 'N' }, heads: [1], fresh: { a: 1 } },
      steps: 20,
      data: { kept: true, size: [7, 5], more: 1 },
      deep: 1,
      size: [7, 5],
      quoted: [7, 5],
      where: '/configs/cfg.py of cfg.py',
      there: '/configs',
      port: 29500,
      host: 'local',
    })
    const loaded = await load(files)
    expect(loaded.files).toEqual(['model.py', 'deep.py', 'data.py', 'cfg.py'])
    expect(loaded.leftOut).toMatchObject([{ subject: '_delete_', what: 'there is nothing to replace', at: { line: 2 } }])
  })

  it('keep what they have built from a name when the name gets another value', async () => {
    const files = {
      'cfg.py': "_base_ = 'base.py'\npipeline = [3]\nsize = 2\nused = dict(size=size)",
      'base.py': 'size = 1\npipeline = [1, 2]\nloader = dict(pipeline=pipeline)',
    }
    expect(await read(files)).toMatchObject({ pipeline: [3], loader: { pipeline: [1, 2] } })
    expect((await load(files)).captured).toMatchObject([{ name: 'pipeline', at: { line: 2 } }])
  })

  it.each<[string, Record<string, string>, string]>([
    [
      'two define one name',
      { 'cfg.py': "_base_ = ['a.py', 'b.py']", 'a.py': 'x = 1', 'b.py': '\nx = 2' },
      'b.py:2:1: x: another base defines it too (a.py:1:1)',
    ],
    ['a circle', { 'cfg.py': "_base_ = 'a.py'", 'a.py': "_base_ = 'cfg.py'" }, 'a.py:1:10: _base_: cfg.py -> a.py -> cfg.py goes round'],
    [
      'a dict over a list',
      { 'cfg.py': "_base_ = 'a.py'\nx = dict(y=dict(z=1))", 'a.py': 'x = dict(y=[1])' },
      'cfg.py:2:12: x.y: a dict cannot be merged into a list',
    ],
    ['no name', { 'cfg.py': '_base_ = 3' }, 'cfg.py:1:10: _base_: the name of a file is expected, not 3'],
    ['a call', { 'cfg.py': '_base_ = f()' }, 'cfg.py:1:10: _base_: what stands here is not read: a call of f is not run'],
    ['given twice', { 'cfg.py': "_base_ = 'a.py'\n_base_ = 'b.py'", 'a.py': '' }, 'cfg.py:2:1: _base_: it is given twice'],
  ])('%s: an error with its place', async (_, files, sentence) => {
    expect(await failure(files)).toContain(`config/invalid ${sentence}`)
  })

  it('says what of a base is not there, and reads on', async () => {
    const files = {
      'cfg.py': "_base_ = 'a.py'\nx = _base_.model.dept\ny = '{{_base_.no}}'\nz = 'in {{_base_.model}}'",
      'a.py': 'model = dict(depth=1)',
    }
    expect(await left(files)).toEqual([
      'cfg.py:2:18: x: there is no "dept"; did you mean "depth"?',
      'cfg.py:3:5: y: there is no "no"; did you mean "model"?',
      'cfg.py:4:5: z: {{_base_.model}} stands for a value of its own, not for a part of a text',
    ])
  })
})

// What costs too much does not end; how fast the rest is, is for no test to say.
describe('hostile texts', { timeout: 120_000 }, () => {
  const many = (line: string, times: number) => Array.from({ length: times }, () => line).join('\n')

  it.each([
    ['brackets', `a = ${'['.repeat(5000)}`, 'nested more than'],
    ['signs and powers', `a = ${'2 ** '.repeat(50_000)}2`, 'nested more than'],
    ['lists of lists', `a = [1, 1]\n${many('a = [a, a]', 60)}`, 'more than 100000 values'],
    ['a list in itself', `a = dict()\na['b'] = a`, 'nested more than 64'],
    ['doubling', `a = [1]\n${many('a = a + a', 60)}`, 'values have to be worked out'],
    ['loops in loops', `r = [1] * 300\na = [0 for a in r for b in r for c in r for d in r]`, 'values have to be worked out'],
    ['texts in lists', `a = 'x' * 60000\nb = [a] * 2000`, 'more than 100000 values'],
    ['size', `#${' '.repeat(2 ** 19)}`, 'characters long'],
  ])('%s: refused', async (_, text, sentence) => {
    expect(await failure(text)).toContain(sentence)
  })

  it.each([
    ['long sums', `a = ${'1 + '.repeat(100_000)}1`],
    ['many signs', `a = ${'-'.repeat(200_000)}1`],
    ['long ways', `a = dict()\nb = a${'.a'.repeat(100_000)}`],
    ['long texts', `a = 'x'\n${many('a = a + a', 60)}`],
    [
      'suggestions',
      `${`a = dict(${Array.from({ length: 200 }, (_, i) => `key_that_is_rather_long_${i}=1`).join(', ')})\n`}${many('b = a.some_key_that_is_not_there_at_all', 2500)}`,
    ],
    ['open placeholders', `a = '{{$A:${' '.repeat(400_000)}'`],
    ['many open placeholders', `a = '${'{{ $A: '.repeat(60_000)}'`],
    ['blank', ' '.repeat(400_000)],
    ['digits', `a = ${'1'.repeat(400_000)}`],
    ['quotes', `a = ${"'' ".repeat(150_000)}`],
  ])('%s: read or left out', async (_, text) => {
    expect(await failure(text)).toBe('no error')
  })

  it('bases without end: refused', async () => {
    let n = 0
    const source = (): PythonSource => ({ ...sourceOf(`b${n++}.py`, "_base_ = ['a', 'b']"), id: String(n) })
    await expect(loadPython(source(), () => Promise.resolve(source()))).rejects.toThrow('more than 64 bases')
  })

  it('never becomes anything but an AppError, and never a key of JavaScript', async () => {
    const word = fc.constantFrom(
      ...[
        'a',
        'b',
        '_base_',
        '__proto__',
        'constructor',
        'dict',
        'type',
        '=',
        '+=',
        '(',
        ')',
        '[',
        ']',
        '{',
        '}',
        '{{',
        '}}',
        ',',
        ':',
        '.',
        ';',
        '\n',
        '\n  ',
        ' ',
      ],
      ...[
        "'x'",
        '"""',
        "'",
        'f"{a}"',
        "'{{ fileDirname }}'",
        '{{_base_.a}}',
        '{{$A:1}}',
        '1',
        '-',
        '**',
        '*',
        '/',
        '%',
        '//',
        '2.5',
        'for',
        'in',
        'if',
        'lambda',
        'import',
        '#',
        '\\\n',
        '\\',
        '\u00e9',
        '\0',
      ],
    )
    const text = fc.oneof(
      fc.array(word, { maxLength: 60 }).map((words) => words.join('')),
      fc.array(word, { maxLength: 40 }).map((words) => words.join(' ')),
      fc.string({ maxLength: 80 }),
    )
    await fc.assert(
      fc.asyncProperty(text, text, async (child, base) => {
        expect(await failure({ 'cfg.py': `_base_ = 'b.py'\n${child}`, 'b.py': base })).not.toContain('not an AppError')
      }),
      { numRuns: 2000 },
    )
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
    await load("a = dict()\na['__proto__'] = dict(polluted=1)\na.__proto__.polluted = 1")
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })
})
