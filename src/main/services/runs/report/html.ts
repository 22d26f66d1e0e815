/** Text that is HTML already; everything else is escaped where it is put in. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

export type Piece = Html | string | number | null | false | readonly Piece[]

/** What a browser shows of a text, never what it obeys; control characters become a mark. */
export function escapeHtml(text: string): string {
  return text.replace(/[^\n\t\P{Cc}]|\p{Bidi_Control}|\p{Surrogate}/gu, '\ufffd').replace(/[&<>"'`]/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

const shown = (piece: Piece): string => {
  if (piece === null || piece === false) return ''
  if (piece instanceof Html) return piece.text
  return typeof piece === 'object' ? piece.map(shown).join('') : escapeHtml(String(piece))
}

/** Markup with values in it: texts are escaped, in elements and in quoted attributes alike. */
export function markup(parts: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  return new Html(parts.map((part, i) => part + (i < pieces.length ? shown(pieces[i]!) : '')).join(''))
}

/** Pieces one after the other. */
export const joined = (pieces: readonly Piece[]): Html => new Html(pieces.map(shown).join(''))
