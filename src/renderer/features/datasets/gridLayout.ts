export interface GridLayout {
  readonly columns: number
  readonly rowHeight: number
}

const GAP = 8
/** Height of the caption under a picture. */
const CAPTION = 24

/** As many columns of about `cell` px as fit; pictures are 4:3, so the height follows from the real column width. */
export function gridLayout(width: number, cell: number): GridLayout {
  const inner = Math.max(1, width - 2 * GAP)
  const columns = Math.max(1, Math.round((inner + GAP) / (cell + GAP)))
  const columnWidth = (inner - (columns - 1) * GAP) / columns
  return { columns, rowHeight: Math.round(columnWidth * 0.75 + CAPTION + GAP) }
}
