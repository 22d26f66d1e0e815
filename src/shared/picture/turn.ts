/** How stored pixels become upright for an EXIF orientation (EXIF 2.3, 4.6.4 A): turned clockwise by `degrees`, then mirrored left to right. */
export function turnOfOrientation(orientation: number): { readonly degrees: number; readonly mirrored: boolean } {
  return { degrees: [0, 0, 0, 180, 180, 270, 90, 90, 270][orientation] ?? 0, mirrored: [2, 4, 5, 7].includes(orientation) }
}
