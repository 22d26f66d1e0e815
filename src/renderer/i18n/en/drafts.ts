/** Shapes that were left half drawn. */
export const drafts = {
  kept: '{what} with {n} points is not finished.',
  goOn: 'Continue',
  alone: 'The object that it belonged to is gone: finished now, it becomes an object of its own.',
  lost: '{what} cannot be continued: what it belonged to is gone, or the picture is another one.',
  command: 'Continue the shape that was left unfinished',
  stroking: 'Finish the stroke first.',
  tools: {
    polygon: 'A polygon',
    polyline: 'A line',
    scissors: 'An outline by scissors',
    brush: 'A brush outline',
    smart: 'A smart select',
    split: 'A cutting line',
    other: 'A shape',
  },
}
