/** A picture of a dataset, as much as tells what it was made from. */
export interface SourcePicture {
  readonly id: string
  /** From the dataset's root, with forward slashes. */
  readonly relPath: string
  /** SHA-256 of the file, hexadecimal. */
  readonly sha256: string
}

/** Folders that say how pictures are used, not which they are. */
const folderOfUse = /^(?:train|training|val|valid|validation|test|testing|images?|imgs?|jpegimages|tiles?|crops?|patches|augmented)$/i

/** What tools put behind the name of a picture when they cut it up, turn it or copy it. */
const suffixes = [
  // Roboflow: cat_jpg.rf.0123…
  /_(?:jpe?g|png|bmp|webp|tiff?)\.rf\.[0-9a-f]{16,}$/i,
  // DOTA: P0001__1.0__512___0
  /__\d+(?:\.\d+)?__\d+___\d+$/,
  /[ _.-]+(?:tile|crop|patch|window|chip|slice|part|subimage)s?[ _.-]*\d*(?:[ _.x-]+\d+)*$/i,
  /[ _.-]+(?:x\d+[ _.-]*y\d+|r(?:ow)?\d+[ _.-]*c(?:ol)?\d+)(?:[ _.-]*[wh]\d+)*$/i,
  /[ _.-]+(?:aug(?:mented)?|h?flip(?:ped)?|vflip|mirror(?:ed)?|rot(?:ated?)?|bright(?:ness)?|blur(?:red)?|noisy?)[ _.-]*\d*$/i,
  /[ _-]+copy(?:[ _-]*\d+)?$/i,
] as const
/** A copy, 'photo (1)', where 'photo' is there too; else a number like any other. */
const numbered = / ?\(\d+\)$/

/** A pair of offsets, 'scan_0_512': whole tiles, without leading zeros, so that numbers of frames are none. */
const offsets = /^(.+?)[_-](0|[1-9]\d*)[_-](0|[1-9]\d*)$/
const isOffset = (text: string): boolean => Number(text) % 16 === 0
const smallestTile = 64

interface PictureName {
  /** With its folders. */
  readonly own: string
  /** Without folders of use, and without what tools put behind names. */
  readonly source: string
  readonly isVariant: boolean
}

const withoutEnding = (relPath: string): string => relPath.replace(/\.[^./]*$/, '').toLowerCase()

function nameOf(relPath: string, known: ReadonlySet<string>): PictureName {
  const own = withoutEnding(relPath)
  const segments = own.split('/')
  const given = segments.pop()!
  let stem = given
  for (let before = ''; before !== stem;) {
    before = stem
    for (const suffix of suffixes) {
      const shorter = stem.replace(suffix, '')
      if (shorter !== '') stem = shorter
    }
    const bare = stem.replace(numbered, '')
    if (known.has([...segments, bare].join('/'))) stem = bare
    const [, name, x, y] = offsets.exec(stem) ?? []
    if (name && isOffset(x!) && isOffset(y!) && Math.max(Number(x), Number(y)) >= smallestTile) stem = name
  }
  return { own, source: [...segments.filter((segment) => !folderOfUse.test(segment)), stem].join('/'), isVariant: stem !== given }
}

/**
 * Which pictures come from the same source: those of the same content, and tiles, crops and variants of one picture where the names say so. By id: the
 * smallest content hash among them.
 */
export function sourceGroups(pictures: readonly SourcePicture[]): Map<string, string> {
  const parent = pictures.map((_, i) => i)
  const rootOf = (i: number): number => {
    while (parent[i] !== i) i = parent[i] = parent[parent[i]!]!
    return i
  }
  const known = new Set(pictures.map(({ relPath }) => withoutEnding(relPath)))
  const names = pictures.map(({ relPath }) => nameOf(relPath, known))
  // Folders that number their pictures from 1 have the same names for others: only variants look beyond their folder.
  const sources = new Set(names.filter(({ isVariant }) => isVariant).map(({ source }) => source))
  const first = new Map<string, number>()
  pictures.forEach(({ sha256 }, i) => {
    const { own, source } = names[i]!
    for (const key of [`content ${sha256}`, sources.has(source) ? `source ${source}` : `own ${own}`]) {
      const other = first.get(key)
      if (other === undefined) first.set(key, i)
      else parent[rootOf(i)] = rootOf(other)
    }
  })
  const smallest = new Map<number, string>()
  pictures.forEach(({ sha256 }, i) => {
    const least = smallest.get(rootOf(i))
    if (least === undefined || sha256 < least) smallest.set(rootOf(i), sha256)
  })
  return new Map(pictures.map(({ id }, i) => [id, smallest.get(rootOf(i))!]))
}

export interface SplitPicture extends SourcePicture {
  readonly splits: readonly string[]
}

/** Which pictures are trained on and which are held out; `siblings` were asked for, but parts of their source are held out. */
export interface GroupedSplit {
  readonly train: ReadonlySet<string>
  readonly val: ReadonlySet<string>
  readonly siblings: ReadonlySet<string>
  readonly heldOutByHash: boolean
  readonly groups: ReadonlyMap<string, string>
}

interface Wanted {
  /** Empty: everything that is neither held out nor for a test. */
  readonly trainSplits: readonly string[]
  readonly valSplits: readonly string[]
  readonly valShare: number
}

/**
 * Divides pictures so that everything of one source lies on one side. Where nothing is in the splits for validation, a share of the sources is held out
 * by their content, the same ones every time: at least one, and never all.
 */
export function splitBySource(pictures: readonly SplitPicture[], { trainSplits, valSplits, valShare }: Wanted): GroupedSplit {
  const groups = sourceGroups(pictures)
  const isIn = (names: readonly string[]) => (picture: SplitPicture) => picture.splits.some((name) => names.includes(name))
  const given = pictures.filter(isIn(valSplits))
  const isForTest = ({ splits }: SplitPicture): boolean => splits.some((name) => /^test/i.test(name))
  const candidates = pictures.filter(trainSplits.length === 0 ? (picture) => !isForTest(picture) : isIn(trainSplits))
  const heldOutByHash = given.length === 0
  const held = new Set(heldOutByHash ? heldOut(candidates, groups, valShare) : given.map(({ id }) => groups.get(id)!))
  const isHeld = ({ id }: SplitPicture): boolean => held.has(groups.get(id)!)
  const val = new Set((heldOutByHash ? candidates.filter(isHeld) : given).map(({ id }) => id))
  const wanted = candidates.filter(({ id }) => !val.has(id))
  return {
    train: new Set(wanted.filter((picture) => !isHeld(picture)).map(({ id }) => id)),
    val,
    siblings: new Set(wanted.filter(isHeld).map(({ id }) => id)),
    heldOutByHash,
    groups,
  }
}

function heldOut(pictures: readonly SplitPicture[], groups: ReadonlyMap<string, string>, share: number): string[] {
  const sources = [...new Set(pictures.map(({ id }) => groups.get(id)!))].sort()
  // The first digits are those of the smallest of several hashes, and so rather small.
  const part = (source: string): number => Number.parseInt(source.slice(-8), 16) / 2 ** 32
  const chosen = sources.filter((source) => part(source) < share)
  if (sources.length < 2) return []
  if (chosen.length === 0) return sources.slice(0, 1)
  return chosen.length === sources.length ? sources.slice(0, -1) : chosen
}
