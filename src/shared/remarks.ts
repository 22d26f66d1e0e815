import { formatSentence } from './text/sentence.ts'

/**
 * What an import or export says of a file, in English, filled with its facts ('[..]' as in text/sentence.ts): command lines print it and the reports keep
 * it; the interface has the same sentences in its other languages.
 */
export const remarks = {
  more: 'and {count} more like this',

  // What an export changes or loses.
  unheld:
    '[groups of objects: {groups}; ][locks: {locks}; ][tags: {tags} ({names}); ][text instructions: {texts}; ][comments: {comments}; ]this format has no place for them, the project keeps them',
  states:
    '[done: {done}; ][reviewed: {reviewed}; ][rejected: {rejected}; ]this format has no place for the states of pictures, nor for who set them and when; the project keeps them',
  nameless: 'a box without a class was written without a name',
  boxOutside: 'a box that lies outside of the picture was left out',
  boxCut: 'a box that reached over the edge of the picture was cut to it',
  boxRounded: 'a box was rounded to whole pixels',
  rotatedUpright: 'a rotated box became the upright box around it',
  polygonBoxed: 'a polygon became the box around it',
  maskBoxed: 'a mask became the box around it',
  polylineLeftOut: 'a polyline has no place in this format and was left out',
  pointLeftOut: 'a point has no place in this format and was left out',
  voidLeftOut: 'a void region has no mask to be in and was left out',
  voidAttributes: 'the attributes of a void region have no place in a mask file',
  polygonAttributes: 'the attributes of a polygon have no place in a mask file',
  maskAttributes: 'the attributes of a mask have no place in a mask file',
  attributeNames: 'attributes whose names cannot stand in this file were left out: {names}[ and {more} more]',
  regionNameless: 'a region without a class was left out',
  noFreeIndex: "no index is free for class '{name}': its region was left out",
  noObjectNumber: "there are more than 254 objects: one[ of '{name}'] has no number",
  uncovered: '{pixels} pixels that no region covers became void (255)',
  augLeft: 'SegmentationClass changed; its copy in SegmentationClassAug was left as it is',
  writtenAnew: 'the file was changed or lost since it was imported; it was written anew from the project',
  replacedRefused: 'the file could not be read when it was imported; it was written anew from the project',
  copiedChanged: 'it is not as it was when imported; it was copied as it is now',
  notPart: 'it is no part of a VOC dataset and was not copied',
  linkNotCopied: 'it is a link to something that is no file, and was not copied',
  staleLists: 'lists for single classes were copied as they were; they may no longer fit',
  asideCopied: 'was set aside: its files are copied as they were',
  asideLeftOut: 'was set aside and is left out',

  // What an import found.
  animated: 'the file has {frames} pictures (it is animated, or has pages); only the first is used',
  namedWhole: 'it is called {name} here, for {other} has the same name but for the extension',
  sameName: 'it has the same name as {other}',
  foreignPicture: 'a picture of this kind cannot be read; JPEG, PNG, WebP, TIFF, GIF and BMP can: convert it',
  folderLink: 'a link to a folder is not followed',
  linkOutside: 'a link that leads out of the dataset’s folder',
  nameOutside: "filename '{name}' leads out of the dataset; it is not followed",
  lineOutside: "'{name}' leads out of the dataset",
  maskWithoutPicture: 'there is no picture for this mask',
  annotationWithoutPicture: 'there is no picture for this annotation',
  objectsWithoutClasses: 'there is no class mask to say what its objects are',
  pictureNotFound: "there is no picture '{name}'",
  splitsApart: "Main and Segmentation put '{name}' into different splits: they are kept apart",
  otherSize: 'the file says {width} x {height}, the picture has {pictureWidth} x {pictureHeight} pixels',
  greyColors:
    'the mask is saved in colours, but all of it is grey: it was read as grey indices; if that is right, masks with one channel say it better',
  turnedAlong:
    'the file is as large as the picture is before its EXIF turn ({width} x {height}): what is in it was turned with the picture, and is turned back when it is written',
  turnOpen: 'the picture has an EXIF turn, and sizes do not tell whether this file was made with it: look whether it fits',
  objectNameless: 'the object has no name',
  objectNameLong: 'the name is longer than 200 characters',
  reservedName: "an attribute cannot be called '{name}': the field stays in the file only",
  secondBox: 'the object has a second bndbox: it stays in the file only',
  noBox: 'the object has no bndbox',
  edgeMissing: '{key} is missing',
  edgeFar: '{key} is {value}, outside of any picture',
  edgeNoNumber: "{key} is '{value}', not a number",
  boxNoArea: 'the box {corners} has no area',
  boxReversed: 'the corners {corners} are the wrong way round; they were put in order',
  boxReaches: 'the box {corners} reaches outside the picture; it was kept as it is',
  endedReader: 'reading it ended the import process twice; then it could be read',
  noClassListed: 'there is no class in this list',
  classIndexHigh: "class {index} '{name}': a mask has room for indices up to 254",
  classNameLong: "class {index} '{name}': the name is longer than 200 characters",
  classNameControls: "class {index} '{name}': the name has control characters",
  classNameTwice: "class {index} '{name}': the name is there twice",
  classOfName: "no class list names '{name}': class '{name}' was created",
  classOfIndex: "no class list names index {index}: class '{name}' was created",
} as const

export type Remark = keyof typeof remarks
export type RemarkFacts = Readonly<Record<string, string | number | boolean | null>>

export const remarkText = (remark: Remark, facts: RemarkFacts = {}): string => formatSentence(remarks[remark], facts)
