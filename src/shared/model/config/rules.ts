import { formatSentence } from '../../text/sentence.ts'

/**
 * Every rule that a config can break, with its sentence in English, filled with its facts. Command lines and reports say it as a clause after the place; the
 * interface has the same sentences in its other languages. `{found}` is one of `configFound`, or a value as JSON writes it.
 */
export const configRules = {
  // What a config means.
  noLossTeaches: 'At least one loss needs a weight above 0.',
  classWeightCount: '{weights} weights are given, but there are {classes} classes.',
  tooSmall: 'The smallest allowed value is {min}.',
  mustExceed: 'This must be greater than {min}.',
  tooLarge: 'The largest allowed value is {max}.',
  mustStayBelow: 'This must be less than {max}.',
  notMultiple: 'This must be a multiple of {multiple}.',
  tooFew: 'At least {min} are needed.',
  tooMany: 'At most {max} are allowed.',
  wrongType: 'This is of the wrong kind; {expected} is expected.',
  unknownKey: 'There is no “{key}” here; there are: {valid}.',
  unknownValue: '{value} is not a choice here; there are: {valid}.',
  fileNeeded: 'Choose a file, or switch this off.',
  neededForCustom: 'A custom model needs this.',
  onlyForCustom: 'Only a custom model takes this.',
  nesterovNeedsMomentum: 'Nesterov needs a momentum above 0 and a dampening of 0.',
  headsDoNotDivide: '{channels} channels cannot be split over {heads} heads.',
  scaleOrShortSide: 'Give either the bounds (scale) or the short side.',
  shortSideKeepsRatio: 'A short side alone keeps the proportions.',
  rangeReversed: 'The first number must be the smaller one.',
  rateForEachSource: '{rates} rates for {sources} sources; one each is needed.',
  noRate: 'One rate at least must be above 0.',
  unknownClass: 'The dataset has no class {name}.',
  mergedTwice: '{name} is merged into {into} already.',
  includeAndExclude: 'Give either the classes to keep or those to leave out.',
  noClassLeft: 'No class is left to learn.',
  unknownDataset: 'The project has no dataset {name}.',
  trainingOnly: '{type} is for training. Validation knows Resize and ResizeToMultiple.',
  unequalParts: 'A batch of {batchSize} cannot be divided into {parts} equal parts. The nearest batch size that can is {nearest}.',
  unequalShares:
    'A batch of {batchSize} cannot be shared equally among {processes} processes. The nearest batch size that can is {nearest}.',
  mustComeLater: 'This must come after the entry before it.',
  strideBeyondWindow: 'A stride beyond the window leaves pixels that nothing looks at.',
  hookTwice: 'A hook is in the list twice.',
  batchTooLarge: 'Batch size times crop size is more than 268 million pixels. Make one of them smaller.',

  // How it is put together from its bases, edits and references.
  notAssignment: 'The form is path=value.',
  basesInFile: 'Only the file of a config names its bases.',
  noSuchEntry: 'The list has {entries} entries, {entry} is none of them.',
  appendsToList: '"+" appends to a list; there is {found}.',
  belowValue: '"{key}" lies below {found}.',
  forbiddenKey: '"{key}" cannot be a key.',
  tooDeep: 'Nested more than {most} levels deep.',
  noJsonNumber: '{value} is no number that JSON knows.',
  noJson: '{type} is no JSON.',
  tooManyBases: 'More than {most} bases.',
  circle: '{way} goes round in a circle.',
  definedTwice: 'Another base defines it too ({other}); bases are not merged into each other.',
  noConfigObject: 'A config is an object, not {found}.',
  namesExpected: 'A list of names is expected, not {found}.',
  nameExpected: 'A name is expected, not {found}.',
  noPreset: 'There is no preset "{name}".',
  noPresetNoFile: 'There is no preset "{name}", and a file ends in .json.',
  baseNotRead: '{reason}.',
  objectOverOther: 'An object cannot be merged into {found}; write "_delete_": true in it to replace that.',
  trueExpected: 'True is expected, not {found}.',
  editNeedsList: '"_edit_" needs a list in the base, not {found}.',
  editsAlone: '"_edit_" is a list of edits and stands alone in its object.',
  editNoObject: 'An edit is an object, not {found}.',
  unknownEdit: 'An edit is one of {verbs}.',
  editKeys: '"{verb}" has the keys {wanted}, not {keys}.',
  indexOrType: 'An index or a type is expected, not {found}.',
  noSuchType: 'No entry has the type "{type}"; there is {known}.',
  noTypeAtAll: 'No entry has the type "{type}"; none has one.',
  typeTwice: 'Several entries have the type "{type}"; say which by its index.',
  referencesMultiply: 'References make more than {most} values of it.',
  referencesCircle: 'The references {way} go round in a circle.',
  noReferent: '{reference} refers to nothing: {where} has no "{key}".',
  noReferentAtTop: '{reference} refers to nothing: the config has no "{key}".',
  noReferentInside: '{reference} refers to nothing: {where} is {found}.',
  notValid: 'This value is not valid here.',

  // How its text is written.
  textTooLong: 'More than {most} characters long.',
  tooManyValues: 'More than {most} values.',
  afterEnd: '{found} after the end of the value.',
  valueExpected: 'A value is expected, not {found}.',
  badText: 'A text that does not end on its line, or has a wrong escape.',
  noNumber: '{value} is no number.',
  numberTooLarge: '{value} is too large for a number.',
  keyExpected: 'A key in double quotes is expected, not {found}.',
  keyTwice: 'The key stands twice; first in line {first}.',
  colonExpected: '":" is expected after the key, not {found}.',
  commaExpected: '"," or "{end}" is expected, not {found}.',
  trailingComma: 'A comma before "{end}".',

  // Configs of mmsegmentation, in Python.
  lineEndExpected: 'The end of the line is expected, not {found}.',
  tooMuchWork: 'More than {most} values have to be worked out.',
  neverClosed: '"{text}" is never closed.',
  closesNothing: '"{text}" closes nothing.',
  noPython: '{value} is no Python.',
  openText: 'A text in {quote} that does not end.',
  indented: 'A line that is indented without a reason.',
  dictOverOther: 'A dict cannot be merged into {found}; _delete_=True in it replaces that.',
  basesTwice: 'It is given twice; first in {other}.',
  basesAdded: 'It is given as _base_ = value.',
  basesNotRead: 'What stands here is not read: {what}.',
  fileExpected: 'The name of a file is expected, not {found}.',
  inPackage: '"{name}" is in a Python package, which is not looked for; copy it beside the config.',
  noPythonFile: '"{name}" is no .py file.',
  outsideRoot: '"{name}" lies outside of {root}; --root names the folder that bases may lie in.',
  noModel: 'There is no model; the studio reads EncoderDecoder with MixVisionTransformer and SegformerHead.',
  partMissing: 'It is missing; the studio reads EncoderDecoder with MixVisionTransformer and SegformerHead.',
  otherNetwork: '"{type}" is not known; the studio reads EncoderDecoder with MixVisionTransformer and SegformerHead.',
} as const satisfies Record<string, string>
export type ConfigRule = keyof typeof configRules

/** What was found where something else is expected, in English. */
export const configFound = {
  object: 'an object',
  list: 'a list',
  dict: 'a dict',
  tuple: 'a tuple',
  nothing: 'nothing',
  textEnd: 'the end of the text',
  lineEnd: 'the end of the line',
  comment: 'a comment, which JSON does not have',
  singleQuote: 'a \' where JSON has "',
} as const satisfies Record<string, string>

export type RuleFacts = Record<string, string | number>

/** The facts with what was found in the words of a language. */
export function foundInWords(
  facts: Readonly<Record<string, unknown>>,
  words: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> {
  const { found } = facts
  return typeof found === 'string' && Object.hasOwn(words, found) ? { ...facts, found: words[found] } : facts
}

/** The sentence of a rule as it follows a place: `cfg.json:3:5: bases: a list of names is expected, not 3`. */
export function ruleClause(rule: ConfigRule, facts: RuleFacts): string {
  const sentence: string = configRules[rule]
  const clause = sentence.slice(0, 1).toLowerCase() + sentence.slice(1).replace(/\.$/, '')
  return formatSentence(clause, foundInWords(facts, configFound))
}

/** The rule that the data of an error names, with the facts of its sentence; null: it names none. */
export function ruleOf(data: Readonly<Record<string, unknown>>): { key: ConfigRule; data: RuleFacts } | null {
  const { rule } = data
  if (typeof rule !== 'string' || !Object.hasOwn(configRules, rule)) return null
  const key = rule as ConfigRule
  const names = [...configRules[key].matchAll(/\{(\w+)\}/g)].map((match) => match[1]!)
  const facts = names.flatMap((name) => {
    const value = data[name]
    return typeof value === 'string' || typeof value === 'number' ? [[name, value] as const] : []
  })
  return { key, data: Object.fromEntries(facts) }
}
